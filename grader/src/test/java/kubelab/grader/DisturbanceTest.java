package kubelab.grader;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Stream;
import kubelab.cluster.Cluster;
import kubelab.cluster.ClusterSpec;
import kubelab.cluster.Clusters;
import kubelab.controlplane.EmbeddedCluster;
import kubelab.course.Course;
import kubelab.course.Exercise;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a check says while the cluster is in trouble: no wrong answer ever passes, and a right one is not called wrong
 * where it was only slow. The solution and one wrong answer of each chapter's first exercise and of every component;
 * {@code -Ddisturb=all} takes every answer of all exercises (half an hour), {@code -Dcase=pods-1} only where the name
 * starts so.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DisturbanceTest {
    private static final int PARALLEL = 4;
    /** Without a scheduler there is nothing to do but wait, up to a minute where a check has Pods of its own. */
    private static final int WAITING = 12;
    /** Exercises in which nothing is scheduled, or only by the solution's own scheduler. */
    private static final Set<String> PASS_WITHOUT_SCHEDULER = Set.of("introduction-1", "introduction-5", "scheduler-4");
    /** Long enough for each answer that can pass, short enough for those that cannot. */
    private static final Limits LIMITS =
            new Limits(Duration.ofSeconds(20), 256, 1024 * 1024, Duration.ofSeconds(3), Duration.ofSeconds(20));

    private final List<AutoCloseable> open = new ArrayList<>();

    @TempDir
    private Path starters;

    /** What must hold of a result. */
    private interface Expectation {
        void verify(Cases one, ExerciseResult result, String feedback);
    }

    @TestFactory
    Stream<DynamicTest> without_a_scheduler_nothing_passes() throws Exception {
        return graded(WAITING, cluster -> cluster.stopComponent("kube-scheduler"), (one, result, feedback) -> {
            if (!one.isRight()
                    || !PASS_WITHOUT_SCHEDULER.contains(one.exercise().id())) {
                assertThat(result.outcome()).as(feedback).isNotEqualTo(Outcome.PASS);
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> where_each_request_takes_long_the_verdict_is_the_same_or_there_is_none() throws Exception {
        return graded(
                PARALLEL,
                cluster -> cluster.faults().delay((user, request) -> true, Duration.ofMillis(100)),
                (one, result, feedback) -> assertThat(result.outcome())
                        .as(feedback)
                        .isIn(
                                one.isRight() ? Outcome.PASS : Outcome.FAIL,
                                Outcome.TIMEOUT,
                                Outcome.UNGRADABLE,
                                Outcome.SKIPPED));
    }

    @TestFactory
    Stream<DynamicTest> where_requests_fail_now_and_then_no_wrong_answer_passes() throws Exception {
        return graded(
                PARALLEL,
                cluster -> cluster.faults()
                        .fail((user, request) -> !user.equals("system:admin"), 503)
                        .some(0.05, 7),
                (one, result, feedback) -> {
                    if (!one.isRight()) {
                        assertThat(result.outcome()).as(feedback).isNotEqualTo(Outcome.PASS);
                    }
                });
    }

    @AfterAll
    void close() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    private Stream<DynamicTest> graded(int parallel, Consumer<EmbeddedCluster> disturbance, Expectation expectation)
            throws IOException {
        Cluster cluster = Clusters.start(ClusterSpec.embedded().withNodes(3));
        open.add(cluster);
        ExecutorService pool = Executors.newFixedThreadPool(parallel);
        open.add(pool::shutdownNow);
        Grader grader = Grader.builder(Cases.ROOT)
                .cluster(ClusterAccess.of(cluster))
                .seed(42)
                .parallel(parallel)
                .limits(LIMITS)
                .trusted()
                .build();
        open.add(grader);
        List<Cases> cases = cases(grader.course());
        disturbance.accept(cluster.unwrap(EmbeddedCluster.class).orElseThrow());
        List<DynamicTest> tests = new ArrayList<>();
        for (Cases one : cases) {
            Future<Report> graded =
                    pool.submit(() -> grader.check(List.of(one.exercise().id()), new Answers.Folder(one.folder())));
            tests.add(DynamicTest.dynamicTest(one.toString(), () -> {
                ExerciseResult result = graded.get().results().get(0);
                String feedback = ExercisesContract.feedback(result);
                System.out.printf(
                        "disturbed: %s: %s, %d ms%n",
                        one, result.outcome(), result.took().toMillis());
                expectation.verify(one, result, feedback);
            }));
        }
        return tests.stream();
    }

    private List<Cases> cases(Course course) throws IOException {
        List<Cases> all = Cases.all(course, starters);
        if (System.getProperty("disturb", "").equals("all")) {
            return all;
        }
        List<Cases> some = new ArrayList<>();
        for (Cases one : all) {
            long known = some.stream()
                    .filter(c -> c.exercise().id().equals(one.exercise().id()))
                    .count();
            boolean chosen =
                    one.exercise().id().endsWith("-1") || one.exercise().form() == Exercise.Form.COMPONENT;
            if (chosen && !one.name().equals("starter") && known < 2) {
                some.add(one);
            }
        }
        return some;
    }
}
