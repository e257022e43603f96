package kubelab.controlplane.caches;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import kubelab.controlplane.Progress;

/**
 * Informers that never give up. By default Fabric8's informer stops for good when its first list fails, or when a watch
 * ends with an error that it does not expect: a component would then be deaf for the rest of its life because the API
 * server was in trouble for a moment while it started.
 *
 * <p>Source: k8s.io/client-go/tools/cache, Reflector.RunWithContext (1.34): lists and watches again, with a growing
 * pause, until it is stopped.
 */
public final class Persistent {
    private Persistent() {}

    /** The same informer; it lists and watches again after every failure until it is closed. */
    public static <T> SharedIndexInformer<T> persistent(SharedIndexInformer<T> informer) {
        return informer.exceptionHandler((started, failure) -> true);
    }

    /** How far an informer is, for the watchdog: one that has gone deaf looks as if nothing had happened. */
    public static Progress progress(SharedIndexInformer<? extends HasMetadata> informer) {
        Class<? extends HasMetadata> kind = informer.getApiTypeClass();
        String version = informer.lastSyncResourceVersion();
        return new Progress.Watch(
                HasMetadata.getGroup(kind),
                HasMetadata.getPlural(kind),
                version == null || version.isEmpty() ? 0 : Long.parseLong(version));
    }
}
