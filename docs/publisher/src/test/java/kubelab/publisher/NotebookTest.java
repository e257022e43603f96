package kubelab.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class NotebookTest {
    private static final String FILE = "notebooks/01-things.ipynb";

    @TempDir
    Path folder;

    private MiniCourse course;

    @BeforeEach
    void write() throws Exception {
        course = new MiniCourse(folder);
    }

    @Test
    void a_notebook_is_valid_nbformat_4_5() throws Exception {
        course.update();
        var schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4)
                .getSchema(NotebookTest.class.getResourceAsStream("nbformat.v4.5.schema.json"));
        assertThat(schema.validate(course.read(FILE), InputFormat.JSON)).isEmpty();
    }

    @Test
    void what_a_chapter_needs_of_a_cluster_is_in_its_notebook() throws Exception {
        course.update();
        assertThat(metadata().has("kubelab"))
                .as("needs of a chapter without any")
                .isFalse();
        String chapter = "docs/chapters/01-things.adoc";
        course.write(chapter, course.read(chapter).replaceFirst("\n\n", "\n:needs: cluster-scope metrics\n\n"));
        course.update();
        assertThat(metadata().at("/kubelab/needs"))
                .extracting(JsonNode::asString)
                .containsExactly("cluster-scope", "metrics");
    }

    @Test
    void a_line_that_kernels_take_for_a_command_is_refused() throws Exception {
        course.update();
        String before = course.read(FILE);
        course.chapter("[source,java]\n----\nint a = 7\n%% 3;\n----");
        assertThat(course.update()).as("exit code").isNotZero();
        assertThat(course.read(FILE)).as("the notebook").isEqualTo(before);
    }

    private JsonNode metadata() throws Exception {
        return JsonMapper.shared().readTree(course.read(FILE)).get("metadata");
    }

    @Test
    void cells_carry_ids_and_tags() throws Exception {
        course.update();
        List<String> found = new ArrayList<>();
        for (JsonNode cell : JsonMapper.shared().readTree(course.read(FILE)).get("cells"))
            found.add(cell.get("cell_type").asString().charAt(0) + " "
                    + cell.get("id").asString() + " "
                    + cell.get("metadata").path("tags"));
        assertThat(found)
                .containsExactly(
                        "m start-text ",
                        "c start-code [\"setup\"]",
                        "m start-text-2 ",
                        "m claim-C01 [\"claim:C01\"]",
                        "c claim-C01-proof [\"claim:C01\",\"proof\"]",
                        "c claim-C01-run [\"claim:C01\"]",
                        "c claim-C01-falsifier [\"claim:C01\"]",
                        "m task-things-1 ",
                        "c ex-things-1 [\"exercise:things-1\"]",
                        "c check-things-1 [\"check:things-1\"]",
                        "m last-text ");
    }

    @Test
    void prose_becomes_markdown() throws Exception {
        course.update();
        String json = course.read(FILE);
        assertThat(json)
                .contains("[goodbye](#last)")
                .contains("`List<String>` is *generic*")
                .contains("<details><summary>Answer</summary>")
                .contains("| a | b |")
                .contains("`a<b`", "`wget http://localhost/`")
                .contains("image/svg+xml")
                .doesNotContain("secret");
    }

    @Test
    void a_node_without_a_form_in_notebooks_breaks_the_build_with_file_and_line() throws Exception {
        course.chapter("[verse]\nRoses are red");
        assertThat(course.update()).isEqualTo(1);
        assertThat(course.said).contains("01-things.adoc:14", "no form for 'verse'");
    }

    @Test
    void a_missing_include_breaks_the_build() throws Exception {
        course.chapter("include::{solutions}/kubelab/claims/C99.java[tag=proof]");
        assertThat(course.update()).isEqualTo(1);
        assertThat(course.said).contains("C99.java");
    }

    @Test
    void a_missing_tag_breaks_the_build() throws Exception {
        course.chapter("[source,java]\n----\ninclude::{solutions}/kubelab/claims/C01.java[tag=nothing]\n----");
        assertThat(course.update()).isEqualTo(1);
        assertThat(course.said).contains("tag 'nothing' not found");
    }

    @Test
    void a_broken_cross_reference_breaks_the_build() throws Exception {
        course.chapter("See <<nowhere>>.");
        assertThat(course.update()).isEqualTo(1);
        assertThat(course.said).contains("01-things.adoc:13", "broken cross reference <<nowhere>>");
    }

    @Test
    void an_unknown_exercise_breaks_the_build() throws Exception {
        course.chapter("exercise::things-9[]");
        assertThat(course.update()).isEqualTo(1);
        assertThat(course.said).contains("things-9");
    }
}
