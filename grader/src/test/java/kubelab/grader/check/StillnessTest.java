package kubelab.grader.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.Random;
import kubelab.controlplane.EmbeddedCluster;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

class StillnessTest {
    /** It counts the nodes of the whole cluster, and others' nodes on paper come and go. */
    @Test
    void a_pod_without_a_node_lies_still_while_the_scheduler_gives_ever_new_reasons() throws Exception {
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().nodes(1).start()) {
            KubernetesClient client = cluster.client();
            client.resource(Serialization.unmarshal("""
                            apiVersion: v1
                            kind: Pod
                            metadata: {name: waits, namespace: default}
                            spec:
                              nodeSelector: {no: such-node}
                              containers: [{name: c, image: "busybox:1.36"}]
                            """, Pod.class)).create();
            Run run = new Run(client, "default", new Random(1), JsonNodeFactory.instance.objectNode());
            Awaitility.await("the scheduler's word")
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> !run.pod("waits")
                            .orElseThrow()
                            .getStatus()
                            .getConditions()
                            .isEmpty());
            Stillness stillness = new Stillness(run, Duration.ofSeconds(1), Pulse.TRUSTED);
            boolean still = false;
            for (int i = 0; i < 40 && !still; i++) {
                client.pods()
                        .inNamespace("default")
                        .withName("waits")
                        .subresource("status")
                        .patch(
                                PatchContext.of(PatchType.STRATEGIC_MERGE),
                                "status: {conditions: [{type: PodScheduled, message: '0/" + i
                                        + " nodes are available'}]}");
                Thread.sleep(100);
                still = stillness.reached();
            }
            assertThat(still).as("still within four seconds").isTrue();
        }
    }
}
