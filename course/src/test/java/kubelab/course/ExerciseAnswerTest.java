package kubelab.course;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExerciseAnswerTest {
    private static final String FOLDER = "solutions/src/main/resources/kubelab/labs/pods/";
    private static final SolutionSource SOLUTION = new SolutionSource("Duo.java", """
            class Duo {
                int port = 80;
                String pod = \"""
                    spec:
                      containers:
                      # tag::solution[] client
                      # starter: # TODO pods-1: a client
                      - name: client
                        command: [sleep]
                      # end::solution[]
                    \""";
                // tag::solution[]
                int seconds = 1;
                // end::solution[]
            }
            """);

    @TempDir
    private Path root;

    private Exercise exercise;

    @BeforeEach
    void load() throws Exception {
        write(FOLDER + "pods-1.yaml", """
                id: pods-1
                class: kubelab.labs.pods.Duo
                title: Duo
                form: state
                stars: 1
                minutes: 5
                task: Do it.
                hints: [one, two, three]
                clauses: {client: there is a client, seconds: it takes a second}
                freedoms: {name: any name}
                criteria: [{id: a, title: A, points: 10, judges: [client, seconds], hint: 1}]
                """);
        exercise = Course.load(root).get("pods-1");
    }

    @Test
    void regions_are_replaced_in_java_and_in_yaml() throws Exception {
        answers("""
                - name: no-client
                  breaks: client
                  points: 0
                  why: none
                  regions: {client: ''}
                - name: late
                  breaks: seconds
                  points: 3
                  why: it sleeps for long
                  regions:
                    client: |
                      - name: client
                        command: [sleep, "9"]
                    2: int seconds = 2;
                - name: other-port
                  uses: name
                  why: another port
                  edits: [{from: 'port = 80', to: 'port = 8080'}]
                """);
        List<ExerciseAnswer> answers = ExerciseAnswer.read(root, exercise);
        assertThat(SOLUTION.regions()).containsExactly("client", "2");
        assertThat(answers.get(0).render(SOLUTION))
                .contains("containers:\n        \"\"\";\n", "seconds = 1")
                .doesNotContain("client", "tag::", "starter:");
        assertThat(answers.get(1).render(SOLUTION))
                .contains("          - name: client\n            command: [sleep, \"9\"]\n", "    int seconds = 2;\n");
        assertThat(answers.get(2).render(SOLUTION)).contains("port = 8080", "command: [sleep]");
        assertThat(answers.get(2).points()).as("a right answer has all points").isEqualTo(10);
        assertThat(answers.get(1).breaks()).containsExactly("seconds");
        assertThat(SOLUTION.starter("pods-1"))
                .contains("          # TODO pods-1: a client\n", "    // TODO pods-1: write your code here.\n")
                .doesNotContain("sleep", "seconds");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "breaks: no, points: 1, source: x | breaks no, and the clauses are [client, seconds]",
                "uses: no, source: x | uses no, and the freedoms are [name]",
                "points: 1, source: x | either breaks clauses or uses a freedom",
                "breaks: client, uses: name, points: 1, source: x | either breaks clauses or uses a freedom",
                "breaks: [client, no], points: 1, source: x | breaks client, no, and the clauses are [client, seconds]",
                "breaks: client, together-with: {client: w}, points: 1, source: x | together-with says of a clause",
                "breaks: [client], together-with: {seconds: w}, points: 1, source: x | together-with says of a clause",
                "breaks: client, points: 10, source: x | a right answer has all, a wrong one fewer; not 10",
                "uses: name, points: 9, source: x | a right answer has all, a wrong one fewer; not 9",
                "breaks: client, source: x | 'points' is missing",
                "breaks: client, points: 1 | it has either a source, or regions and edits",
                "breaks: client, points: 1, source: x, regions: {a: b} | it has either a source, or regions and edits",
                "breaks: client, points: 1, sorce: x | nothing is called 'sorce' here",
            })
    void an_answer_that_is_wrong_is_named_with_what_is_wrong(String keys, String message) throws Exception {
        answers("[{name: one, why: w, " + keys + "}]");
        assertThatThrownBy(() -> ExerciseAnswer.read(root, exercise))
                .isInstanceOf(CourseException.class)
                .hasMessageStartingWith("grader/src/test/answers/pods-1.yaml: one")
                .hasMessageContaining(message);
    }

    @Test
    void an_answer_may_break_several_clauses_and_says_why_it_must() throws Exception {
        answers("[{name: one, why: w, breaks: [client, seconds], together-with: {client: no other way}, points: 1,"
                + " source: x}]");
        ExerciseAnswer answer = ExerciseAnswer.read(root, exercise).get(0);
        assertThat(answer.breaks()).containsExactly("client", "seconds");
        assertThat(answer.togetherWith()).containsExactly(Map.entry("client", "no other way"));
        assertThat(answer.isRight()).isFalse();
    }

    @Test
    void two_answers_with_one_name_are_refused() throws Exception {
        String one = "{name: one, why: w, breaks: client, points: 1, source: x}";
        answers("[" + one + ", " + one + "]");
        assertThatThrownBy(() -> ExerciseAnswer.read(root, exercise)).hasMessageContaining("the name one is taken");
    }

    @Test
    void a_region_that_is_not_there_and_a_text_that_is_not_there_once_are_refused() {
        assertThatThrownBy(() -> answer(Map.of("server", ""), List.of()).render(SOLUTION))
                .hasMessage("Duo.java: no answer region is called server; there is client, 2");
        assertThatThrownBy(() -> answer(Map.of(), List.of(new ExerciseAnswer.Edit("int", "x")))
                        .render(SOLUTION))
                .hasMessageContaining("\"int\" is there more than once");
        assertThatThrownBy(() -> answer(Map.of(), List.of(new ExerciseAnswer.Edit("long", "x")))
                        .render(SOLUTION))
                .hasMessageContaining("\"long\" is there nowhere");
    }

    @Test
    void two_regions_with_one_name_are_refused() {
        String region = "// tag::solution[] a\n// end::solution[]\n";
        assertThatThrownBy(() -> new SolutionSource("X.java", region + region).regions())
                .hasMessage("X.java:3: a second region a");
    }

    @Test
    void feedback_is_read_as_it_was_written() {
        Path file = root.resolve("pods-1.feedback.txt");
        Map<String, String> sections = new java.util.LinkedHashMap<>();
        sections.put("b", "first\n  second\n");
        sections.put("a", "third\n");
        AnswerFeedback.write(file, sections);
        assertThat(AnswerFeedback.read(file)).isEqualTo(sections).containsOnlyKeys("b", "a");
        assertThat(file).content().isEqualTo("=== b\nfirst\n  second\n=== a\nthird\n");
    }

    private static ExerciseAnswer answer(Map<String, String> regions, List<ExerciseAnswer.Edit> edits) {
        return new ExerciseAnswer(
                "one", List.of("client"), Map.of(), Optional.empty(), 1, "why", regions, edits, Optional.empty());
    }

    private void answers(String yaml) throws Exception {
        write("grader/src/test/answers/pods-1.yaml", yaml);
    }

    private void write(String path, String text) throws Exception {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
