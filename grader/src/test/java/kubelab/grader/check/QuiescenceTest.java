package kubelab.grader.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import kubelab.controlplane.EmbeddedCluster;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

class QuiescenceTest {
    /** The reason counts the nodes of the whole cluster, and hollow nodes of other gradings come and go. */
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
            CheckContext run =
                    new CheckContext(client, "default", new Random(1), JsonNodeFactory.instance.objectNode());
            Awaitility.await("the scheduler's word")
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> !run.pod("waits")
                            .orElseThrow()
                            .getStatus()
                            .getConditions()
                            .isEmpty());
            Quiescence quiescence = new Quiescence(run, Duration.ofSeconds(1), Pulse.TRUSTED);
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
                still = quiescence.reached();
            }
            assertThat(still).as("still within four seconds").isTrue();
        }
    }

    /** What is not finished is not at rest, although nothing changes for longer than the quiet time. */
    @Test
    void an_init_container_and_a_jobs_pod_at_work_are_waited_for() throws Exception {
        Map<String, String> cases = Map.of("init", """
                apiVersion: v1
                kind: Pod
                metadata: {name: init, namespace: default}
                spec:
                  initContainers: [{name: first, image: "busybox:1.36", command: [sleep, "600"]}]
                  containers: [{name: c, image: "busybox:1.36"}]
                """, "job", """
                apiVersion: batch/v1
                kind: Job
                metadata: {name: job, namespace: default}
                spec:
                  template:
                    spec:
                      restartPolicy: Never
                      containers: [{name: c, image: "busybox:1.36", command: [sleep, "600"]}]
                """);
        for (var one : cases.entrySet()) {
            try (EmbeddedCluster cluster = EmbeddedCluster.builder().nodes(1).start()) {
                cluster.client().resource(one.getValue()).create();
                CheckContext run = new CheckContext(
                        cluster.client(), "default", new Random(1), JsonNodeFactory.instance.objectNode());
                Awaitility.await("a container at work")
                        .atMost(Duration.ofSeconds(20))
                        .until(() -> run.pods().stream()
                                .anyMatch(p -> p.getStatus().getInitContainerStatuses().stream()
                                                .anyMatch(c -> c.getState().getRunning() != null)
                                        || "Running".equals(p.getStatus().getPhase())));
                patience(one.getKey(), run);
            }
        }
    }

    @Test
    void a_rollout_whose_new_pod_is_not_ready_yet_is_waited_for() throws Exception {
        String deployment = """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: rolls, namespace: default}
                spec:
                  selector: {matchLabels: {app: rolls}}
                  template:
                    metadata: {labels: {app: rolls}}
                    spec:
                      containers: [{name: c, image: "busybox:1.36", command: [sleep, "600"]%s}]
                """;
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().nodes(1).start()) {
            KubernetesClient client = cluster.client();
            CheckContext run =
                    new CheckContext(client, "default", new Random(1), JsonNodeFactory.instance.objectNode());
            client.resource(deployment.formatted("")).create();
            Awaitility.await("the first Pod").atMost(Duration.ofSeconds(20)).until(() -> running(run) == 1);
            client.resource(deployment.formatted(", readinessProbe: {exec: {command: [\"false\"]}}"))
                    .forceConflicts()
                    .serverSideApply();
            Awaitility.await("the second Pod").atMost(Duration.ofSeconds(20)).until(() -> running(run) == 2);
            patience("a rollout", run);
        }
    }

    private static long running(CheckContext run) {
        return run.pods().stream()
                .filter(p -> "Running".equals(p.getStatus().getPhase()))
                .count();
    }

    /** Four times the quiet time, and not for ever. */
    private static void patience(String what, CheckContext run) {
        long start = System.nanoTime();
        Quiescence quiescence = new Quiescence(run, Duration.ofMillis(500), Pulse.TRUSTED);
        Awaitility.await("quiescence of " + what).atMost(Duration.ofSeconds(20)).until(quiescence::reached);
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .as("patience with " + what)
                .isGreaterThanOrEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void nothing_is_still_before_a_beat_that_began_after_the_last_change_is_through() throws Exception {
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().nodes(1).start()) {
            CheckContext run =
                    new CheckContext(cluster.client(), "default", new Random(1), JsonNodeFactory.instance.objectNode());
            AtomicLong through = new AtomicLong(System.nanoTime());
            Quiescence quiescence = new Quiescence(run, Duration.ZERO, since -> through.get() - since >= 0);
            for (int i = 0; i < 20; i++) {
                assertThat(quiescence.reached()).as("look " + i).isFalse();
            }
            through.set(System.nanoTime());
            assertThat(quiescence.reached()).isTrue();
        }
    }
}
