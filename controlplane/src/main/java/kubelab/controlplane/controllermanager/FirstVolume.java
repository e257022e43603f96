package kubelab.controlplane.controllermanager;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import kubelab.containers.clock.Clock;
import kubelab.containers.host.DaemonThreads;
import kubelab.controlplane.controllermanager.loop.Informers;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;

/**
 * Waits for the first claim or volume of a cluster. Until it comes, the controllers of storage and their caches do not run: the
 * classes of a volume's many sources cost more time to load than all else that is new in them.
 */
final class FirstVolume implements AutoCloseable {
    private final List<Cached<GenericKubernetesResource>> watched;
    private final AtomicBoolean seen = new AtomicBoolean();
    private final Runnable begin;

    /** @param begin called once, on a thread of its own */
    FirstVolume(KubernetesClient client, Clock clock, Runnable begin) {
        this.begin = begin;
        this.watched = List.of(
                Informers.custom(client, clock, kind("PersistentVolumeClaim", "persistentvolumeclaims", true)),
                Informers.custom(client, clock, kind("PersistentVolume", "persistentvolumes", false)));
    }

    void start() {
        watched.forEach(cache -> cache.onChange(object -> first()));
        watched.forEach(Cached::start);
    }

    @Override
    public void close() {
        watched.forEach(Cached::close);
    }

    private void first() {
        if (seen.compareAndSet(false, true)) {
            DaemonThreads.start("controller-manager-storage", () -> {
                close();
                begin.run();
            });
        }
    }

    private static ResourceDefinitionContext kind(String kind, String plural, boolean namespaced) {
        return new ResourceDefinitionContext.Builder()
                .withVersion("v1")
                .withKind(kind)
                .withPlural(plural)
                .withNamespaced(namespaced)
                .build();
    }
}
