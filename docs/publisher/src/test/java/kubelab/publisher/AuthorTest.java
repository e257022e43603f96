package kubelab.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthorTest {
    private static final String LAB = "labs/src/main/java/kubelab/labs/things/FirstThing.java";
    private static final String SOLUTION = "solutions/src/main/java/kubelab/labs/things/FirstThing.java";

    @TempDir
    Path folder;

    private MiniCourse course;

    @BeforeEach
    void write() throws Exception {
        course = new MiniCourse(folder);
        assertThat(course.update()).as(course.said).isZero();
        assertThat(course.record(Map.of())).as(course.said).isZero();
    }

    @Test
    void an_updated_course_passes_the_strict_check() {
        assertThat(course.check(true)).as(course.said).isZero();
    }

    @Test
    void a_starter_has_the_starter_lines_and_not_the_answer() throws Exception {
        assertThat(course.read(LAB))
                .contains("        // TODO things-1: how many?\n        return 0;\n")
                .doesNotContain("secret", "tag::", "starter:");
    }

    @Test
    void the_readme_gets_its_chapter_table_and_keeps_the_rest() throws Exception {
        assertThat(course.read("README.md"))
                .contains("| [01-things](notebooks/01-things.ipynb) Things | All about things | 1 | 1 |")
                .startsWith("# mini")
                .endsWith("end\n");
    }

    @Test
    void a_learners_edit_passes_the_build_but_not_the_strict_check() throws Exception {
        course.write(LAB, "mine");
        assertThat(course.check(false)).as(course.said).isZero();
        assertThat(course.check(true)).isEqualTo(1);
        assertThat(course.said).contains(LAB + ": edited by hand");
    }

    @Test
    void a_changed_solution_makes_the_starter_stale() throws Exception {
        course.write(SOLUTION, course.read(SOLUTION).replace("import java.util.List;", "import java.util.*;"));
        assertThat(course.check(false)).isEqualTo(1);
        assertThat(course.said).contains(LAB + ": stale", "kubelab author update");
    }

    @Test
    void update_keeps_an_edited_file_and_puts_the_new_starter_beside_it() throws Exception {
        course.write(LAB, "mine");
        course.write(SOLUTION, course.read(SOLUTION).replace("how many?", "count!"));
        course.update();
        assertThat(course.read(LAB)).isEqualTo("mine");
        assertThat(course.read(LAB + ".new")).contains("count!");
        assertThat(course.said).contains("kept   " + LAB);
    }

    @Test
    void an_orphan_is_found() throws Exception {
        course.write("labs/src/main/java/kubelab/labs/things/Nobody.java", "class Nobody {}");
        course.write("solutions/src/main/java/kubelab/labs/things/Alone.java", "class Alone {}");
        assertThat(course.check(true)).isEqualTo(1);
        assertThat(course.said).contains("things/Nobody.java: orphan", "things/Alone.java: orphan");
    }

    @Test
    void a_claim_that_no_chapter_shows_is_found() throws Exception {
        course.write("docs/chapters/01-things.adoc", "= Things\n:description: d\n\nexercise::things-1[]\n");
        assertThat(course.check(false)).isEqualTo(1);
        assertThat(course.said).contains("C01 is in no chapter");
    }

    @Test
    void handbook_and_slides_stand_alone() throws Exception {
        Path out = folder.resolve("target/site");
        assertThat(course.say(a -> a.handbook(out))).as(course.said).isZero();
        for (String page : new String[] {"handbook.html", "things.html", "slides.html"})
            assertThat(Files.readString(out.resolve(page)))
                    .as(page)
                    .contains("Last section")
                    .doesNotContainPattern("(src|href)=\"(https?:)?//");
        assertThat(Files.readString(out.resolve("handbook.html")))
                .contains("Things are <strong>small</strong>", "true, with a caveat", "A first thing", "<svg");
        Matcher asset = Pattern.compile("(?:src|href)(?:=\"|: ?')(reveal/[^\"']+)")
                .matcher(Files.readString(out.resolve("slides.html")));
        int assets = 0;
        for (; asset.find(); assets++) assertThat(out.resolve(asset.group(1))).exists();
        assertThat(assets).as("files that the slides ask for").isGreaterThanOrEqualTo(4);
    }

    @Test
    void neither_page_fetches_anything_from_elsewhere() throws Exception {
        Path out = folder.resolve("target/site");
        assertThat(course.say(a -> a.handbook(out))).as(course.said).isZero();
        assertThat(course.said).contains("handbook.html", "slides.html");
        Pattern fetched = Pattern.compile(
                "(?:\\b(?:src|href|data)\\s*=|\\burl\\(|@import|\\bimport\\b|\\bfetch\\(|[\"']script[\"'],)"
                        + "[\\s\"'(]*(?:https?:)?//[a-z]");
        for (Path file : Sources.files(out))
            if (file.toString().matches(".*\\.(html|css|js)"))
                assertThat(fetched.matcher(Files.readString(file)).results().map(m -> m.group()))
                        .as("what " + out.relativize(file) + " fetches")
                        .isEmpty();
    }

    @Test
    void an_exercise_needs_its_check_and_three_wrong_answers() throws Exception {
        Files.delete(folder.resolve("grader/src/main/java/kubelab/grader/checks/things/FirstThingCheck.java"));
        course.write("grader/src/test/answers/things-1.feedback.txt", "");
        String answers = "grader/src/test/answers/things-1.yaml";
        course.write(answers, course.read(answers).replaceFirst("- \\{name: one.*\n", ""));
        assertThat(course.check(false)).isEqualTo(1);
        assertThat(course.said)
                .contains("things-1: has no check", "no feedback is recorded for two", "3 wrong answers or more");
    }

    @Test
    void a_new_exercise_has_its_files_and_check_says_what_is_left_to_do() throws Exception {
        assertThat(course.say(a -> a.create("things", "second-thing", "state")))
                .as(course.said)
                .isZero();
        assertThat(course.read("solutions/src/main/java/kubelab/labs/things/SecondThing.java"))
                .contains("class SecondThing", "tag::solution[]");
        assertThat(course.check(false)).isEqualTo(1);
        assertThat(course.said)
                .contains("things-2 is in no chapter: put exercise::things-2[] there", "3 wrong answers or more");
    }

    @Test
    void a_chapter_whose_topic_has_two_words_has_its_exercises() throws Exception {
        course.write(
                "docs/chapters/02-config-maps.adoc",
                "= Config maps\n:description: All about settings\n\nexercise::config-maps-1[]\n");
        assertThat(course.say(a -> a.create("config-maps", "live-update", "state")))
                .as(course.said)
                .isZero();
        course.complete("config-maps-1");
        assertThat(course.update()).as(course.said).isZero();
        assertThat(course.check(false)).as(course.said).isZero();
        assertThat(course.read("README.md"))
                .contains(
                        "| [02-config-maps](notebooks/02-config-maps.ipynb) Config maps | All about settings | 0 | 1 |");
        assertThat(course.read("labs/src/main/java/kubelab/labs/configmaps/LiveUpdate.java"))
                .contains("package kubelab.labs.configmaps;", "// TODO config-maps-1");
        assertThat(course.read("grader/src/main/java/kubelab/grader/checks/configmaps/LiveUpdateCheck.java"))
                .contains("package kubelab.grader.checks.configmaps;");
        assertThat(course.read("notebooks/02-config-maps.ipynb")).contains("config-maps-1");
        // the number of the next one is not taken, whichever are left
        assertThat(course.say(a -> a.create("config-maps", "next", "state"))).isZero();
        assertThat(course.said).contains("config-maps-2.yaml");
    }

    @Test
    void a_new_component_has_the_interface_and_a_check_that_puts_it_to_work() throws Exception {
        assertThat(course.say(a -> a.create("things", "my-balancer", "balancer")))
                .as(course.said)
                .isZero();
        assertThat(course.read("solutions/src/main/java/kubelab/labs/things/MyBalancer.java"))
                .contains(
                        "implements TcpLoadBalancer",
                        "import kubelab.labkit.Dialer;",
                        "public void serve(Connection client, Dialer dialer) throws IOException",
                        "tag::solution[]");
        assertThat(course.read("grader/src/main/java/kubelab/grader/checks/things/MyBalancerCheck.java"))
                .contains("public void start(CheckContext run)", "run.start(LoadBalancerHarness.forService(\"web\"));");
        assertThat(course.read("solutions/src/main/resources/kubelab/labs/things/things-2.yaml"))
                .contains("form: component");
        assertThat(course.say(a -> a.create("things", "no-such-form", "poem"))).isEqualTo(1);
        assertThat(course.said).contains("no form \"poem\"; there is: state");
    }

    @Test
    void a_cell_with_too_many_lines_is_refused() throws Exception {
        String all = course.read("docs/chapters/01-things.adoc");
        String cell = "\n[source,java]\n----\nvar one = 1;\n" + "one++;\n".repeat(11) + "----\n";
        course.write("docs/chapters/01-things.adoc", all + cell);
        course.check(false);
        assertThat(course.said).as("twelve").doesNotContain("lines; a cell has");
        course.write("docs/chapters/01-things.adoc", all + cell.replaceFirst("one\\+\\+;", "one++;\none++;"));
        assertThat(course.check(false)).isEqualTo(1);
        assertThat(course.said).contains("the cell \"var one = 1; …\" has 13 lines; a cell has 12 at most");
    }

    @Test
    void a_comma_in_a_pictures_words_is_refused() throws Exception {
        String all = course.read("docs/chapters/01-things.adoc");
        course.write("docs/chapters/01-things.adoc", all + "\nimage::thing.svg[One thing, two things,opts=inline]\n");
        assertThat(course.check(false)).isEqualTo(1);
        assertThat(course.said).contains("01-things.adoc: image::thing.svg: a comma ends the words of a picture");
    }

    @Test
    void handbook_and_slides_have_the_chapters_in_the_order_in_which_they_are_learnt() throws Exception {
        course.write("docs/chapters/00-first.adoc", "= First\n:description: d\n:after: things\n");
        course.write(
                "docs/handbook.adoc",
                "= Handbook\n\ninclude::chapters/00-first.adoc[]\n\ninclude::chapters/01-things.adoc[]\n");
        assertThat(course.check(false)).isEqualTo(1);
        assertThat(course.said)
                .contains("docs/handbook.adoc: has the chapters [00-first, 01-things], and they are learnt in the order"
                        + " [01-things, 00-first]");
    }

    @Test
    void a_new_chapter_has_the_form_and_its_place_in_handbook_and_slides() throws Exception {
        for (String id : new String[] {"02-config-maps", "00-start"})
            assertThat(course.say(a -> a.createChapter(id))).as(course.said).isZero();
        assertThat(course.update()).as(course.said).isZero();
        assertThat(course.check(false)).as(course.said).isZero();
        assertThat(course.read("docs/handbook.adoc"))
                .containsSubsequence("00-start.adoc[leveloffset=+1]", "01-things.adoc", "02-config-maps.adoc");
        assertThat(course.read("docs/slides.adoc"))
                .containsSubsequence(
                        "deck:start[]", "00-start.adoc[tags=slides]", "01-things.adoc", "deck:config-maps[]");
        assertThat(course.read("notebooks/02-config-maps.ipynb"))
                .contains("Lab.open(\\\"config-maps\\\")", "guess(", "Checkpoint", "Break it", "Cheat sheet");
        assertThat(course.read("grader/src/main/java/kubelab/grader/checks/configmaps/package-info.java"))
                .contains("@NullMarked", "package kubelab.grader.checks.configmaps;");
        Path out = folder.resolve("target/site");
        assertThat(course.say(a -> a.handbook(out))).as(course.said).isZero();
        assertThat(Files.readString(out.resolve("handbook.html")))
                .containsSubsequence("Config maps", "class=\"chapter-links\"", "← Things");
        assertThat(Files.readString(out.resolve("slides.html"))).contains("Config maps: agenda");
    }

    @Test
    void a_new_chapter_takes_no_number_and_no_topic_that_is_there() {
        for (String[] wrong : new String[][] {
            {"volumes", "a chapter is called NN-topic"},
            {"02-things", "there is already docs/chapters/01-things.adoc"},
            {"01-other", "there is already docs/chapters/01-things.adoc"}
        }) {
            assertThat(course.say(a -> a.createChapter(wrong[0]))).isEqualTo(1);
            assertThat(course.said).contains(wrong[1]);
        }
    }

    @Test
    void a_new_exercise_for_no_chapter_is_refused() {
        assertThat(course.say(a -> a.create("nothing", "second-thing", "state")))
                .isEqualTo(1);
        assertThat(course.said).contains("no chapter on nothing; there is: things");
    }
}
