package kubelab.controlplane.metricsserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.metrics.v1beta1.NodeMetrics;
import io.fabric8.kubernetes.api.model.metrics.v1beta1.PodMetrics;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.math.BigDecimal;
import java.time.Duration;
import kubelab.controlplane.EmbeddedCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What programs do shows in metrics.k8s.io, whatever they asked for. */
class MetricsServerTest {
    private static EmbeddedCluster cluster;
    private static KubernetesClient client;

    @BeforeAll
    static void start() {
        cluster = EmbeddedCluster.builder().nodes(2).start();
        client = cluster.client();
        pod("busy", "while true; do :; done", "limits: {cpu: 400m}");
        pod("idle", "sleep 3600", "requests: {cpu: '1'}");
        client.pods()
                .inNamespace("default")
                .resources()
                .forEach(p -> p.waitUntilReady(20, java.util.concurrent.TimeUnit.SECONDS));
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void a_busy_pod_uses_what_it_may_and_an_idle_one_nothing() {
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(cpu("busy")).as("cores of busy").isBetween(0.25, 0.5);
            assertThat(cpu("idle")).as("cores of idle, which asked for one").isLessThan(0.05);
        });
    }

    @Test
    void a_node_uses_at_least_what_its_pods_use() {
        String node = client.pods()
                .inNamespace("default")
                .withName("busy")
                .get()
                .getSpec()
                .getNodeName();
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            NodeMetrics metrics = client.top().nodes().metrics(node);
            assertThat(cores(metrics.getUsage().get("cpu"))).isGreaterThan(0.25);
            assertThat(metrics.getMetadata().getLabels()).containsEntry("kubernetes.io/hostname", node);
        });
        assertThat(client.top().nodes().metrics().getItems()).hasSize(2);
    }

    @Test
    void labels_select() {
        assertThat(client.top()
                        .pods()
                        .withLabels(java.util.Map.of("app", "busy"))
                        .inNamespace("default")
                        .metrics()
                        .getItems())
                .extracting(m -> m.getMetadata().getName())
                .containsExactly("busy");
    }

    @Test
    void what_does_not_run_is_not_found() {
        KubernetesClientException refused = catchThrowableOfType(
                KubernetesClientException.class,
                () -> client.raw("/apis/metrics.k8s.io/v1beta1/namespaces/default/pods/nosuch", "GET", null));
        assertThat(refused.getStatus().getMessage()).isEqualTo("pods \"nosuch\" not found");
    }

    @Test
    void its_api_service_is_listed_among_the_others() {
        await().atMost(Duration.ofSeconds(30))
                .until(() ->
                        client.apiServices().withName("v1beta1.metrics.k8s.io").get() != null
                                && client.apiServices().withName("v1.apps").get() != null);
        assertThat(client.apiServices()
                        .withName("v1beta1.metrics.k8s.io")
                        .get()
                        .getSpec()
                        .getService()
                        .getName())
                .isEqualTo("metrics-server");
    }

    private static double cpu(String pod) {
        PodMetrics metrics = client.top().pods().metrics("default", pod);
        return cores(metrics.getContainers().get(0).getUsage().get("cpu"));
    }

    private static double cores(Quantity quantity) {
        BigDecimal amount = quantity.getNumericalAmount();
        return amount.doubleValue();
    }

    private static void pod(String name, String script, String resources) {
        client.resource(Serialization.unmarshal(
                        "--- {apiVersion: v1, kind: Pod, metadata: {name: " + name + ", namespace: default, labels: "
                                + "{app: " + name + "}}, spec: {containers: [{name: c, image: 'busybox:1.36', command: "
                                + "[sh, -c, '" + script + "'], resources: {" + resources + "}}]}}",
                        HasMetadata.class))
                .create();
    }
}
