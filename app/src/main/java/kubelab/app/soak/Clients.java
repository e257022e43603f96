package kubelab.app.soak;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What people do with kubectl, over TLS: apply, watch, scale, read logs, evict under a budget, list, delete. */
final class Clients {
    private static final String OBJECTS = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              replicas: 2
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers: [{name: c, image: "nginx:1.27", readinessProbe: {httpGet: {port: 80}}}]
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: web}
            spec:
              selector: {app: web}
              ports: [{port: 80}]
            ---
            apiVersion: policy/v1
            kind: PodDisruptionBudget
            metadata: {name: web}
            spec:
              minAvailable: 2
              selector: {matchLabels: {app: web}}
            """;

    private final String kubeconfig;
    private final AtomicInteger rounds = new AtomicInteger();
    private final AtomicInteger events = new AtomicInteger();

    Clients(String kubeconfig) {
        this.kubeconfig = kubeconfig;
    }

    int rounds() {
        return rounds.get();
    }

    int events() {
        return events.get();
    }

    /** One visit; its namespace is gone afterwards. */
    void visit(String namespace) {
        try (KubernetesClient client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(kubeconfig))
                .build()) {
            client.resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(namespace)
                            .endMetadata()
                            .build())
                    .create();
            try (Watch pods = client.pods().inNamespace(namespace).watch(new Counter())) {
                work(client, namespace);
            } finally {
                client.namespaces().withName(namespace).delete();
            }
        }
        rounds.incrementAndGet();
    }

    private static void work(KubernetesClient client, String namespace) {
        client.load(new ByteArrayInputStream(OBJECTS.getBytes(StandardCharsets.UTF_8)))
                .inNamespace(namespace)
                .serverSideApply();
        var web = client.apps().deployments().inNamespace(namespace).withName("web");
        web.waitUntilCondition(d -> available(d) == 2, 60, TimeUnit.SECONDS);
        web.scale(3);
        web.waitUntilCondition(d -> available(d) == 3, 60, TimeUnit.SECONDS);
        List<Pod> pods = client.pods().inNamespace(namespace).list().getItems();
        for (Pod pod : pods) {
            client.pods().inNamespace(namespace).resource(pod).getLog();
            // The first may go, the budget refuses the rest for a while.
            client.pods().inNamespace(namespace).resource(pod).evict();
        }
        // As kubectl rollout restart does: the patch names no version, so that it meets no conflict.
        web.patch(
                PatchContext.of(PatchType.STRATEGIC_MERGE),
                "{\"spec\":{\"template\":{\"metadata\":{\"annotations\":{\"restarted\":\"yes\"}}}}}");
        web.waitUntilCondition(d -> available(d) == 3, 60, TimeUnit.SECONDS);
        client.events().v1().events().inNamespace(namespace).list();
        Serialization.asYaml(client.services().inNamespace(namespace).list());
    }

    private static int available(Deployment deployment) {
        Integer count = deployment == null ? null : deployment.getStatus().getAvailableReplicas();
        return count == null ? 0 : count;
    }

    private final class Counter implements Watcher<Pod> {
        @Override
        public void eventReceived(Action action, Pod pod) {
            events.incrementAndGet();
        }

        @Override
        public void onClose(WatcherException cause) {
            // Cut on purpose; what is left of the visit goes on without it.
        }
    }
}
