package kubelab.controlplane.caches;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.util.List;
import java.util.function.Consumer;

/**
 * The store of an informer that keeps objects without their managed fields: no component reads those, an update that
 * names none leaves them as they are, and decoded they are more than half of a small object.
 *
 * <p>Source: k8s.io/client-go/tools/cache, TransformStripManagedFields (1.34).
 */
public final class LeanStore<T extends HasMetadata> extends BasicItemStore<T> {
    private final Consumer<T> trim;

    public LeanStore() {
        this(object -> {});
    }

    /** @param trim takes from an object what else nobody reads; the informer's handlers see it so, too */
    public LeanStore(Consumer<T> trim) {
        super(Cache::metaNamespaceKeyFunc);
        this.trim = trim;
    }

    @Override
    public T put(String key, T object) {
        object.getMetadata().setManagedFields(List.of());
        trim.accept(object);
        return super.put(key, object);
    }
}
