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
 * Waits for the first object of some kinds. Until it comes, the controllers of these kinds and their caches do not run: to load
 * what is only needed for them costs more time than to start many a cluster.
 */
final class FirstObject implements AutoCloseable {
    private final List<Cached<GenericKubernetesResource>> watched;
    private final AtomicBoolean seen = new AtomicBoolean();
    private final String thread;
    private final Runnable begin;

    /**
     * @param thread name of the thread that begins
     * @param begin called once, on that thread
     */
    FirstObject(
            KubernetesClient client,
            Clock clock,
            String thread,
            List<ResourceDefinitionContext> kinds,
            Runnable begin) {
        this.thread = thread;
        this.begin = begin;
        this.watched = kinds.stream()
                .map(kind -> Informers.custom(client, clock, kind))
                .toList();
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
            DaemonThreads.start(thread, () -> {
                close();
                begin.run();
            });
        }
    }

    static ResourceDefinitionContext kind(
            String group, String version, String kind, String plural, boolean namespaced) {
        return new ResourceDefinitionContext.Builder()
                .withGroup(group)
                .withVersion(version)
                .withKind(kind)
                .withPlural(plural)
                .withNamespaced(namespaced)
                .build();
    }
}
