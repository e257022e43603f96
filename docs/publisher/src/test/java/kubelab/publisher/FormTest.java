package kubelab.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The blocks and macros of a chapter's form, in notebook, handbook and slides. */
class FormTest {
    private static final String PREDICT = """
            // tag::slides[]
            [predict,answer=2]
            ====
            How many `Pods` will there be?

            * One
            * Two, "of course"

            The second one is *new*.
            ====
            // end::slides[]
            """;

    @TempDir
    Path folder;

    private MiniCourse course;

    @BeforeEach
    void write() throws Exception {
        course = new MiniCourse(folder);
        course.write("docs/glossary.yaml", """
                terms:
                  - {term: Thing, also: [Things], words: 'What is "small".', chapter: things}
                """);
        course.write("controlplane/src/main/java/kubelab/controlplane/loop/Loop.java", """
                class Loop {
                    // tag::step[]
                    void step() {}
                    // end::step[]
                }
                """);
    }

    private String notebook(String more) throws Exception {
        course.chapter("Each term:[Thing].\n\n" + more);
        assertThat(course.update()).as(course.said).isZero();
        return course.read("notebooks/01-things.ipynb");
    }

    private String page(String name) throws Exception {
        assertThat(course.say(a -> a.handbook(folder.resolve("site"))))
                .as(course.said)
                .isZero();
        return Files.readString(folder.resolve("site/" + name + ".html"));
    }

    @Test
    void a_prediction_is_a_cell_then_its_answer_and_on_a_slide_a_further_step() throws Exception {
        assertThat(notebook(PREDICT))
                .contains("guess(\\\"How many Pods will there be?\\\",\\n", "\\\"Two, \\\\\\\"of course\\\\\\\"\\\");")
                .contains("The answer (after you have run the next cell)", "The second one is **new**.", "\"predict\"");
        assertThat(page("handbook"))
                .containsSubsequence(
                        "class=\"exampleblock predict\"", "How many <code>Pods</code>", "<details>", "Two");
        assertThat(page("slides")).containsSubsequence("How many <code>Pods</code>", "fragment", "The second one");
    }

    @Test
    void a_long_question_is_broken_between_words_so_that_its_cell_does_not_scroll() throws Exception {
        String asked =
                "Three restart policies, each with exit code 0 and exit code 1, are in six Pods; how many of them start again?";
        assertThat(notebook("[predict,answer=1]\n====\n" + asked + "\n* One\n* Two\nSo it is.\n====\n"))
                .contains(
                        "guess(\\\"Three restart policies,",
                        "six Pods; \\\"\\n",
                        "    + \\\"how many of them start again?\\\",");
    }

    @Test
    void questions_have_their_answers_folded_below_them() throws Exception {
        String checkpoint = "[checkpoint]\n====\n. One?\n\nYes, `one`.\n\n. Two?\n\nNo.\n\n----\nx\n----\n====\n";
        assertThat(notebook(checkpoint))
                .containsSubsequence("Checkpoint", "1. One?", "<details><summary>Answer", "Yes, `one`.", "Two?", "No.");
        assertThat(page("handbook"))
                .containsSubsequence("exampleblock checkpoint", "One?", "<details>", "Yes, <code>one</code>.", "Two?");
        assertThat(notebook(checkpoint.replace("checkpoint", "quiz"))).contains("One?");
        assertThat(page("handbook")).contains("exampleblock quiz");
    }

    @Test
    void what_one_may_hear_stands_beside_what_is_the_case() throws Exception {
        assertThat(notebook("[misconception]\n====\nYou may hear: it is big.\n\nIn fact: it is small.\n====\n"))
                .containsSubsequence("> **You may hear:** it is big.", "> **In fact:** it is small.");
        assertThat(page("handbook")).contains("exampleblock misconception", "<strong>In fact:</strong>");
    }

    @Test
    void a_cell_that_breaks_something_is_a_cell_of_the_notebook_and_has_its_output_in_the_handbook() throws Exception {
        String chapter = "[break]\n.A thing is gone\n====\nRead on.\n\n[source,java]\n----\ngone();\n----\n====\n";
        assertThat(notebook(chapter)).contains("*Break it: A thing is gone*", "\"source\": [\n    \"gone();\"");
        assertThat(course.record(java.util.Map.of("start-code-2", "it is gone")))
                .isZero();
        assertThat(page("handbook")).containsSubsequence("Break it: A thing is gone", "it is gone");
    }

    @Test
    void a_term_has_its_meaning_at_hand_and_the_glossary_has_all() throws Exception {
        course.write("docs/handbook.adoc", course.read("docs/handbook.adoc") + "\n== Glossary\n\nglossary::all[]\n");
        assertThat(notebook("glossary::things[]"))
                .contains("<abbr title=\\\"What is &quot;small&quot;.\\\">Thing</abbr>", "- **Thing**: What is");
        assertThat(page("handbook"))
                .contains(
                        "<a class=\"term\" href=\"#term-thing\"><dfn title=\"What is &quot;small&quot;.\">Thing</dfn></a>")
                .containsPattern("id=\"term-thing\"");
        assertThat(page("things"))
                .contains("<title>Things · Handbook</title>", "href=\"glossary.html#term-thing\"")
                .doesNotContain("id=\"term-thing\"");
        assertThat(page("glossary")).contains("id=\"term-thing\"", "href=\"things.html#_things\"");
        assertThat(page("index")).doesNotContain("<h2").contains("href=\"things.html#_things\"");
    }

