package kubelab.controlplane.apiserver.registry;

import java.util.Map;
import kubelab.controlplane.apiserver.structural.CustomDefinition;
import kubelab.controlplane.json.Json;
import kubelab.controlplane.store.Entry;
import tools.jackson.databind.node.ObjectNode;

/**
 * Between the version a client speaks and the version that is stored. Most resources have one version only. Of a custom
 * resource (conversion None) another version gets the fields that its schema knows, and what comes from the store gets the
 * shape that its definition has now.
 */
public final class Conversions {

    /** @return the bytes as they are when the resource is served as it is stored */
    public byte[] fromStorage(Resource resource, byte[] stored) {
        return resource.servesStoredBytes() ? stored : Json.bytes(fromStorage(resource, Json.parseObject(stored)));
    }

    /** @param stored the caller's own; it may be changed */
    public ObjectNode fromStorage(Resource resource, ObjectNode stored) {
        if (resource.servesStoredBytes()) {
            return stored;
        }
        CustomDefinition.Version custom = resource.custom();
        if (custom != null) {
            // the version that it was stored in, which need not be the one that objects are stored in now
            boolean other = !Json.string(stored, "apiVersion").equals(resource.apiVersion());
            custom.definition().afterRead(stored);
            if (other) {
                custom.prune(stored);
            }
            return stored.put("apiVersion", resource.apiVersion());
        }
        ObjectNode converted = VersionedKinds.convert(stored, resource.storageVersion(), resource.apiVersion());
        converted.put("apiVersion", resource.apiVersion());
        return converted;
    }

    /**
     * The values that an object is selected by: what it is served with, which may be more than it was stored with.
     *
     * @see FieldSelector#fieldsOf
     */
    public Map<String, String> fieldsOf(Resource resource, Entry entry) {
        boolean asStored = !resource.isCustom()
                || resource.servesStoredBytes()
                || resource.strategy().storedFields().isEmpty();
        return asStored
                ? entry.fields()
                : FieldSelector.fieldsOf(resource, fromStorage(resource, Json.parseObject(entry.value())));
    }

    /** Whether to write an object as it is served would leave what is stored as it is. */
    public boolean isStoredAsServed(Resource resource, ObjectNode served, byte[] stored) {
        return !resource.isCustom()
                || resource.servesStoredBytes()
                || Json.same(Json.parseObject(stored), toStorage(resource, served));
    }

    public ObjectNode toStorage(Resource resource, ObjectNode sent) {
        if (resource.isStorageVersion()) {
            return sent;
        }
        CustomDefinition.Version custom = resource.custom();
        if (custom != null) {
            ObjectNode stored = sent.deepCopy().put("apiVersion", resource.storageVersion());
            custom.definition().afterRead(stored);
            return stored;
        }
        ObjectNode converted = VersionedKinds.convert(sent, resource.apiVersion(), resource.storageVersion());
        converted.put("apiVersion", resource.storageVersion());
        return converted;
    }
}
