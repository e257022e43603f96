package kubelab.controlplane.controllermanager;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Callable;
import kubelab.controlplane.EmbeddedCluster;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** How long it takes from a request to what it asks for, on whole nodes. The bounds are wide: machines are shared. */
class SpeedTest {
    @Test
    void a_deployment_is_up_scaled_and_gone_without_waiting_for_anything() throws Exception {
        Instant begin = Instant.now();
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().nodes(3).start()) {
            System.out.println("cluster started: " + since(begin) + " ms");
            for (int round = 0; round < 4; round++) {
                round(cluster.client(), "speed" + round);
            }
        }
    }

    private static void round(KubernetesClient client, String namespace) {
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .build())
                .create();
        Instant begin = Instant.now();
        client.resource(Serialization.unmarshal("""
                        apiVersion: apps/v1
                        kind: Deployment
                        metadata: {name: web, namespace: NS}
                        spec:
                          replicas: 3
                          selector: {matchLabels: {app: web}}
                          template:
                            metadata: {labels: {app: web}}
                            spec: {containers: [{name: c, image: "nginx:1.27"}]}
                        """.replace("NS", namespace), Deployment.class))
                .create();
        until(() -> available(client, namespace) == 3);
        long up = since(begin);
        begin = Instant.now();
        client.apps().deployments().inNamespace(namespace).withName("web").edit(d -> {
            d.getSpec().setReplicas(30);
            return d;
        });
        until(() -> available(client, namespace) == 30);
        long scaled = since(begin);
        begin = Instant.now();
        client.namespaces().withName(namespace).delete();
        until(() -> client.namespaces().withName(namespace).get() == null);
        long gone = since(begin);
        System.out.printf("3 available: %d ms, 3 to 30: %d ms, namespace gone: %d ms%n", up, scaled, gone);
        assertThat(up + scaled + gone).as("milliseconds in all").isLessThan(30_000);
    }

    private static int available(KubernetesClient client, String namespace) {
        return Objects.requireNonNullElse(
                client.apps()
                        .deployments()
                        .inNamespace(namespace)
                        .withName("web")
                        .get()
                        .getStatus()
                        .getAvailableReplicas(),
                0);
    }

    private static long since(Instant begin) {
        return Duration.between(begin, Instant.now()).toMillis();
    }

    private static void until(Callable<Boolean> condition) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .until(condition);
    }
}
