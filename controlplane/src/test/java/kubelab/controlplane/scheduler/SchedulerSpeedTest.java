package kubelab.controlplane.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import kubelab.controlplane.EmbeddedCluster;
import org.junit.jupiter.api.Test;

/** 1,000 Pods on 100 nodes that exist on paper only. The bound is wide: machines are shared. */
class SchedulerSpeedTest {
    private static final int NODES = 100;
    private static final int PODS = 1000;

    @Test
    void a_thousand_pods_find_their_nodes() {
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
            Instant begin = Instant.now();
            cluster.startComponent(SchedulerComponent.NAME);
            await().atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> bound(client) == PODS);
            long millis = Duration.between(begin, Instant.now()).toMillis();
            System.out.println(PODS + " Pods placed in " + millis + " ms: " + PODS * 1000L / millis + "/s");
            assertThat(millis).as("ms for " + PODS + " Pods").isLessThan(20_000);
        }
    }

    private static long bound(KubernetesClient client) {
        return client.pods().inNamespace("default").list().getItems().stream()
                .map(Pod::getSpec)
                .filter(s -> s.getNodeName() != null)
                .count();
    }

    private static void create(KubernetesClient client, String yaml) {
        client.resource(Serialization.unmarshal("--- " + yaml, HasMetadata.class))
                .create();
    }
}
