package kubelab.grader;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import kubelab.controlplane.EmbeddedCluster;
import kubelab.controlplane.apiserver.request.FaultInjection;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A right answer on a slow machine is PASS, or there is no verdict; it is never called wrong. */
class SlowClusterTest {
    /** The quiet time is as far below the lag as three seconds are below that of a busy machine. */
    private static final Limits LIMITS =
            new Limits(Duration.ofSeconds(20), 256, 1 << 20, Duration.ofMillis(100), Duration.ofSeconds(60));

    private static final Duration LAG = Duration.ofSeconds(2);

    /** The node's rules come late: until then a Service's address leads nowhere. */
    @Test
    void rules_that_come_late_are_waited_for() throws Exception {
        rightAnswer("services-4", meanwhile(cluster -> {
            String proxy = "kube-proxy-" + cluster.nodes().get(0);
            // prepared with rules, answered without
            await(() -> has(cluster, "target"));
            cluster.stopComponent(proxy);
            await(() -> has(cluster, "db"));
            cluster.clock().sleep(LAG);
            cluster.startComponent(proxy);
        }));
    }

    /** It reads of Pods and of nodes in two watches: one can be behind the other. */
    @Test
    void a_scheduler_that_learns_late_of_a_node_that_is_gone_is_waited_for() throws Exception {
        AtomicReference<FaultInjection.Rule> lag = new AtomicReference<>();
        rightAnswer("scheduler-2", cluster -> {
            FaultInjection.Match nodesForTheScheduler = (user, request) ->
                    user.equals("system:kube-scheduler") && request.plural().equals("nodes");
            lag.set(cluster.faults().delay(nodesForTheScheduler, LAG));
            FaultInjection.Match deletion = (user, request) -> {
                if (request.verb().equals("delete") && request.plural().equals("nodes")) {
                    cluster.dropWatches();
                }
                return false;
            };
            cluster.faults().fail(deletion, 503);
        });
        assertThat(lag.get().hits()).as("the scheduler's watches of nodes").isPositive();
    }

    private interface Trouble {
        void make(EmbeddedCluster cluster) throws InterruptedException;
    }

    private static Consumer<EmbeddedCluster> meanwhile(Trouble trouble) {
        return cluster -> {
            Thread thread = new Thread(() -> {
                try {
                    trouble.make(cluster);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            thread.setDaemon(true);
            thread.start();
        };
    }

    private static boolean has(EmbeddedCluster cluster, String name) {
        boolean service = cluster.client().services().inAnyNamespace().list().getItems().stream()
                .anyMatch(s -> s.getMetadata().getName().equals(name));
        return service
                || cluster.client().configMaps().inAnyNamespace().list().getItems().stream()
                        .anyMatch(c -> c.getMetadata().getName().equals(name));
    }

    private static void await(Callable<Boolean> there) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(there);
    }

    private static void rightAnswer(String id, Consumer<EmbeddedCluster> disturbance) throws Exception {
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().nodes(1).start()) {
            disturbance.accept(cluster);
            ClusterAccess access =
                    ClusterAccess.of(cluster.kubeconfig(), "embedded", Set.of("nodes(1)", "cluster-scope"));
            try (Grader grader = Grader.builder(Cases.ROOT)
                    .cluster(access)
                    .seed(42)
                    .parallel(1)
                    .limits(LIMITS)
                    .build()) {
                Answers solutions = new Answers.Folder(Cases.ROOT.resolve("solutions"));
                ExerciseResult result =
                        grader.check(List.of(id), solutions).results().get(0);
                assertThat(result.outcome())
                        .as(ExercisesContract.feedback(result))
                        .isIn(Outcome.PASS, Outcome.TIMEOUT);
            }
        }
    }
}
