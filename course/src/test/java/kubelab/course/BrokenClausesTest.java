package kubelab.course;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kubelab.course.BrokenClauses.Mark;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three criteria: one judges two clauses, the next one of these, the last needs the first. */
class BrokenClausesTest {
    @TempDir
    private Path root;

    private Exercise exercise;

    @BeforeEach
    void load() throws Exception {
        Path file = root.resolve("solutions/src/main/resources/kubelab/labs/pods/pods-1.yaml");
        Files.createDirectories(file.getParent());
        Files.writeString(file, """
                id: pods-1
                class: kubelab.labs.pods.Duo
                title: Duo
                form: state
                stars: 1
                minutes: 5
                task: Do it.
                hints: [one, two, three]
                clauses: {there: it is there, named: it has its name, lives: it lives}
                criteria:
                - {id: runs, title: It runs, points: 4, judges: [there, named], hint: 1}
                - {id: name, title: It is called duo, points: 3, judges: [named], hint: 1}
                - {id: stays, title: It stays, points: 3, judges: [lives], hint: 1, needs: [runs]}
                """);
        exercise = Course.load(root).get("pods-1");
    }

    @Test
    void what_fails_belongs_to_what_is_broken_and_what_was_not_tried_says_nothing() {
        assertThat(problems("✗✓·", "there")).isEmpty();
        assertThat(problems("✗✗·", "named")).isEmpty();
        assertThat(problems("✓✗✓", "named")).as("a part of its criteria").isEmpty();
        assertThat(problems("✗✓·", "there", "lives")).as("hidden by the other").isEmpty();
    }

    @Test
    void a_criterion_of_another_clause_must_not_fail() {
        assertThat(problems("✗✗·", "there"))
                .containsExactly("one fails the criterion name, which judges [named]; it says that it breaks [there]");
        assertThat(problems("✗✓✗", "there", "named"))
                .containsExactly(
                        "one fails the criterion stays, which judges [lives]; it says that it breaks [there, named]");
    }

    @Test
    void a_clause_whose_criteria_all_pass_is_not_broken() {
        assertThat(problems("✗✓✓", "there", "lives"))
                .containsExactly("one says that it breaks lives, and passes every criterion that judges it");
    }

    @Test
    void each_clause_is_broken_alone_or_it_is_said_why_not() {
        Map<String, Map<String, Mark>> marks =
                Map.of("a", marks("✗✓·"), "b", marks("✗✗·"), "c", marks("✗✗·"), "d", marks("✓✓✗"));
        ExerciseAnswer a = answer("a", List.of("there"), Map.of());
        ExerciseAnswer b = answer("b", List.of("named"), Map.of());
        ExerciseAnswer d = answer("d", List.of("lives"), Map.of());
        assertThat(BrokenClauses.unproven(exercise, List.of(a, b, d), marks)).isEmpty();
        assertThat(BrokenClauses.unproven(exercise, List.of(a, b), marks))
                .contains("no wrong answer breaks the clause lives");
        ExerciseAnswer both = answer("c", List.of("there", "named"), Map.of());
        assertThat(BrokenClauses.unproven(exercise, List.of(a, both, d), marks))
                .containsExactly("no wrong answer breaks only the clause named; where none can, one that breaks it says"
                        + " why: together-with: {named: …}");
        ExerciseAnswer excused = answer("c", List.of("there", "named"), Map.of("named", "it has no place for a name"));
        assertThat(BrokenClauses.unproven(exercise, List.of(a, excused, d), marks))
                .isEmpty();
        assertThat(BrokenClauses.unproven(exercise, List.of(a, b, excused, d), marks))
                .containsExactly("a wrong answer breaks only the clause named, so no together-with has to excuse it");
    }

    @Test
    void a_criterion_judges_only_what_an_answer_makes_it_judge() {
        Map<String, Map<String, Mark>> marks = Map.of("a", marks("✗✓·"), "b", marks("✓✗✓"), "d", marks("✓✓✗"));
        List<ExerciseAnswer> answers = List.of(
                answer("a", List.of("there"), Map.of()),
                answer("b", List.of("named"), Map.of()),
                answer("d", List.of("lives"), Map.of()));
        assertThat(BrokenClauses.unproven(exercise, answers, marks))
                .containsExactly("the criterion runs judges named, and every answer that breaks this clause passes it");
    }

    @Test
    void marks_are_read_from_the_feedback() {
        String feedback = """
                pods-1  Duo  FAIL  3 of 10 points
                  ✗ It runs  0/4
                      expected  ✓ It is called duo
                  ✓ It is called duo  3/3
                  · It stays  0/3  not tried: first "It runs"
                """;
        assertThat(AnswerFeedback.marks(exercise, feedback)).isEqualTo(marks("✗✓·"));
        assertThatThrownBy(() -> AnswerFeedback.marks(exercise, "pods-1  Duo  FAIL"))
                .isInstanceOf(CourseException.class)
                .hasMessage("it does not show the criterion runs");
    }

    private List<String> problems(String marks, String... breaks) {
        return BrokenClauses.problems(exercise, answer("one", List.of(breaks), Map.of()), marks(marks));
    }

    private Map<String, Mark> marks(String signs) {
        Map<String, Mark> marks = new HashMap<>();
        for (int i = 0; i < 3; i++) {
            Mark tried = signs.charAt(i) == '✓' ? Mark.PASSED : Mark.FAILED;
            marks.put(exercise.criteria().get(i).id(), signs.charAt(i) == '·' ? Mark.NOT_TRIED : tried);
        }
        return marks;
    }

    private static ExerciseAnswer answer(String name, List<String> breaks, Map<String, String> togetherWith) {
        return new ExerciseAnswer(
                name,
                breaks,
                togetherWith,
                java.util.Optional.empty(),
                0,
                "why",
                Map.of("region", ""),
                List.of(),
                java.util.Optional.empty());
    }
}
