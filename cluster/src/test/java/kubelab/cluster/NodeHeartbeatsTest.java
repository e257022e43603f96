package kubelab.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import kubelab.controlplane.EmbeddedCluster;
import org.junit.jupiter.api.Test;

class NodeHeartbeatsTest {
    /** As on an existing cluster: the process that prepared an exercise has ended, its node was given up, and now it is to be graded. */
    @Test
    void a_node_that_was_given_up_is_ready_as_soon_as_somebody_keeps_it() throws Exception {
        try (Cluster cluster = Clusters.start(ClusterSpec.embedded())) {
            cluster.unwrap(EmbeddedCluster.class).orElseThrow().stopComponent(HeartbeatComponent.NAME);
            KubernetesClient client = cluster.client();
            client.resource(new NodeBuilder()
                            .withNewMetadata()
                            .withName("hollow")
                            .addToLabels(NodeHeartbeats.LABEL, "true")
                            .endMetadata()
                            .withNewStatus()
                            .addNewCondition()
                            .withType("Ready")
                            .withStatus("Unknown")
                            .endCondition()
                            .endStatus()
                            .build())
                    .create();
            try (AutoCloseable kept = NodeHeartbeats.keep(client)) {
                assertThat(kept).isNotNull();
                await("ready long before the first period is over")
                        .atMost(NodeHeartbeats.PERIOD.dividedBy(2))
                        .until(() -> ready(client).equals("True"));
            }
        }
    }

    @Test
    void a_pod_that_is_deleted_on_a_hollow_node_goes() throws Exception {
        try (Cluster cluster = Clusters.start(ClusterSpec.embedded())) {
            cluster.unwrap(EmbeddedCluster.class).orElseThrow().stopComponent(HeartbeatComponent.NAME);
            KubernetesClient client = cluster.client();
            client.resource("apiVersion: v1\nkind: Node\nmetadata: {name: hollow, labels: {" + NodeHeartbeats.LABEL
                            + ": 'true'}}")
                    .create();
            client.resource("apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: default}\n"
                            + "spec: {nodeName: hollow, containers: [{name: main, image: 'nginx:1.27'}]}")
                    .create();
            NodeHeartbeats nodes = new NodeHeartbeats(client, Instant::now);
            nodes.renew();
            assertThat(client.pods().inNamespace("default").withName("web").get())
                    .as("one that is not deleted stays")
                    .isNotNull();
            client.pods().inNamespace("default").withName("web").delete();
            assertThat(client.pods().inNamespace("default").withName("web").get())
                    .as("it has a grace period, and no kubelet")
                    .isNotNull();
            nodes.renew();
            assertThat(client.pods().inNamespace("default").withName("web").get())
                    .isNull();
        }
    }

    private static String ready(KubernetesClient client) {
        return client.nodes().withName("hollow").get().getStatus().getConditions().stream()
                .filter(c -> c.getType().equals("Ready"))
                .map(NodeCondition::getStatus)
                .findFirst()
                .orElse("");
    }
}
