package kubelab.grader;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import kubelab.grader.report.TerminalReport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * A learner's exercises as tests, for IDEs and CI: {@code ./mvnw test -pl grader -am -Dexercise=pods-1}. Several ids with
 * commas, or {@code all}; {@code -Danswers=} takes what {@code kubelab check --answers} takes. Without {@code -Dexercise}
 * there is no test here.
 */
class ExerciseTest {
    @TestFactory
    Stream<DynamicTest> exercise() throws Exception {
        String wanted = System.getProperty("exercise", "");
        if (wanted.isEmpty()) {
            return Stream.empty();
        }
        List<String> ids = wanted.equals("all")
                ? List.of()
                : Arrays.stream(wanted.split(",")).toList();
        boolean onReal = !System.getProperty("kubelab.test.kubeconfig", "").isEmpty();
        ClusterAccess cluster = onReal ? TestClusters.real() : TestClusters.embedded();
        try (Grader grader = Grader.builder(Cases.ROOT).cluster(cluster).build()) {
            Answers answers = Answers.parse(Cases.ROOT, System.getProperty("answers", "labs"));
            return grader.check(ids, answers).results().stream()
                    .map(result -> DynamicTest.dynamicTest(
                            result.exercise().id() + " " + result.exercise().title(), () -> assertThat(result.outcome())
                                    .as(feedback(result))
                                    .isEqualTo(Outcome.PASS)));
        }
    }

    private static String feedback(ExerciseResult result) {
        var bytes = new ByteArrayOutputStream();
        new TerminalReport(false).write(result, new PrintStream(bytes, true, StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
