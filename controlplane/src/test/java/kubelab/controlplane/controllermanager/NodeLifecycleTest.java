package kubelab.controlplane.controllermanager;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A node falls silent: what happens to it and to its Pods, and when, by the cluster's clock. */
class NodeLifecycleTest extends OnHollowNodes {

    @Test
    void a_silent_node_is_tainted_after_50_s_and_its_pods_leave_after_300_s_more() throws InterruptedException {
        Pod pod = Serialization.unmarshal(
                "--- {apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {nodeName: n1, containers: [{name: c, image: x}]}}",
                Pod.class);
        create(pod);
        until(() -> "Running".equals(pods().get(0).getStatus().getPhase()));
        cluster.advance(Duration.ofSeconds(45));
        assertThat(ready("n1")).extracting(NodeCondition::getStatus).isEqualTo("True");

        cluster.advance(Duration.ofSeconds(10));
        until(() -> ready("n1").getStatus().equals("Unknown")
                && node("n1").getSpec().getTaints().size() == 2);
        assertThat(ready("n1"))
                .extracting(NodeCondition::getReason, NodeCondition::getMessage)
                .containsExactly("NodeStatusUnknown", "Kubelet stopped posting node status.");
        assertThat(node("n1").getSpec().getTaints())
                .extracting(Taint::getKey, Taint::getEffect)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple("node.kubernetes.io/unreachable", "NoSchedule"),
                        org.assertj.core.groups.Tuple.tuple("node.kubernetes.io/unreachable", "NoExecute"));
        until(() -> pods().get(0).getStatus().getConditions().stream()
                .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("False")));

        cluster.advance(Duration.ofSeconds(290));
        assertThat(pods()).as("tolerated for 300 s").hasSize(1);
        cluster.advance(Duration.ofSeconds(20));
        until(() -> pods().isEmpty());
        until(() -> events("Pod").contains("Marking for deletion Pod " + namespace + "/p"));
    }

    private static Node node(String name) {
        return client.nodes().withName(name).get();
    }

    private static NodeCondition ready(String name) {
        return node(name).getStatus().getConditions().stream()
                .filter(c -> c.getType().equals("Ready"))
                .findFirst()
                .orElseThrow();
    }
}
