package kubelab.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordedTest {
    private static final String FILE = "docs/recorded/01-things.json";
    private static final String COUNT = "[source,java]\n----\nSystem.out.println(%s);\n----";
    private static final String UID = "uid 5d5bd6bd-0ba0-4e36-9a8c-46f2d1b9f4a3, age 3s";

    @TempDir
    Path folder;

    private MiniCourse course;

    @BeforeEach
    void record() throws Exception {
        course = new MiniCourse(folder);
        course.chapter(COUNT.formatted("1 < 2"));
        assertThat(course.update()).as(course.said).isZero();
        assertThat(course.record(Map.of(
                        "start-code-2", "it is\ntrue & <so> on\n",
                        "claim-C01-run", "✔ shown: A thing is small.\n  seen: small",
                        "claim-C01-falsifier", "✔ The probe can fail: it does when they are large. It saw: too large",
                        "check-things-1", "10 of 10 points")))
                .as(course.said)
                .isZero();
    }

    @Test
    void an_output_stands_right_under_its_cell() throws Exception {
        assertThat(handbook())
                .containsPattern(
                        "(?s)println.{0,300}</pre>\\s*</div>\\s*</div>\\s*<div class=\"output\">.{0,80}<pre>it is\n"
                                + "true &amp; &lt;so&gt; on</pre>")
                .contains("recorded in a real run. Cluster: a cluster; server version v1.34.4")
                .doesNotContain("output stale");
        assertThat(course.said).doesNotContain("✘");
    }

    @Test
    void a_claim_shows_what_proof_and_falsifier_saw_and_an_exercise_what_its_check_said() throws Exception {
        assertThat(handbook())
                .containsSubsequence(
                        "true, with a caveat",
                        "Not every thing.",
                        "✔ shown: A thing is small.",
                        "seen: small",
                        "The probe can fail: it does when they are large.",
                        "<pre>too large</pre>",
                        "The proof in Java")
                .containsSubsequence("A first thing", "What the check says", "10 of 10 points")
                .containsOnlyOnce("shown: A thing is small.")
                .containsOnlyOnce("The probe can fail: it does when they are large.");
    }

    @Test
    void the_slides_have_none() throws Exception {
        handbook();
        assertThat(Files.readString(folder.resolve("site/slides.html"))).doesNotContain("class=\"output");
    }

    @Test
    void an_output_of_another_text_of_the_cell_is_reported_and_not_shown() throws Exception {
        course.chapter(COUNT.formatted("2 < 1"));
        assertThat(course.update()).as(course.said).isZero();
        assertThat(course.check(false)).as(course.said).isZero();
        assertThat(course.check(true)).isEqualTo(1);
        assertThat(course.said)
                .contains(
                        FILE + ": stale: the code of cell start-code-2 has changed",
                        "run: kubelab author record things")
                .doesNotContain("cell start-code has", "claim-C01-run");
        assertThat(handbook()).contains("output stale").doesNotContain("it is\ntrue");
        assertThat(course.said).contains("start-code-2");
    }

    @Test
    void a_changed_proof_or_solution_makes_what_it_gave_stale() throws Exception {
        String proof = "solutions/src/main/java/kubelab/claims/C01.java";
        course.write(proof, course.read(proof).replace("void probe", "int probe"));
        String solution = "solutions/src/main/java/kubelab/labs/things/FirstThing.java";
        course.write(solution, course.read(solution).replace("secret", "other"));
        course.update();
        assertThat(course.check(true)).isEqualTo(1);
        assertThat(course.said).contains("cell claim-C01-run", "cell claim-C01-falsifier", "cell check-things-1");
    }

    @Test
    void a_cell_without_output_and_an_output_without_cell_are_reported() throws Exception {
        course.write(FILE, course.read(FILE).replace("\"start-code-2\"", "\"gone\""));
        course.write("docs/recorded/02-nothing.json", "{}");
        assertThat(course.check(true)).isEqualTo(1);
        assertThat(course.said)
                .contains("cell start-code-2 has no recorded output", "there is no cell gone any more")
                .contains("docs/recorded/02-nothing.json: orphan");
    }

    @Test
    void a_missing_recording_is_reported_with_what_makes_it() throws Exception {
        Files.delete(folder.resolve(FILE));
        assertThat(course.check(true)).isEqualTo(1);
        assertThat(course.said).contains(FILE + ": missing; run: kubelab author record things");
        assertThat(handbook()).contains("output stale");
    }

    @Test
    void what_is_new_in_every_run_makes_no_new_recording() throws Exception {
        course.record(Map.of("start-code-2", UID));
        String before = course.read(FILE);
        course.record(Map.of("start-code-2", UID.replace('5', '7').replace("3s", "12s")));
        assertThat(course.said).contains("same");
        assertThat(course.read(FILE)).isEqualTo(before);
        course.record(Map.of("start-code-2", UID.replace("age", "oldness")));
        assertThat(course.read(FILE)).contains("oldness");
    }

    @Test
    void a_run_of_another_notebook_is_refused() throws Exception {
        course.chapter(COUNT.formatted("3"));
        Files.copy(folder.resolve("run/01-things.ipynb"), folder.resolve("01-things.ipynb"));
        course.update();
        assertThat(course.say(a -> a.record(folder.resolve("01-things.ipynb"), "c", "v")))
                .isEqualTo(1);
        assertThat(course.said).contains("the notebook has changed since it ran");
    }

    private String handbook() throws Exception {
        assertThat(course.say(a -> a.handbook(folder.resolve("site")))).isZero();
        return Files.readString(folder.resolve("site/handbook.html"));
    }
}
