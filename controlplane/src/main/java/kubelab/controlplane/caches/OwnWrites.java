package kubelab.controlplane.caches;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a component wrote a moment ago, until its watch shows that or something newer: so that its next decision does not
 * forget the last one. Not thread-safe: it belongs to the thread that decides and writes.
 *
 * <p>Source: {@code pkg/scheduler/util/assumecache} and storeObjectUpdate in {@code pkg/controller/volume/persistentvolume}, 1.34.
 */
public final class OwnWrites<T extends HasMetadata> {
    private final Map<String, T> written = new HashMap<>();

    /** @return the object that was written */
    public T wrote(T object) {
        written.put(key(object), object);
        return object;
    }

    /**
     * The newer of what the watch shows and what was written.
     *
     * @param seen null when the watch shows no such object, or none any more
     */
    public Optional<T> newest(@Nullable T seen, String key) {
        T own = written.get(key);
        if (own == null || seen == null || version(seen) >= version(own)) {
            written.remove(key);
            return Optional.ofNullable(seen);
        }
        return Optional.of(own);
    }

    /** As {@link #newest(HasMetadata, String)}, of an object that is there. */
    public T newest(T seen) {
        return newest(seen, key(seen)).orElse(seen);
    }

    /** The object is gone. @param key {@code namespace/name}; the namespace is empty for an object outside of them */
    public void forget(String key) {
        written.remove(key);
    }

    private static String key(HasMetadata object) {
        String namespace = object.getMetadata().getNamespace();
        return (namespace == null ? "" : namespace) + "/" + object.getMetadata().getName();
    }

    private static long version(HasMetadata object) {
        return Long.parseLong(object.getMetadata().getResourceVersion());
    }
}
