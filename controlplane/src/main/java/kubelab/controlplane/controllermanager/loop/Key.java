package kubelab.controlplane.controllermanager.loop;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Objects;

/**
 * What a work-queue holds: the name of an object, never the object. By the time a worker takes the key the object may
 * have changed many times; the worker looks at the newest state only.
 *
 * @param namespace empty for a cluster-scoped object
 */
public record Key(String namespace, String name) {
    public Key {
        Objects.requireNonNull(name, "name");
    }

    public static Key of(HasMetadata object) {
        return new Key(
                Objects.requireNonNullElse(object.getMetadata().getNamespace(), ""),
                object.getMetadata().getName());
    }

    /** The key that Fabric8's caches use. */
    public String cacheKey() {
        return namespace.isEmpty() ? name : namespace + "/" + name;
    }

    @Override
    public String toString() {
        return cacheKey();
    }
}
