package kubelab.controlplane.apiserver.registry;

import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** Between the version a client speaks and the version that is stored. Most resources have one version only. */
public final class Conversions {

    /** @return the bytes as they are when the resource is served in its storage version */
    public byte[] fromStorage(Resource resource, byte[] stored) {
        return resource.isStorageVersion() ? stored : Json.bytes(fromStorage(resource, Json.parseObject(stored)));
    }

    public ObjectNode fromStorage(Resource resource, ObjectNode stored) {
        if (resource.isStorageVersion()) {
            return stored;
        }
        ObjectNode converted = VersionedKinds.convert(stored, resource.storageVersion(), resource.apiVersion());
        converted.put("apiVersion", resource.apiVersion());
        return converted;
    }

    public ObjectNode toStorage(Resource resource, ObjectNode sent) {
        if (resource.isStorageVersion()) {
            return sent;
        }
        ObjectNode converted = VersionedKinds.convert(sent, resource.apiVersion(), resource.storageVersion());
        converted.put("apiVersion", resource.storageVersion());
        return converted;
    }
}
