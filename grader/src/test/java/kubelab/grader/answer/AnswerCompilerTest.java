package kubelab.grader.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import kubelab.course.Exercise;
import kubelab.grader.Answers;
import kubelab.grader.MadeUpExercises;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class AnswerCompilerTest {
    private static final Exercise EXERCISE =
            MadeUpExercises.of("pods-2", "kubelab.labs.pods.SharedVolume", "A volume", Exercise.Form.STATE);
    private static final String GOOD = """
            package kubelab.labs.pods;

            import io.fabric8.kubernetes.client.KubernetesClient;
            import kubelab.labkit.StateExercise;

            public class SharedVolume implements StateExercise {
                @Override
                public void apply(KubernetesClient client, String namespace) {
                    new Mine().make();
                }
            }
            """;

    /** As it stands in a notebook's JSON. */
    private static final String CLASS = "public class SharedVolume implements StateExercise {\\n"
            + "  public void apply(KubernetesClient client, String namespace) { }\\n}";

    @TempDir
    private Path root;

    @Test
    void only_ordinary_files_of_modest_size_are_read() throws Exception {
        Path file = root.resolve("odd/SharedVolume.java");
        Files.createDirectories(file.getParent());
        Answers odd = new Answers.Folder(root.resolve("odd"));
        Files.createSymbolicLink(file, Path.of("/dev/zero"));
        assertThatThrownBy(() -> compile(odd))
                .isInstanceOf(AnswerProblem.class)
                .hasMessage(
                        "odd/SharedVolume.java is a link to a file outside of the answers, and such a file is not read.");
        Files.delete(file);
        Files.createDirectory(file);
        assertThatThrownBy(() -> compile(odd)).hasMessageContaining("is no ordinary file");
        Files.delete(file);
        Files.writeString(file, GOOD + " ".repeat(1 << 20));
        assertThatThrownBy(() -> compile(odd))
                .isInstanceOf(AnswerProblem.class)
                .hasMessageContaining("an answer may have 1048576");
    }

    @Test
    void a_link_out_of_the_answers_is_not_read_neither_as_the_answer_nor_beside_it() throws Exception {
        Path secret = Files.writeString(root.resolve("secret.txt"), "the password is plover\n");
        Path folder = Files.createDirectories(root.resolve("linked/kubelab/labs/pods"));
        Answers linked = new Answers.Folder(root.resolve("linked"));
        Files.createSymbolicLink(folder.resolve("SharedVolume.java"), secret);
        assertThatThrownBy(() -> compile(linked))
                .hasMessageContaining("outside of the answers")
                .hasMessageNotContaining("plover");
        Files.delete(folder.resolve("SharedVolume.java"));
        Files.writeString(folder.resolve("SharedVolume.java"), GOOD);
        Files.createSymbolicLink(folder.resolve("Mine.java"), secret);
        assertThatThrownBy(() -> compile(linked))
                .hasMessageContaining("cannot find symbol")
                .hasMessageNotContaining("plover");
    }

    @Test
    void what_the_compiler_cannot_digest_is_said_to_be_that() throws Exception {
        write(
                "SharedVolume.java",
                "class SharedVolume { int x = " + "(".repeat(200_000) + "1" + ")".repeat(200_000) + "; }");
        assertThatThrownBy(() -> compile(new Answers.Folder(root.resolve("labs"))))
                .isInstanceOf(AnswerProblem.class)
                .hasMessageContaining("nested too deeply");
    }

    @Test
    void a_broken_file_beside_the_answer_disturbs_nothing() throws Exception {
        write("SharedVolume.java", GOOD);
        write("Mine.java", "package kubelab.labs.pods; class Mine { void make() {} }");
        write("Broken.java", "package kubelab.labs.pods; class Broken { this is no Java");
        AnswerCompiler.Compiled compiled = compile(new Answers.Folder(root.resolve("labs")));
        assertThat(compiled.folder().resolve("kubelab/labs/pods/SharedVolume.class"))
                .exists();
    }

    @Test
    void the_compilers_message_comes_with_file_line_and_source() throws Exception {
        write("SharedVolume.java", GOOD.replace(".make();", ".make()"));
        write("Mine.java", "package kubelab.labs.pods; class Mine { void make() {} }");
        assertThatThrownBy(() -> compile(new Answers.Folder(root.resolve("labs"))))
                .isInstanceOf(AnswerProblem.class)
                .hasMessage("""
                        It does not compile yet.
                        labs/src/main/java/kubelab/labs/pods/SharedVolume.java, line 9: ';' expected
                            > new Mine().make()
                            Something is missing here or before this place: a ; or a bracket?""");
    }

    @Test
    void a_class_that_is_not_allowed_is_not_found() throws Exception {
        write("SharedVolume.java", GOOD.replace("new Mine().make();", "kubelab.grader.Limits.own();"));
        assertThatThrownBy(() -> compile(new Answers.Folder(root.resolve("labs"))))
                .hasMessageContaining("package kubelab.grader does not exist")
                .hasMessageContaining("the JDK, labkit and the Fabric8 client");
    }

    @Test
    void a_step_of_a_builder_that_is_not_closed_is_named() throws Exception {
        String pod = "new io.fabric8.kubernetes.api.model.PodBuilder().withNewSpec().addNewContainer().withName(\"c\")";
        write("SharedVolume.java", GOOD.replace("new Mine().make();", pod + ".endSpec().build();"));
        Answers labs = new Answers.Folder(root.resolve("labs"));
        assertThatThrownBy(() -> compile(labs))
                .hasMessageContaining("line 9: there is no endSpec() in this step of the builder")
                .hasMessageContaining("The step Containers is not closed: its end…() is missing before this place.")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("Fluent"));
        write("SharedVolume.java", GOOD.replace("new Mine().make();", pod + ".withImag(\"x\");"));
        assertThatThrownBy(() -> compile(labs))
                .hasMessageContaining("cannot find symbol")
                .hasMessageContaining("Is a letter wrong")
                .satisfies(e ->
                        assertThat(e.getMessage()).doesNotContain("Fluent<").doesNotContain("not closed"));
    }

    @Test
    void a_missing_file_says_how_to_get_it_back() {
        assertThatThrownBy(() -> compile(new Answers.Folder(root.resolve("labs"))))
                .hasMessageContaining("There is no SharedVolume.java")
                .hasMessageContaining("kubelab reset pods-2");
    }

    @Test
    void any_folder_that_holds_the_class_will_do() throws Exception {
        Path file = root.resolve("submission/deep/SharedVolume.java");
        Files.createDirectories(file.getParent());
        Files.writeString(file, GOOD.replace("new Mine().make();", ""));
        assertThat(compile(new Answers.Folder(root.resolve("submission"))).mainClass())
                .isEqualTo(EXERCISE.className());
    }

    @Test
    void a_file_without_its_package_line_or_its_class_says_so() throws Exception {
        for (String text : List.of("", GOOD.replaceFirst("package [^;]+;", "").replace("new Mine().make();", ""))) {
            Path folder = Files.createTempDirectory(root, "stranger");
            Files.writeString(folder.resolve("SharedVolume.java"), text);
            assertThatThrownBy(() -> compile(new Answers.Folder(folder)))
                    .hasMessageContaining("There is no class kubelab.labs.pods.SharedVolume in ")
                    .hasMessageContaining("package line");
        }
    }

    @Test
    void a_notebook_answers_with_the_cells_that_have_the_tag() throws Exception {
        Path notebook = notebook("public class SharedVolume implements StateExercise {\\n"
                + "  public void apply(KubernetesClient client, String namespace) { }\\n}");
        assertThat(compile(new Answers.Notebook(notebook)).mainClass()).isEqualTo(EXERCISE.className());
    }

    @Test
    void lines_in_messages_are_lines_of_the_cell() throws Exception {
        Path notebook = notebook("public class SharedVolume implements StateExercise {\\n"
                + "  public void apply(KubernetesClient client, String namespace) { int x = \\\"\\\"; }\\n}");
        assertThatThrownBy(() -> compile(new Answers.Notebook(notebook)))
                .hasMessageContaining("the cell of pods-2 in pods.ipynb, line 2: incompatible types");
    }

    @Test
    void the_first_line_of_a_cell_is_shown_as_it_is_written() {
        assertThatThrownBy(() -> compile(new Answers.Cell("class SharedVolume { int x = true; }")))
                .hasMessageContaining("\n    > class SharedVolume { int x = true; }");
    }

    @Test
    void a_notebook_that_breaks_off_is_said_to_be_none_with_the_line() throws Exception {
        Path half = Files.writeString(root.resolve("pods.ipynb"), "{\"cells\": [\n{\"cell_type\": \"co");
        assertThatThrownBy(() -> compile(new Answers.Notebook(half)))
                .hasMessageContaining("pods.ipynb is not a notebook")
                .hasMessageContaining("line 2");
    }

    @Test
    void a_byte_order_mark_is_no_part_of_the_answer() throws Exception {
        write("SharedVolume.java", "\uFEFF" + GOOD.replace("new Mine().make();", ""));
        assertThat(compile(new Answers.Folder(root.resolve("labs"))).mainClass())
                .isEqualTo(EXERCISE.className());
        Path notebook = notebook(CLASS);
        Files.writeString(notebook, "\uFEFF" + Files.readString(notebook));
        assertThat(compile(new Answers.Notebook(notebook)).mainClass()).isEqualTo(EXERCISE.className());
    }

    @Test
    void another_encoding_is_named_with_what_to_do() throws Exception {
        write("SharedVolume.java", "");
        Path file = root.resolve("labs/src/main/java/kubelab/labs/pods/SharedVolume.java");
        Answers labs = new Answers.Folder(root.resolve("labs"));
        for (Charset utf16 : List.of(StandardCharsets.UTF_16, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
            Files.write(file, GOOD.getBytes(utf16));
            assertThatThrownBy(() -> compile(labs))
                    .as(utf16.name())
                    .hasMessageContaining(
                            "SharedVolume.java is saved as UTF-16, and answers are read as UTF-8. Save it");
        }
        Files.write(file, GOOD.replace("new Mine", "// für\nnew Mine").getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> compile(labs)).hasMessageContaining("is not UTF-8 text: see line 9. Save it as UTF-8");
        Path notebook = notebook(CLASS);
        Files.write(notebook, Files.readString(notebook).getBytes(StandardCharsets.UTF_16));
        assertThatThrownBy(() -> compile(new Answers.Notebook(notebook)))
                .hasMessageStartingWith("pods.ipynb is saved as UTF-16");
    }

    @Test
    void a_copied_cell_is_named_with_the_one_it_is_a_copy_of() throws Exception {
        assertThatThrownBy(() -> compile(new Answers.Notebook(notebook(CLASS, CLASS))))
                .hasMessage(
                        "2 cells of pods.ipynb have the tag exercise:pods-2 and declare SharedVolume: the cells 2 and"
                                + " 3, counted from the top. A copied cell keeps its tag: delete the one that is not your"
                                + " answer, or take the tag off it.");
    }

    @Test
    void an_answer_in_two_cells_has_its_lines_in_these() throws Exception {
        assertThat(compile(new Answers.Notebook(notebook("class Mine {\\n}", CLASS)))
                        .mainClass())
                .isEqualTo(EXERCISE.className());
        assertThatThrownBy(() -> compile(new Answers.Notebook(notebook(CLASS, "class Mine {\\n  int x = true;\\n}"))))
                .hasMessageContaining("cell 3 of pods.ipynb, line 2: incompatible types");
        assertThatThrownBy(() -> compile(new Answers.Notebook(notebook("class Mine {\\n  int x = true;\\n}", CLASS))))
                .hasMessageContaining("cell 2 of pods.ipynb, line 2: incompatible types");
    }

    @Test
    void lines_that_only_a_notebook_runs_are_named() throws Exception {
        assertThatThrownBy(() -> compile(new Answers.Notebook(notebook(CLASS + "\\ncheck(\\\"pods-2\\\");"))))
                .hasMessage("the cell of pods-2 in pods.ipynb, line 4: only imports and classes belong in an answer's"
                        + " cell. Put this line into a cell of its own:\n    > check(\"pods-2\");");
        assertThatThrownBy(() -> compile(new Answers.Cell("%%time\npublic class SharedVolume {}")))
                .hasMessageContaining("the cell, line 1: only imports and classes");
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux has /dev/full")
    void a_full_disk_is_not_the_answers_fault() throws Exception {
        write("SharedVolume.java", "package kubelab.labs.pods;\npublic class SharedVolume {}\n");
        Path full = Files.createDirectories(root.resolve("full/kubelab/labs/pods"));
        Files.createSymbolicLink(full.resolve("SharedVolume.class"), Path.of("/dev/full"));
        AnswerCompiler compiler = new AnswerCompiler(root, AnswerClassPath.find());
        assertThatThrownBy(() ->
                        compiler.compile(new Answers.Folder(root.resolve("labs")), EXERCISE, root.resolve("full")))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("No space left on device");
    }

    /** One compiler serves all answers of a run, and what it keeps of one is no help to the next. */
    @Test
    void an_answer_does_not_see_the_classes_of_an_earlier_one() throws Exception {
        String head = "public class SharedVolume implements StateExercise {"
                + " public void apply(KubernetesClient client, String namespace) { new Mine(); } }";
        try (AnswerCompiler compiler = new AnswerCompiler(root, AnswerClassPath.find())) {
            for (int i = 0; i < 2; i++) {
                Path with = Files.createTempDirectory(root, "with");
                compiler.compile(new Answers.Cell(head + " class Mine {}"), EXERCISE, with);
                assertThat(with.resolve("kubelab/labs/pods/Mine.class")).exists();
                Path without = Files.createTempDirectory(root, "without");
                assertThatThrownBy(() -> compiler.compile(new Answers.Cell(head), EXERCISE, without))
                        .isInstanceOf(AnswerProblem.class)
                        .hasMessageContaining("class Mine");
            }
        }
    }

    private Path notebook(String... codes) throws Exception {
        String tagged = Arrays.stream(codes)
                .map(code -> ",{\"cell_type\":\"code\",\"metadata\":{\"tags\":[\"exercise:pods-2\"]},\"source\":[\""
                        + code + "\"]}")
                .collect(Collectors.joining());
        String text =
                "{\"cells\":[{\"cell_type\":\"code\",\"metadata\":{\"tags\":[\"setup\"]},\"source\":[\"no java\"]}"
                        + tagged + "],\"nbformat\":4,\"nbformat_minor\":5,\"metadata\":{}}";
        return Files.writeString(root.resolve("pods.ipynb"), text);
    }

    private void write(String name, String text) throws Exception {
        Path file = root.resolve("labs/src/main/java/kubelab/labs/pods").resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private AnswerCompiler.Compiled compile(Answers answers) throws Exception {
        Path target = Files.createTempDirectory(root, "classes");
        return new AnswerCompiler(root, AnswerClassPath.find()).compile(answers, EXERCISE, target);
    }
}
