package kubelab.controlplane.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.Map;
import kubelab.controlplane.EmbeddedCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Pods that somebody bound to a node where they do not fit. */
class PodRejectionTest {
    private static EmbeddedCluster cluster;
    private static KubernetesClient client;

    @BeforeAll
    static void start() {
        cluster = EmbeddedCluster.builder().nodes(2).start();
        client = cluster.client();
        await("node and account")
                .atMost(Duration.ofSeconds(20))
                .until(() -> client.nodes().withName("worker1").get() != null
                        && client.serviceAccounts()
                                        .inNamespace("default")
                                        .withName("default")
                                        .get()
                                != null);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void a_pod_that_asks_for_more_than_is_left_fails_and_what_is_there_goes_on() {
        create("first", "1500m", Map.of());
        await("first running").atMost(Duration.ofSeconds(20)).until(() -> phase("first")
                .equals("Running"));
        create("second", "1", Map.of());

        Pod second = rejected("second");

        assertThat(second.getStatus().getReason()).isEqualTo("OutOfcpu");
        assertThat(second.getStatus().getMessage())
                .isEqualTo("Pod was rejected: Node didn't have enough resource: cpu, requested: 1000, used: 1500,"
                        + " capacity: 2000");
        assertThat(second.getStatus().getContainerStatuses())
                .extracting(ContainerStatus::getName)
                .isEmpty();
        assertEvent(
                "second",
                "OutOfcpu",
                "Node didn't have enough resource: cpu, requested: 1000, used: 1500, capacity: 2000");
        assertThat(phase("first")).isEqualTo("Running");

        client.pods()
                .inNamespace("default")
                .withName("first")
                .withGracePeriod(0)
                .delete();
        create("third", "2", Map.of());
        await("there is room again").atMost(Duration.ofSeconds(20)).until(() -> phase("third")
                .equals("Running"));
        client.pods()
                .inNamespace("default")
                .withName("third")
                .withGracePeriod(0)
                .delete();
    }

    @Test
    void a_pod_that_wants_another_node_fails() {
        create("elsewhere", "10m", Map.of("disk", "ssd"));

        Pod elsewhere = rejected("elsewhere");

        assertThat(elsewhere.getStatus().getReason()).isEqualTo("NodeAffinity");
        assertThat(elsewhere.getStatus().getMessage())
                .isEqualTo("Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node"
                        + " affinity/selector");
        assertEvent(
                "elsewhere",
                "NodeAffinity",
                "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector");
    }

    private static void create(String name, String cpu, Map<String, String> selector) {
        client.resource(new PodBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace("default")
                        .endMetadata()
                        .withNewSpec()
                        .withNodeName("worker1")
                        .withNodeSelector(selector)
                        .addNewContainer()
                        .withName("c")
                        .withImage("busybox:1.36")
                        .withCommand("sleep", "3600")
                        .withNewResources()
                        .addToRequests("cpu", new io.fabric8.kubernetes.api.model.Quantity(cpu))
                        .endResources()
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
    }

    private static String phase(String name) {
        return client.pods()
                .inNamespace("default")
                .withName(name)
                .get()
                .getStatus()
                .getPhase();
    }

    private static Pod rejected(String name) {
        await(name + " is refused").atMost(Duration.ofSeconds(20)).until(() -> phase(name)
                .equals("Failed"));
        return client.pods().inNamespace("default").withName(name).get();
    }

    private static void assertEvent(String pod, String reason, String message) {
        await("event about " + pod).atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(
                        client.v1().events().inNamespace("default").list().getItems())
                .filteredOn(e -> pod.equals(e.getInvolvedObject().getName()))
                .filteredOn(e -> reason.equals(e.getReason()))
                .extracting(Event::getType, Event::getMessage)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("Warning", message)));
    }
}
