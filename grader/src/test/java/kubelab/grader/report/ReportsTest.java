package kubelab.grader.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kubelab.course.Exercise;
import kubelab.grader.Answers;
import kubelab.grader.CriterionResult;
import kubelab.grader.CriterionResult.State;
import kubelab.grader.ExerciseResult;
import kubelab.grader.MadeUpExercises;
import kubelab.grader.Origin;
import kubelab.grader.Outcome;
import kubelab.grader.Report;
import org.junit.jupiter.api.Test;
import org.xmlunit.assertj3.XmlAssert;

/** Each way out against its golden file ({@code -Dupdate} records it anew), and against its schema where it has one. */
class ReportsTest {
    private static final Path GOLDEN = Path.of("src/test/golden");

    @Test
    void terminal_without_colours() throws IOException {
        golden("report.txt", terminal(false));
        assertThat(terminal(false)).doesNotContain("\u001b");
        assertThat(terminal(true)).contains("\u001b[31mFAIL\u001b[0m");
    }

    @Test
    void what_was_not_begun_is_named_in_one_line_and_comes_after_what_was() {
        ExerciseResult begun = result("pods-2", Outcome.FAIL, List.of(), "", "");
        ExerciseResult starter = result("pods-1", Outcome.NOT_BEGUN, List.of(), "", "");
        var bytes = new ByteArrayOutputStream();
        new TerminalReport(false).write(of(starter, begun), new PrintStream(bytes, true, StandardCharsets.UTF_8));
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .contains("Not begun: pods-1\n", "then ./kubelab check pods-2 ")
                .doesNotContain("pods-1  ");
        String html = HtmlReport.page(of(starter, begun));
        assertThat(html).containsOnlyOnce(">FAIL<").contains(">not begun</span> pods-1", "./kubelab explain pods-1");
    }

    @Test
    void what_was_not_begun_is_no_failure_in_what_programs_read() throws IOException {
        Report report = of(result("pods-1", Outcome.NOT_BEGUN, List.of(), "The answer is the starter still.", ""));
        XmlAssert.assertThat(JUnitReport.write(report))
                .valueByXPath("concat(//testsuite/@tests, //testsuite/@failures, //testsuite/@errors,"
                        + " //testsuite/@skipped, count(//testcase/skipped), //skipped/@message)")
                .isEqualTo("10011The answer is the starter still.");
        String json = JsonReport.write(report, 4);
        assertThat(json).contains("\"outcome\" : \"NOT_BEGUN\"", "\"exitCode\" : 4");
        keepsToSchema(json);
    }

    @Test
    void json_keeps_to_its_schema() throws IOException {
        String json = JsonReport.write(report(), 1);
        golden("report.json", json);
        keepsToSchema(json);
    }

    private static void keepsToSchema(String json) throws IOException {
        try (InputStream schema = JsonReport.class.getResourceAsStream("report.schema.json")) {
            var messages = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(schema)
                    .validate(json, InputFormat.JSON);
            assertThat(messages).isEmpty();
        }
    }

    @Test
    void what_happened_and_why_is_told_after_a_pass() throws IOException {
        Report report = of(result("pods-1", Outcome.PASS, List.of(), "", "")
                .withDebrief("Two containers, `localhost`.\nIt came 3 times."));
        var bytes = new ByteArrayOutputStream();
        new TerminalReport(false).write(report, new PrintStream(bytes, true, StandardCharsets.UTF_8));
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .contains("  What happened:\n    Two containers, `localhost`.\n    It came 3 times.\n");
        assertThat(HtmlReport.fragment(report))
                .contains("<b>What happened:</b> Two containers, <code>localhost</code>.");
        String json = JsonReport.write(report, 1);
        assertThat(json).contains("\"debrief\" : \"Two containers,");
        keepsToSchema(json);
    }

    @Test
    void junit_xml_counts_what_it_holds() throws IOException {
        String xml = JUnitReport.write(report());
        golden("report.xml", xml);
        XmlAssert.assertThat(xml).valueByXPath("count(//testsuite)").isEqualTo(5);
        for (String count : List.of("failure", "error", "skipped")) {
            String attribute = count.equals("skipped") ? count : count + "s";
            XmlAssert.assertThat(xml)
                    .valueByXPath("sum(//testsuite/@" + attribute + ") = count(//testcase/" + count + ")")
                    .isEqualTo(true);
        }
        XmlAssert.assertThat(xml)
                .valueByXPath("sum(//testsuite/@tests) = count(//testcase)")
                .isEqualTo(true);
    }

