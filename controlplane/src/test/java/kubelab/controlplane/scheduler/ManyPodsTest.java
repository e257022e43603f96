package kubelab.controlplane.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import kubelab.controlplane.EmbeddedCluster;
import org.junit.jupiter.api.Test;

/** 1,000 Pods on 100 hollow nodes. {@code kubelab bench} measures how fast that goes. */
class ManyPodsTest {
    private static final int NODES = 100;
    private static final int PODS = 1000;

    @Test
    void a_thousand_like_pods_fill_a_hundred_like_nodes_evenly() {
        try (EmbeddedCluster cluster = EmbeddedCluster.builder()
                .bare()
                .component(SchedulerComponent.NAME, SchedulerComponent.factory(1))
                .start()) {
            KubernetesClient client = cluster.client();
            for (int i = 0; i < NODES; i++) {
                create(
                        client,
                        "{apiVersion: v1, kind: Node, metadata: {name: n" + i
                                + ", labels: {kubernetes.io/hostname: n" + i
                                + "}}, status: {allocatable: {cpu: '8', memory: "
                                + "32Gi, pods: '110'}}}");
            }
            cluster.stopComponent(SchedulerComponent.NAME);
            for (int i = 0; i < PODS; i++) {
                create(
                        client,
                        "{apiVersion: v1, kind: Pod, metadata: {name: p" + i + ", namespace: default, labels: "
                                + "{app: web}}, spec: {containers: [{name: c, image: 'nginx:1.27', resources: {requests: "
                                + "{cpu: 100m, memory: 64Mi}}}]}}");
            }
            cluster.startComponent(SchedulerComponent.NAME);
            await().atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> nodes(client).size() == PODS);
            assertThat(nodes(client).stream().collect(Collectors.groupingBy(n -> n, Collectors.counting())))
                    .hasSize(NODES)
                    .allSatisfy((node, pods) ->
                            assertThat(pods).as("Pods on " + node).isEqualTo(PODS / NODES));
        }
    }

    /** One entry for each Pod that has a node. */
    private static List<String> nodes(KubernetesClient client) {
        return client.pods().inNamespace("default").list().getItems().stream()
                .map(p -> p.getSpec().getNodeName())
                .filter(Objects::nonNull)
                .toList();
    }

    private static void create(KubernetesClient client, String yaml) {
        client.resource(Serialization.unmarshal("--- " + yaml, HasMetadata.class))
                .create();
    }
}
