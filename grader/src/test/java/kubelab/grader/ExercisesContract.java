package kubelab.grader;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import kubelab.cluster.NodeHeartbeats;
import kubelab.course.BrokenClauses;
import kubelab.course.BrokenClauses.Mark;
import kubelab.grader.CriterionResult.State;
import kubelab.grader.report.TerminalReport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/**
 * Every exercise on a cluster: the solution and other right answers have full marks, the starter nothing, each wrong answer
 * its stated score, the clauses broken that it names and no others, and its golden feedback ({@code -Dupdate} records it
 * again). {@code -Druns=20} does it twenty times, {@code -Dcase=pods-1} only where the name contains that.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ExercisesContract {
    private static final long SEED = 42;
    /** A grading that hangs is a red test, not a build without an end. */
    private static final int LONGEST_MINUTES = 10;

    static final int RUNS = Integer.getInteger("runs", 1);

    private static final Path ALLOWED_SKIPS = Path.of("src/test/allowed-skips.txt");

    private final int parallel = Integer.getInteger("kubelab.test.parallel", parallel());
    private final ExecutorService pool = Executors.newFixedThreadPool(parallel);
    private final List<AutoCloseable> open = new ArrayList<>();
    private final Flakiness flakiness = new Flakiness();

    @TempDir
    private Path starters;

    abstract ClusterAccess cluster() throws Exception;

    /** How long nothing must change before a wrong answer is told so: as short as the cluster is quick. */
    abstract Duration quiet();

    /** A grading is mostly waiting; with more than so many at a time, it would be waiting for the processor. */
    abstract int parallel();

    /** Everything, unless a subclass grades where that is too dear. */
    Sample sample() {
        return Sample.everything();
    }

    @TestFactory
    Stream<DynamicTest> each_answer_gets_its_score_and_its_feedback() throws Exception {
        ClusterAccess access;
        try {
            access = cluster();
        } catch (TestAbortedException e) {
            // a factory that is aborted is in no report: this one is counted as skipped, with the reason
            return Stream.of(DynamicTest.dynamicTest("all exercises", () -> {
                throw e;
            }));
        }
        Workers.archive(access);
        Grader grader = Grader.builder(Cases.ROOT)
                .cluster(access)
                .seed(SEED)
                .parallel(parallel)
                .limits(Limits.own().withQuiet(quiet()))
                .trusted()
                .build();
        open.add(grader);
        List<Cases> cases = sample().of(
                        Cases.all(grader.course(), starters), c -> c.exercise().id(), Cases::name);
        Map<Cases, Answers> compiled = new HashMap<>();
        List<DynamicTest> tests = new ArrayList<>();
        for (int run = 1; run <= RUNS; run++) {
            for (Cases one : cases) {
                // the first run takes the learner's way; the others need not compile the same text again
                Answers answers = run == 1
                        ? new Answers.Folder(one.folder())
                        : compiled.computeIfAbsent(one, Cases::compiledOnce);
                Future<Report> graded =
                        pool.submit(() -> grader.check(List.of(one.exercise().id()), answers));
                tests.add(DynamicTest.dynamicTest(
                        one + (run > 1 ? " again, " + run : ""),
                        () -> verify(
                                one,
                                graded.get(LONGEST_MINUTES, TimeUnit.MINUTES)
                                        .results()
                                        .get(0))));
            }
        }
        return tests.stream();
    }

    @AfterAll
    void close() throws Exception {
        pool.shutdownNow();
        for (AutoCloseable closeable : open) {
            closeable.close();
        }
        nothingIsLeft();
        // now that the answers' processes have ended, what they have used is known
        flakiness.write("flakiness-" + getClass().getSimpleName() + ".txt");
    }

    /** Gradings do not wait for their namespaces to go, but these do go, and the hollow nodes with them. */
    private void nothingIsLeft() throws Exception {
        ClusterAccess access;
        try {
            access = cluster();
        } catch (TestAbortedException e) {
            return;
        }
        try (KubernetesClient client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(access.kubeconfig()))
                .build()) {
            Awaitility.await("namespaces and hollow nodes of gradings to go")
                    .atMost(Duration.ofMinutes(2))
                    .pollInterval(Duration.ofSeconds(1))
                    .untilAsserted(() -> assertThat(Stream.concat(
                                    client.namespaces().withLabel(Namespaces.EXERCISE).list().getItems().stream(),
                                    client.nodes().withLabel(NodeHeartbeats.LABEL).list().getItems().stream()))
                            .extracting(o -> o.getMetadata().getName())
                            .isEmpty());
        }
    }

    private void verify(Cases one, ExerciseResult result) throws IOException {
        String feedback = feedback(result);
        flakiness.add(one, result, one.wrong().isPresent() ? feedback : "");
        if (result.outcome() == Outcome.SKIPPED) {
            assertThat(ALLOWED_SKIPS)
                    .as(feedback)
                    .content()
                    .contains("\n" + one.exercise().id() + " ");
            System.out.println("SKIPPED " + one + ": " + result.message());
            Assumptions.abort(result.message());
        }
        System.out.printf(
                "%s: %s %d points, %d ms%n",
                one, result.outcome(), result.points(), result.took().toMillis());
        assertThat(result.points()).as("points of " + one + "\n" + feedback).isEqualTo(one.points());
        if (one.isRight()) {
            assertThat(result.outcome()).as(feedback).isEqualTo(Outcome.PASS);
            assertThat(result.debrief().isEmpty())
                    .as(
                            "no debrief: is each {name} of %s noted?\n%s",
                            one.exercise().debrief(), feedback)
                    .isEqualTo(one.exercise().debrief().isEmpty());
            return;
        }
        assertThat(result.outcome()).as(feedback).isEqualTo(Outcome.FAIL);
        assertThat(result.criteria()).as(feedback).noneMatch(c -> c.state() == State.ERROR);
        if (one.wrong().isEmpty()) {
            return;
        }
        assertThat(BrokenClauses.problems(one.exercise(), one.wrong().get(), marks(result)))
                .as(feedback)
                .isEmpty();
        if (System.getProperty("update") != null) {
            one.record(feedback);
        }
        assertThat(feedback)
                .as("feedback for " + one + "; -Dupdate records it anew")
                .isEqualTo(one.golden());
    }

    private static Map<String, Mark> marks(ExerciseResult result) {
        Map<String, Mark> marks = new HashMap<>();
        for (CriterionResult criterion : result.criteria()) {
            Mark tried = criterion.state() == State.PASSED ? Mark.PASSED : Mark.FAILED;
            marks.put(criterion.id(), criterion.state() == State.NOT_TRIED ? Mark.NOT_TRIED : tried);
        }
        return marks;
    }

    static String feedback(ExerciseResult result) {
        var bytes = new ByteArrayOutputStream();
        new TerminalReport(false).write(result, new PrintStream(bytes, true, StandardCharsets.UTF_8));
        String text = bytes.toString(StandardCharsets.UTF_8);
        return result.namespace().isEmpty() ? text : text.replace(result.namespace(), "NAMESPACE");
    }
}
