package kubelab.controlplane.caches;

import io.fabric8.kubernetes.client.informers.SharedIndexInformer;

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
}
