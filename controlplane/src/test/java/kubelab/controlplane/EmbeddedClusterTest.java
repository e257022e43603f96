package kubelab.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** All parts together. */
class EmbeddedClusterTest {
    private static EmbeddedCluster cluster;

    @BeforeAll
    static void start() {
        cluster = EmbeddedCluster.builder().nodes(3).start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void nodes_become_ready() {
        assertThat(cluster.nodes()).containsExactly("server", "worker1", "worker2");
        await("nodes ready")
                .atMost(Duration.ofSeconds(20))
                .until(() -> cluster.client().nodes().list().getItems().stream()
                                .filter(n -> n.getStatus().getConditions().stream()
                                        .anyMatch(c -> c.getType().equals("Ready")
                                                && c.getStatus().equals("True")))
                                .count()
                        == 3);
    }

    @Test
    void pod_runs_and_ends_when_it_is_deleted() {
        KubernetesClient client = cluster.client();
        client.pods().inNamespace("default").resource(pod("single")).create();
        await("pod single running").atMost(Duration.ofSeconds(20)).until(() -> "Running"
                .equals(phase("default", "single")));
        assertThat(client.pods().inNamespace("default").withName("single").getLog())
                .contains("hello");
        client.pods()
                .inNamespace("default")
                .withName("single")
                .withGracePeriod(1)
                .delete();
        await("pod single gone")
                .atMost(Duration.ofSeconds(20))
                .until(() ->
                        client.pods().inNamespace("default").withName("single").get() == null);
    }

    @Test
    void deployment_becomes_available() {
        KubernetesClient client = cluster.client();
        client.apps()
                .deployments()
                .inNamespace("default")
                .resource(new DeploymentBuilder()
                        .withNewMetadata()
                        .withName("web")
                        .endMetadata()
                        .withNewSpec()
                        .withReplicas(3)
                        .withNewSelector()
                        .addToMatchLabels("app", "web")
                        .endSelector()
                        .withNewTemplate()
                        .withNewMetadata()
                        .addToLabels("app", "web")
                        .endMetadata()
                        .withSpec(pod("x").getSpec())
                        .endTemplate()
                        .endSpec()
                        .build())
                .create();
        await("deployment web available").atMost(Duration.ofSeconds(20)).until(() -> {
            var status = client.apps()
                    .deployments()
                    .inNamespace("default")
                    .withName("web")
                    .get()
                    .getStatus();
            return status != null && Objects.equals(status.getAvailableReplicas(), 3);
        });
        assertThat(cluster.audit().events()).anySatisfy(e -> {
            assertThat(e.user()).isEqualTo("system:kube-scheduler");
            assertThat(e.subresource()).isEqualTo("binding");
        });
    }

    private static String phase(String namespace, String name) {
        Pod pod = cluster.client().pods().inNamespace(namespace).withName(name).get();
        return pod == null ? "" : pod.getStatus().getPhase();
    }

    private static Pod pod(String name) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("main")
                .withImage("busybox:1.36")
                .withCommand("sh", "-c", "echo hello; sleep 3600")
                .endContainer()
                .endSpec()
                .build();
    }
}
