package kubelab.grader;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kubelab.course.Course;
import kubelab.course.Exercise;
import kubelab.grader.answer.AnswerClassPath;
import kubelab.grader.answer.AnswerCompiler;
import kubelab.grader.check.Checks;
import kubelab.grader.check.Criterion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExerciseFilesTest {
    @TempDir
    private Path folder;

    static List<Exercise> exercises() {
        return Course.load(Cases.ROOT).exercises();
    }

    @ParameterizedTest
    @MethodSource("exercises")
    void metadata_and_check_agree(Exercise exercise) {
        List<Criterion> criteria = Checks.criteria(exercise, Checks.create(exercise));
        for (Criterion criterion : criteria) {
            // a component may be asked directly, which no kubectl command shows
            if (exercise.form() != Exercise.Form.COMPONENT) {
                assertThat(criterion.command())
                        .as("command of " + criterion.id())
                        .isNotEmpty();
            }
        }
        assertThat(criteria).as("hidden criteria of " + exercise.id()).anyMatch(Criterion::hidden);
    }

    @Test
    void the_check_of_a_topic_of_two_words_is_found() {
        Exercise exercise =
                MadeUpExercises.of("pro-bes-1", "kubelab.labs.probes.Placer", "Placer", Exercise.Form.COMPONENT);
        assertThat(exercise.topic()).isEqualTo("pro-bes");
        assertThat(Checks.create(exercise).getClass().getName()).isEqualTo("kubelab.grader.checks.probes.PlacerCheck");
    }

    @ParameterizedTest
    @MethodSource("exercises")
    void starter_solution_and_answers_compile_and_are_short(Exercise exercise) throws Exception {
        var compiler = new AnswerCompiler(Cases.ROOT, AnswerClassPath.find());
        List<Cases> cases = new ArrayList<>(List.of(Cases.starter(exercise, folder), Cases.solution(exercise)));
        cases.addAll(Cases.answers(exercise, folder));
        for (Cases one : cases) {
            Path target = Files.createTempDirectory(folder, "classes");
            assertThat(compiler.compile(new Answers.Folder(one.folder()), exercise, target)
                            .mainClass())
                    .as(one.toString())
                    .isEqualTo(exercise.className());
        }
        List<String> lines =
                Files.readAllLines(Cases.ROOT.resolve("solutions/src/main/java").resolve(exercise.sourceFile()));
        assertThat(lines).as("lines of " + exercise.className()).hasSizeLessThanOrEqualTo(80);
        assertThat(lines.stream().filter(l -> l.contains("tag::solution[]")).count())
                .as("gaps of " + exercise.className())
                .isBetween(1L, 3L);
    }
}