    @Test
    void html_needs_nothing_from_elsewhere_and_escapes_what_answers_print() throws IOException {
        String html = HtmlReport.page(report());
        golden("report.html", html);
        assertThat(html)
                .doesNotContain("http://", "https://", "<script", "src=")
                .contains("&lt;script&gt;");
    }

    @Test
    void the_next_step_is_where_the_answer_came_from() {
        ExerciseResult open = result("pods-2", Outcome.FAIL, List.of(), "", "");
        assertThat(next("labs", open)).allMatch(text -> text.contains("labs/pods/X.java"));
        assertThat(next("notebooks/09-pods.ipynb", open))
                .allMatch(text -> text.contains("check pods-2 --answers notebooks/09-pods.ipynb"))
                .noneMatch(text -> text.contains("X.java"));
        for (String cell : List.of(new Answers.Cell("").describe(), new Answers.Classes("", Map.of()).describe())) {
            assertThat(next(cell, open)).as(cell).allMatch(text -> text.contains("change your cell, run it"));
        }
    }

    private static List<String> next(String answers, ExerciseResult open) {
        Report report = new Report(List.of(open), "embedded", "own", answers, 42, Instant.EPOCH, Duration.ZERO);
        var text = new ByteArrayOutputStream();
        new TerminalReport(false).write(report, new PrintStream(text, true, StandardCharsets.UTF_8));
        return List.of(text.toString(StandardCharsets.UTF_8), HtmlReport.fragment(report));
    }

    @Test
    void the_next_step_after_a_folder_is_in_that_folder() {
        ExerciseResult open = result("pods-2", Outcome.FAIL, List.of(), "", "");
        assertThat(next("class/alice", open)).allMatch(text -> text.contains("check pods-2 --answers class/alice"));
        String outside = new Answers.Folder(Path.of("/somewhere/else/alice")).shown(Path.of("/course"));
        assertThat(outside).isEqualTo("…/alice");
        assertThat(next(outside, open))
                .allMatch(text -> text.contains("grade it again in the same way"))
                .noneMatch(text -> text.contains("--answers"))
                .noneMatch(text -> text.contains("edit "));
        assertThat(new Answers.Folder(Path.of("/course/labs")).shown(Path.of("/course")))
                .isEqualTo("labs");
    }

    /** A CI system follows a case by its name: it must be there whatever happened. */
    @Test
    void junit_cases_are_the_same_whatever_the_outcome() {
        Set<List<String>> seen = new HashSet<>();
        for (Outcome outcome : Outcome.values()) {
            for (State state : State.values()) {
                String xml = JUnitReport.write(
                        of(result("pods-1", outcome, List.of(criterion("two", state, 2, "e", "o")), "why", "")));
                XmlAssert.assertThat(xml).nodesByXPath("//testcase").hasSize(2);
                XmlAssert.assertThat(xml)
                        .valueByXPath("sum(//testsuite/@tests) = count(//testcase)")
                        .isEqualTo(true);
                for (String count : List.of("failure", "error", "skipped")) {
                    String attribute = count.equals("skipped") ? count : count + "s";
                    XmlAssert.assertThat(xml)
                            .valueByXPath("sum(//testsuite/@" + attribute + ") = count(//testcase/" + count + ")")
                            .isEqualTo(true);
                }
                seen.add(xml.lines()
                        .filter(line -> line.contains("<testcase"))
                        .map(line -> line.replaceFirst(" time=.*", ""))
                        .toList());
            }
        }
        assertThat(seen).hasSize(1);
    }

    @Test
    void what_an_answer_prints_moves_no_cursor_and_breaks_no_document() {
        String bad = "\u001b[31mred\u001b[0m\u0007\u0000\b\u009b\u202egnp\r\u001b]0;title\u0007\ttab\nline";
        Report report =
                of(result("pods-1", Outcome.FAIL, List.of(criterion("two", State.FAILED, 2, bad, bad)), bad, bad));
        for (String text : List.of(
                JsonReport.write(report, 1), JUnitReport.write(report), HtmlReport.page(report), terminal(report))) {
            assertThat(text.chars().filter(c -> (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0)))
                    .as(text)
                    .isEmpty();
            assertThat(text).contains("red").doesNotContain("\u202e", "\\u001b");
        }
        XmlAssert.assertThat(JUnitReport.write(report))
                .nodesByXPath("//testcase")
                .hasSize(2);
    }

