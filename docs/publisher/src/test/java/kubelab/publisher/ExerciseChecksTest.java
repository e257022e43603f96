package kubelab.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An exercise that is complete, and each way in which its files may not hold together. */
class ExerciseChecksTest {
    private static final String YAML = "solutions/src/main/resources/kubelab/labs/things/things-2.yaml";
    private static final String SOLUTION = "solutions/src/main/java/kubelab/labs/things/SecondThing.java";
    private static final String CHECK = "grader/src/main/java/kubelab/grader/checks/things/SecondThingCheck.java";
    private static final String ANSWERS = "grader/src/test/answers/things-2.yaml";
    private static final String FEEDBACK = "grader/src/test/answers/things-2.feedback.txt";

    @TempDir
    Path folder;

    private MiniCourse course;

    @BeforeEach
    void write() throws Exception {
        course = new MiniCourse(folder);
        assertThat(course.say(a -> a.create("things", "second-thing", "state"))).isZero();
        course.complete("things-2");
        assertThat(problems()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '^',
            quoteCharacter = '~',
            value = {
                YAML + "^made: \"TODO^other: \"TODO^judges [made], and the clauses are [other]",
                YAML + "^made: \"TODO^more: one more\\n  made: \"TODO^no criterion judges the clause more",
                YAML + "^made: \"TODO^more: one more\\n  made: \"TODO^no wrong answer breaks the clause more",
                YAML + "^any-way: \"TODO^more: one more\\n  any-way: \"TODO^no right answer uses the freedom more",
                YAML + "^debrief: |\\n  TODO: what happened and why, in two sentences.^^has no debrief",
                YAML + "^id: lasts^id: stays^the criterion stays has no look in " + CHECK,
                CHECK + "^\"lasts\"^\"stays\"^" + CHECK + " looks for stays, which is no criterion",
                CHECK + "^import^import^has 65 lines; 60 are enough",
                SOLUTION + "^// starter: // TODO things-2: write your code here.^// starter: return;^has no TODO",
                SOLUTION + "^solution[] answer^solution[] other^no answer region is called answer; there is other",
                ANSWERS + "^name: one, breaks: made, points: 1^name: one, uses: any-way, points: 10^3 wrong answers or",
                ANSWERS + "^name: one^name: 1st^no feedback is recorded for 1st",
                FEEDBACK + "^=== one^=== three^three is no wrong answer",
                FEEDBACK + "^✗ TODO: what^✗ what^does-nothing: it does not show the criterion made",
                FEEDBACK
                        + "^  ✗ TODO: what holds  0/7\\n  ·^  ✓ TODO: what holds  7/7\\n  ✓^does-nothing says that it breaks",
            })
    void what_does_not_hold_together_is_named(String file, String from, String to, String message) throws Exception {
        String old = from.replace("\\n", "\n");
        String text = course.read(file);
        assertThat(text).contains(old);
        String other = to == null ? "" : to.replace("\\n", "\n");
        if (message.contains("65 lines"))
            other = "\n".repeat(65 - (int) text.lines().count()) + old;
        course.write(
                file, text.substring(0, text.indexOf(old)) + other + text.substring(text.indexOf(old) + old.length()));
        assertThat(problems()).anyMatch(problem -> problem.contains(message));
    }

    @Test
    void an_answer_in_a_folder_of_its_own_is_a_sixth_file() throws Exception {
        course.write("grader/src/test/answers/things-2/one/SecondThing.java", "");
        assertThat(problems())
                .anyMatch(problem ->
                        problem.contains("things-2/one/SecondThing.java: orphan: it is no file of things-2's"));
    }

    private List<String> problems() {
        course.check(false);
        return course.said
                .lines()
                .filter(line -> line.contains("things-2"))
                .filter(line -> !line.contains("is in no chapter") && !line.contains("generated"))
                .toList();
    }
}
