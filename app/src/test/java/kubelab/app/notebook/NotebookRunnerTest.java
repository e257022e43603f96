package kubelab.app.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class NotebookRunnerTest {
    @TempDir
    Path folder;

    @Test
    void outputs_are_recorded_and_a_learners_own_failure_is_no_failure_of_the_run() throws Exception {
        NotebookResult result = run(
                id -> Optional.empty(),
                cell("hello", "System.out.println(\"to be read\");\n6 * 7"),
                cell("answer", "throw new IllegalStateException(\"not yet\");", "exercise:pods-1"),
                cell("after", "int x = 1;"));
        assertThat(result.ok()).isTrue();
        assertThat(result.cells()).hasSize(3);
        assertThat(result.cells().get(1).error()).contains("not yet");
        assertThat(Files.readString(result.executed())).contains("to be read").contains("42");
    }

    @Test
    void any_other_cell_that_fails_is_named() throws Exception {
        NotebookResult result = run(
                id -> Optional.empty(),
                cell("wanted", "int y = 1 / 0;", "raises-exception"),
                cell("broken", "String s = 1;"));
        assertThat(result.ok()).isFalse();
        assertThat(result.broken()).extracting(CellResult::id).containsExactly("broken");
    }

    @Test
    void an_answer_from_a_file_takes_the_place_of_the_cells_code() throws Exception {
        Path answer = Files.writeString(
                folder.resolve("Two.java"),
                "package kubelab.labs.pods;\n\npublic class Two {\n  int two() {\n    return 2;\n  }\n}\n");
        NotebookResult result = run(
                id -> id.equals("pods-1") ? Optional.of(answer) : Optional.empty(),
                cell("start", "class Two { int two() { return 0; } }", "exercise:pods-1"),
                cell("more", "class Left { this is no Java }", "exercise:pods-1"),
                cell("use", "new Two().two()"));
        assertThat(result.cells()).allMatch(c -> !c.failed());
        assertThat(result.cells().get(2).outputs().toString()).contains("\"2\"");
    }

    @Test
    void a_file_that_breaks_off_is_named_with_its_line_and_what_to_do() throws Exception {
        Path half = Files.writeString(folder.resolve("09-pods.ipynb"), "{\n \"cells\": [\n  {\"cell_type\": \"co");
        assertThatThrownBy(() -> NotebookRunner.needs(half))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(half + " is not a notebook")
                .hasMessageContaining("line 3")
                .hasMessageContaining("git checkout -- ");
    }

    @Test
    void without_a_lab_the_first_cell_is_named_and_with_one_all_goes_there() throws Exception {
        NotebookResult result = run(
                id -> Optional.empty(),
                cell("early", "check(\"pods-1\");", "raises-exception"),
                cell("open", """
                        var lab = (Lab) java.lang.reflect.Proxy.newProxyInstance(Lab.class.getClassLoader(),
                            new Class<?>[] {Lab.class}, (p, m, a) -> { System.out.println("asked to " + m.getName()); return m.getName().equals("toString") ? "a lab" : null; });"""),
                cell("late", "check(\"pods-1\"); show(1);"));
        assertThat(result.ended()).isEmpty();
        assertThat(result.broken()).isEmpty();
        assertThat(result.cells().get(0).error()).contains("run the notebook's first cell");
        assertThat(result.cells().get(2).outputs().toString()).contains("asked to check", "asked to show");
    }

    @Test
    void a_cell_that_ends_the_process_ends_the_run_only() throws Exception {
        NotebookResult result =
                run(id -> Optional.empty(), cell("exit", "System.exit(3);"), cell("after", "int x = 1;"));
        assertThat(result.ok()).isFalse();
        assertThat(result.ended()).contains("cell 1 of 2").contains("exit code 3");
    }

    private NotebookResult run(java.util.function.Function<String, Optional<Path>> answers, ObjectNode... cells)
            throws Exception {
        ObjectNode notebook = new JsonMapper().createObjectNode();
        notebook.put("nbformat", 4).put("nbformat_minor", 5).putObject("metadata");
        ArrayNode all = notebook.putArray("cells");
        List.of(cells).forEach(all::add);
        Path file = Files.writeString(folder.resolve("42-topic.ipynb"), notebook.toString());
        List<CellResult> heard = new ArrayList<>();
        NotebookResult result = new NotebookRunner(Map.of(), answers, folder.resolve("out")).run(file, heard::add);
        assertThat(result.cells()).isEqualTo(heard);
        return result;
    }

    private static ObjectNode cell(String id, String source, String... tags) {
        ObjectNode cell = new JsonMapper().createObjectNode();
        cell.put("cell_type", "code").put("id", id).put("source", source);
        cell.putNull("execution_count");
        cell.putArray("outputs");
        ArrayNode list = cell.putObject("metadata").putArray("tags");
        for (String tag : tags) {
            list.add(tag);
        }
        return cell;
    }
}
