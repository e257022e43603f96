package kubelab.controlplane.apiserver.registry;

import kubelab.controlplane.apiserver.structural.CustomDefinition;
import kubelab.controlplane.json.Json;
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
            custom.definition().afterRead(stored);
            if (!resource.isStorageVersion()) {
                custom.prune(stored);
            }
            return stored.put("apiVersion", resource.apiVersion());
        }
        ObjectNode converted = VersionedKinds.convert(stored, resource.storageVersion(), resource.apiVersion());
        converted.put("apiVersion", resource.apiVersion());
        return converted;
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