    @Test
    void a_long_line_that_an_answer_prints_is_cut_and_a_client_s_dump_is_left_out() {
        String refused = "Failure executing: GET at: https://x. Message: services \"db\" is forbidden."
                + " Received status: Status(apiVersion=v1, code=403, message=services \"db\" is forbidden).";
        Report report = of(result("pods-1", Outcome.FAIL, List.of(), "", refused + "\n" + "x".repeat(400) + "\nnext"));
        assertThat(terminal(report))
                .contains("services \"db\" is forbidden.\n    xxx", "x".repeat(300) + " …\n    next\n")
                .doesNotContain("code=403", "x".repeat(301));
    }

    private static String terminal(Report report) {
        var bytes = new ByteArrayOutputStream();
        new TerminalReport(false).write(report, new PrintStream(bytes, true, StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void exit_codes() {
        ExerciseResult pass = result("pods-1", Outcome.PASS, List.of(), "", "");
        ExerciseResult fail = result("pods-2", Outcome.FAIL, List.of(), "", "");
        ExerciseResult skipped = result("pods-3", Outcome.SKIPPED, List.of(), "", "");
        ExerciseResult timeout = result("pods-4", Outcome.TIMEOUT, List.of(), "", "");
        ExerciseResult ungradable = result("pods-5", Outcome.UNGRADABLE, List.of(), "", "");
        assertThat(of(pass).exitCode(false)).isZero();
        assertThat(of(pass, fail).exitCode(false)).isEqualTo(1);
        assertThat(of(pass, timeout, ungradable).exitCode(true)).isEqualTo(1);
        assertThat(of(pass, skipped).exitCode(false)).isEqualTo(3);
        assertThat(of(pass, skipped).exitCode(true)).isZero();
        assertThat(of(pass, ungradable).exitCode(true)).isEqualTo(3);
    }

    private static String terminal(boolean colour) {
        var bytes = new ByteArrayOutputStream();
        new TerminalReport(colour).write(report(), new PrintStream(bytes, true, StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static void golden(String name, String text) throws IOException {
        Path file = GOLDEN.resolve(name);
        if (System.getProperty("update") != null) {
            Files.createDirectories(GOLDEN);
            Files.writeString(file, text);
        }
        assertThat(text).as(name + "; -Dupdate records it anew").isEqualTo(Files.readString(file));
    }

    private static Report report() {
        List<CriterionResult> mixed = List.of(
                criterion("two", State.PASSED, 2, "", "both containers run in one Pod"),
                criterion("asks", State.FAILED, 3, "nginx's page in the log", "the page is not in its log"),
                criterion("again", State.NOT_TRIED, 1, "", "not tried: first \"The client asks\""));
        List<CriterionResult> all = List.of(criterion("two", State.PASSED, 10, "", "one volume, two mounts"));
        List<CriterionResult> none = List.of(criterion("two", State.NOT_TRIED, 10, "", ""));
        return of(
                result("pods-1", Outcome.FAIL, mixed, "", "<script>alert(1)</script>\u0007"),
                result("pods-2", Outcome.PASS, all, "", ""),
                result(
                        "pods-3",
                        Outcome.FAIL,
                        none,
                        "It does not compile yet.\nlabs/src/main/java/kubelab/labs/pods/X.java, line 3: ';' expected",
                        ""),
                result("pods-4", Outcome.SKIPPED, none, "The existing cluster lacks what this exercise needs: x.", ""),
                result("pods-5", Outcome.UNGRADABLE, none, "The grader could not grade pods-5.", ""));
    }

    private static Report of(ExerciseResult... results) {
        return new Report(
                List.of(results),
                "embedded",
                "own",
                "labs",
                42,
                Instant.parse("2026-01-02T03:04:05Z"),
                Duration.ofMillis(4200),
                new Origin("alice", "0.1", "0123456789abcdef0123456789abcdef01234567", "v1.34.4"));
    }

    private static ExerciseResult result(
            String id, Outcome outcome, List<CriterionResult> criteria, String message, String output) {
        Exercise exercise = MadeUpExercises.of(
                id,
                "kubelab.labs.pods.X",
                "A title for " + id,
                Exercise.Form.STATE,
                "first hint",
                "second hint",
                "third hint");
        return new ExerciseResult(
                exercise,
                outcome,
                criteria.stream().mapToInt(CriterionResult::points).sum(),
                10,
                criteria,
                message,
                output,
                "lab-" + id + "-x1",
                false,
                "labs/src/main/java/kubelab/labs/pods/X.java",
                42,
                Duration.ofMillis(1500));
    }

    private static CriterionResult criterion(String id, State state, int max, String expected, String observed) {
        return new CriterionResult(
                id,
                "The criterion " + id,
                state,
                state == State.PASSED ? max : 0,
                max,
                id.equals("again"),
                expected,
                observed,
                "logs duo -c client",
                2,
                Duration.ofMillis(300));
    }
}