    @Test
    void a_region_of_the_source_comes_with_the_file_that_it_mirrors() throws Exception {
        assertThat(notebook("source::loop/Loop.java#step[upstream=pkg/controller/loop.go]"))
                .containsSubsequence(
                        "The source: `loop.Loop`",
                        "https://github.com/kubernetes/kubernetes/blob/" + SourceMacro.RELEASE
                                + "/pkg/controller/loop.go",
                        "void step() {}");
        String pom = Files.readString(Path.of("../../pom.xml"));
        assertThat(pom).contains("<kubernetes.version>" + SourceMacro.RELEASE.substring(1) + "<");
    }

    @Test
    void times_are_added_up_from_the_exercises() throws Exception {
        assertThat(notebook("time::things[read=40,quiz=5]"))
                .contains("Plan about 1 hour: 40 minutes to read and run, 5 for the 1 exercise, 5 for the quiz.");
        assertThat(TimeMacro.inWords(130)).isEqualTo("2 and a quarter hours");
        assertThat(TimeMacro.inWords(46)).isEqualTo("1 hour");
    }

    @Test
    void what_a_speaker_says_is_on_slides_only() throws Exception {
        assertThat(notebook("// tag::slides[]\n== A slide\n\n[speaker]\n====\nShow it.\n====\n// end::slides[]\n"))
                .doesNotContain("Show it.");
        assertThat(page("handbook")).doesNotContain("Show it.");
        assertThat(page("slides")).containsPattern("<aside class=\"notes\">[^!]*Show it.");
    }

    @Test
    void a_chapter_begins_in_the_slides_with_its_title_and_what_is_to_come() throws Exception {
        course.write(
                "docs/slides.adoc",
                "= Slides\n\ninclude::deck:things[]\n\ninclude::chapters/01-things.adoc[tags=slides]\n");
        notebook("");
        assertThat(page("slides"))
                .containsSubsequence("<h2>Things</h2>", "All about things", "<h2>Things: agenda</h2>", "Last section");
    }

    @Test
    void a_proof_is_folded_in_the_notebook() throws Exception {
        assertThat(notebook(""))
                .containsPattern("\"jupyter\": \\{\\s+\"source_hidden\": true")
                .contains("prove(new C01());", "falsify(new C01());");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[predict,answer=3]N====NWhich?NN* aN* bNNWhy.N==== | answer=N is the number of one of its 2 options",
                "[predict,answer=1]N====NWhich?NN* aNNWhy.N==== | two options or more",
                "[predict,answer=1]N====NWhich?NN* aN* bN==== | the reason after them",
                "[checkpoint]N====N. One?NNYes.N==== | two to four questions; here are 1",
                "[quiz]N====N. One?N==== | a question without an answer: . One?",
                "[misconception]N====NYou may hear: it.N==== | In fact:",
                "[break]N.tN====NproseN==== | a cell is wanted",
                "term:[Nothing] here | docs/glossary.yaml has no such word",
                "glossary::nothing[] | no such chapter",
                "source::loop/Loop.java#gone[upstream=pkg/a.go] | no // tag::gone[]",
                "source::loop/None.java#step[upstream=pkg/a.go] | no such file",
                "source::loop/Loop.java#step[] | upstream= is the file",
                "time::things[read=40] | quiz= is a number of minutes",
            })
    void what_is_wrong_breaks_the_build(String chapter, String message) throws Exception {
        course.chapter("A term:[thing].\n\n"
                + chapter.replace("N", "\n").replace("\nothing", "Nothing").replace("\none", "None"));
        assertThat(course.update()).isEqualTo(1);
        assertThat(course.said).contains(message);
    }

    @Test
    void a_word_of_the_glossary_stands_in_its_chapter() {
        assertThat(course.update()).isEqualTo(1);
        assertThat(course.said).contains("Thing: put term:[Thing] into docs/chapters/01-things.adoc");
    }

    @Test
    void an_address_in_a_task_keeps_no_mark_of_ours() throws Exception {
        String task = "solutions/src/main/resources/kubelab/labs/things/things-1.yaml";
        course.write(
                task,
                course.read(task)
                        .replace(
                                "`wget http://localhost/`",
                                "`wget -qO- http://$IP:8080/x` and `http://web`, `a`, `http://`, `see (http://b/_c_)`"));
        assertThat(notebook(""))
                .contains("`wget -qO- http://$IP:8080/x`", "`http://web`", "`http://`", "`see (http://b/_c_)`")
                .doesNotContain("\\\\http");
        assertThat(page("handbook"))
                .contains("<code>wget -qO- http://$IP:8080/x</code>", "<code>http://</code>")
                .doesNotContain("\\http", "href=\"http");
    }
}
