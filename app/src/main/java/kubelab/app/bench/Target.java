package kubelab.app.bench;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A cluster under load: clients of it, and what is asked of it. All is done over its kubeconfig. */
final class Target implements AutoCloseable {
    static final int OBJECTS = 1800;
    private static final String IMAGE = "registry.k8s.io/pause:3.10";
    private static final long SECONDS = 120;

    private final List<KubernetesClient> clients = new ArrayList<>();
    private final String namespace = "bench-" + Long.toString(System.nanoTime(), 36);
    private final AtomicInteger fresh = new AtomicInteger();

    Target(String kubeconfig, int count) {
        for (int i = 0; i < count; i++) {
            clients.add(new KubernetesClientBuilder()
                    .withConfig(Config.fromKubeconfig(kubeconfig))
                    .build());
        }
    }

    /** Makes the namespace with what get, patch and list need. */
    Target prepare() throws InterruptedException {
        namespace(namespace);
        int each = OBJECTS / clients.size();
        List<Thread> threads = new ArrayList<>();
        for (int c = 0; c < clients.size(); c++) {
            int client = c;
            threads.add(new Thread(() -> {
                int last = client == clients.size() - 1 ? OBJECTS : (client + 1) * each;
                for (int n = client * each; n < last; n++) {
                    create(clients.get(client), "object-" + n, namespace);
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        namespace(namespace + "-new");
        return this;
    }

    KubernetesClient client() {
        return clients.get(0);
    }

    List<KubernetesClient> clients(int count) {
        return clients.subList(0, count);
    }

    void get(KubernetesClient by, int client, int number) {
        by.configMaps().inNamespace(namespace).withName("object-" + client).get();
    }

    void create(KubernetesClient by, int client, int number) {
        create(by, "new-" + fresh.incrementAndGet(), namespace + "-new");
    }

    void mergePatch(KubernetesClient by, int client, int number) {
        by.configMaps()
                .inNamespace(namespace)
                .withName("object-" + client)
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"data\":{\"n\":\"" + fresh.incrementAndGet() + "\"}}");
    }

    void apply(KubernetesClient by, int client, int number) {
        by.resource(object("object-" + client, namespace, "n" + fresh.incrementAndGet()))
                .fieldManager("bench")
                .forceConflicts()
                .serverSideApply();
    }

    void list(KubernetesClient by, int client, int number) {
        int size = by.configMaps().inNamespace(namespace).list().getItems().size();
        if (size < OBJECTS) {
            throw new IllegalStateException("a list of " + size + " objects, where there are " + OBJECTS);
        }
    }

    void page(KubernetesClient by, int client, int number) {
        by.configMaps()
                .inNamespace(namespace)
                .list(new ListOptionsBuilder().withLimit(500L).build());
    }

    /** @return events that came to watchers a second, when each of them is sent the same events */
    double watch(int watchers, int events) throws InterruptedException {
        String name = namespace + "-watch-" + fresh.incrementAndGet();
        namespace(name);
        CountDownLatch all = new CountDownLatch(watchers * events);
        List<Watch> watches = new ArrayList<>();
        try {
            for (int i = 0; i < watchers; i++) {
                watches.add(clients.get(i % clients.size())
                        .configMaps()
                        .inNamespace(name)
                        .withLabel("bench", "yes")
                        .watch(new Counter(all)));
            }
            long begin = System.nanoTime();
            for (int i = 0; i < events; i++) {
                create(client(), "event-" + i, name);
            }
            if (!all.await(SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException(all.getCount() + " events did not come within " + SECONDS + " s");
            }
            return watchers * events / ((System.nanoTime() - begin) / 1e9);
        } finally {
            watches.forEach(Watch::close);
            client().namespaces().withName(name).delete();
        }
    }

    private record Counter(CountDownLatch all) implements Watcher<ConfigMap> {
        @Override
        public void eventReceived(Action action, ConfigMap object) {
            if (action == Action.ADDED) {
                all.countDown();
            }
        }

        @Override
        public void onClose(WatcherException cause) {}
    }

    /** A namespace with a Deployment that is available. @return how long the Deployment took */
    Duration deploy(String name, int replicas) {
        namespace(name);
        long begin = System.nanoTime();
        deployment(client(), name, replicas);
        awaitAvailable(client(), name, replicas);
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    Duration scale(String name, int replicas) {
        long begin = System.nanoTime();
        client().apps().deployments().inNamespace(name).withName("web").scale(replicas, false);
        awaitAvailable(client(), name, replicas);
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    Duration delete(String name) throws InterruptedException {
        long begin = System.nanoTime();
        client().namespaces().withName(name).delete();
        while (client().namespaces().withName(name).get() != null) {
            if (System.nanoTime() - begin > SECONDS * 1_000_000_000L) {
                throw new IllegalStateException("the namespace " + name + " is still there after " + SECONDS + " s");
            }
            Thread.sleep(10);
        }
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    void namespace(String name) {
        client().resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
    }

    static void deployment(KubernetesClient client, String namespace, int replicas) {
        client.resource(new DeploymentBuilder()
                        .withNewMetadata()
                        .withName("web")
                        .withNamespace(namespace)
                        .endMetadata()
                        .withNewSpec()
                        .withReplicas(replicas)
                        .withNewSelector()
                        .addToMatchLabels("app", "web")
                        .endSelector()
                        .withNewTemplate()
                        .withNewMetadata()
                        .addToLabels("app", "web")
                        .endMetadata()
                        .withNewSpec()
                        .withTerminationGracePeriodSeconds(1L)
                        .addNewContainer()
                        .withName("c")
                        .withImage(IMAGE)
                        .endContainer()
                        .endSpec()
                        .endTemplate()
                        .endSpec()
                        .build())
                .create();
    }

    static void awaitAvailable(KubernetesClient client, String namespace, int replicas) {
        client.apps()
                .deployments()
                .inNamespace(namespace)
                .withName("web")
                .waitUntilCondition(d -> available(d) == replicas, SECONDS, TimeUnit.SECONDS);
    }

    private static int available(Deployment deployment) {
        return deployment == null
                        || deployment.getStatus() == null
                        || deployment.getStatus().getAvailableReplicas() == null
                ? 0
                : deployment.getStatus().getAvailableReplicas();
    }

    private static void create(KubernetesClient by, String name, String namespace) {
        by.resource(object(name, namespace, "0")).create();
    }

    private static ConfigMap object(String name, String namespace, String value) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .addToLabels("bench", "yes")
                .endMetadata()
                .addToData("n", value)
                .addToData("text", "what a small object holds")
                .build();
    }

    /** Removes what was made; does not wait. */
    @Override
    public void close() {
        for (String name : List.of(namespace, namespace + "-new")) {
            client().namespaces().withName(name).delete();
        }
        clients.forEach(KubernetesClient::close);
    }
}
