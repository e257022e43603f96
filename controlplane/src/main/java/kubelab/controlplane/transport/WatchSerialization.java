package kubelab.controlplane.transport;

import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.api.model.WatchEvent;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.jspecify.annotations.Nullable;

/**
 * Fabric8's serialization with a shorter way for the events of a watch. An event says at its beginning what its object
 * is, so the object can be read into its class at once; the general way makes a tree of it first, to look for that.
 */
final class WatchSerialization extends KubernetesSerialization {
    private static final String TYPE = "{\"type\":\"";
    private static final String OBJECT = "\",\"object\":";
    private static final String KIND = "{\"kind\":\"";
    private static final String VERSION = "\",\"apiVersion\":\"";

    @Override
    public <T> T unmarshal(String text, Class<T> type) {
        WatchEvent event = type == WatchEvent.class ? event(text) : null;
        return event == null ? super.unmarshal(text, type) : type.cast(event);
    }

    /** @return null when the text does not begin as our server writes events of objects, or the kind is none of Fabric8's */
    private @Nullable WatchEvent event(String text) {
        int typeEnd = text.indexOf('"', TYPE.length());
        int object = typeEnd + OBJECT.length();
        int kind = object + KIND.length();
        if (!text.startsWith(TYPE) || !text.startsWith(OBJECT, typeEnd) || !text.startsWith(KIND, object)) {
            return null;
        }
        int kindEnd = text.indexOf('"', kind);
        int version = kindEnd + VERSION.length();
        if (kindEnd < 0 || !text.startsWith(VERSION, kindEnd)) {
            return null;
        }
        String action = text.substring(TYPE.length(), typeEnd);
        Class<? extends KubernetesResource> known = getRegisteredKubernetesResource(
                text.substring(version, text.indexOf('"', version)), text.substring(kind, kindEnd));
        if (known == null || action.equals("ERROR")) {
            return null;
        }
        return new WatchEvent(super.unmarshal(text.substring(object, text.lastIndexOf('}')), known), action);
    }
}
