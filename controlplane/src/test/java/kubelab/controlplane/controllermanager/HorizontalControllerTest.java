package kubelab.controlplane.controllermanager;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerCondition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import kubelab.controlplane.EmbeddedCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An autoscaler on what containers really do in this cluster, from their programs to the number of replicas. */
class HorizontalControllerTest {
    /** Each Pod works for its first two minutes, a few times of what it asks for. */
    private static final String WORK = "end=$(( $(date +%s) + 120 )); while [ $(date +%s) -lt $end ]; do i=0; "
            + "while [ $i -lt 300 ]; do i=$((i+1)); done; sleep 2; done; sleep 3600";

    private static EmbeddedCluster cluster;
    private static KubernetesClient client;

    @BeforeAll
    static void start() {
        cluster = EmbeddedCluster.builder().nodes(1).start();
        client = cluster.client();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void load_makes_it_larger_and_quiet_smaller_after_the_window() throws InterruptedException {
        create("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: worker, namespace: default}
                spec:
                  replicas: 1
                  selector: {matchLabels: {app: worker}}
                  template:
                    metadata: {labels: {app: worker}}
                    spec:
                      terminationGracePeriodSeconds: 0
                      containers:
                      - {name: c, image: 'busybox:1.36', command: [sh, -c, 'WORK'], resources: {requests: {cpu: 1m}}}
                """.replace("WORK", WORK));
        create("""
                apiVersion: autoscaling/v2
                kind: HorizontalPodAutoscaler
                metadata: {name: worker, namespace: default}
                spec:
                  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: worker}
                  maxReplicas: 3
                  behavior: {scaleDown: {stabilizationWindowSeconds: 90}}
                """);
        passUntil(Duration.ofMinutes(3), () -> replicas() == 3);
        assertThat(messages())
                .as("Events of the autoscaler")
                .contains("New size: 3; reason: cpu resource utilization (percentage of request) above target");
        passUntil(Duration.ofMinutes(4), () -> reasons().get("AbleToScale").equals("ScaleDownStabilized"));
        assertThat(replicas()).as("replicas while the window lasts").isEqualTo(3);
        passUntil(Duration.ofMinutes(8), () -> replicas() == 1);
        assertThat(messages()).as("Events of the autoscaler").contains("New size: 1; reason: All metrics below target");
    }

    private static void passUntil(Duration most, BooleanSupplier reached) throws InterruptedException {
        for (long passed = 0; !reached.getAsBoolean() && passed < most.toSeconds(); passed += 5) {
            cluster.advance(Duration.ofSeconds(5));
        }
        assertThat(reached.getAsBoolean())
                .as("reached within %s; replicas %s, conditions %s, Events %s", most, replicas(), reasons(), messages())
                .isTrue();
    }

    private static int replicas() {
        return client.apps()
                .deployments()
                .inNamespace("default")
                .withName("worker")
                .get()
                .getSpec()
                .getReplicas();
    }

    private static Map<String, String> reasons() {
        return client
                .autoscaling()
                .v2()
                .horizontalPodAutoscalers()
                .inNamespace("default")
                .withName("worker")
                .get()
                .getStatus()
                .getConditions()
                .stream()
                .collect(java.util.stream.Collectors.toMap(
                        HorizontalPodAutoscalerCondition::getType, HorizontalPodAutoscalerCondition::getReason));
    }

    private static List<String> messages() {
        return client.v1().events().inNamespace("default").list().getItems().stream()
                .filter(e -> e.getInvolvedObject().getKind().equals("HorizontalPodAutoscaler"))
                .map(Event::getMessage)
                .toList();
    }

    private static void create(String object) {
        client.resource(Serialization.<HasMetadata>unmarshal(object, HasMetadata.class))
                .create();
    }
}
