package kubelab.controlplane.transport;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import kubelab.containers.clock.InFlight;
import kubelab.containers.host.DaemonThreads;
import kubelab.controlplane.apiserver.ApiServer;
import kubelab.controlplane.apiserver.request.User;

/**
 * Clients of an API server in this JVM. Its monitor guards the two builders, which each new client borrows.
 */
public final class InProcess implements AutoCloseable {
    /**
     * Shared by all clients of this JVM: it is what knows how to read and write the typed models, learning that anew for
     * each client would cost more than all the rest of a cluster's start. It holds no state of a cluster.
     */
    private static final KubernetesSerialization SERIALIZATION = new WatchSerialization();

    private final ApiServer server;
    private final ExecutorService executor = Executors.newCachedThreadPool(DaemonThreads.numbered("transport"));

    // One for all: each new one makes a serialization of its own first, whatever it is given.
    // Fabric8 takes a body apart letter by letter; from a WebSocket it gets an event in one piece.
    private final KubernetesClientBuilder components = builder(false);
    private final KubernetesClientBuilder visitors = builder(true);

    /** What components' clients work on: changes that their caches have not seen yet. */
    private final InFlight tasks = new InFlight(executor);

    public InProcess(ApiServer server) {
        this.server = server;
    }

    /** A client under a component's well-known name, e.g. {@code system:kube-scheduler}. */
    public KubernetesClient clientFor(String user) {
        return clientFor(User.component(user));
    }

    public KubernetesClient clientFor(User user) {
        return client(user, tasks, true);
    }

    /** A client of somebody who is not waited for when time moves fast. */
    public KubernetesClient visitor(User user) {
        return client(user, executor, false);
    }

    public InFlight tasks() {
        return tasks;
    }

    private static KubernetesClientBuilder builder(boolean onlyHttpWatches) {
        return new KubernetesClientBuilder()
                .withKubernetesSerialization(SERIALIZATION)
                .withConfig(new ConfigBuilder(Config.empty())
                        .withMasterUrl("https://kubernetes.default.svc/")
                        .withNamespace("default")
                        .withOnlyHttpWatches(onlyHttpWatches)
                        .withRequestRetryBackoffLimit(0)
                        // a lost watch is tried again after 0.1 to 3.2 s; the default is 1 to 32
                        .withWatchReconnectInterval(100)
                        .build());
    }

    /** @param lean whether what it watches comes without managed fields, which components do not read */
    private synchronized KubernetesClient client(User user, Executor taskExecutor, boolean lean) {
        return (lean ? components : visitors)
                .withTaskExecutor(taskExecutor)
                .withHttpClientFactory(new InProcessFactory(server, user, executor, lean))
                .build();
    }

    @Override
    public void close() {
        executor.shutdown();
    }
}
