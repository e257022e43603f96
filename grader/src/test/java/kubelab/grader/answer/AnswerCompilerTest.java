package kubelab.grader.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import kubelab.course.Exercise;
import kubelab.grader.Answers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class AnswerCompilerTest {
    private static final Exercise EXERCISE = new Exercise(
            "pods-2",
            "kubelab.labs.pods.SharedVolume",
            "A volume",
            Exercise.Form.STATE,
            10,
            1,
            Set.of(),
            "task",
            List.of("a", "b", "c"),
            List.of());
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
                            Something is missing at this place or just before it: a ; or a bracket?""");
    }

    @Test
    void a_class_that_is_not_allowed_is_not_found() throws Exception {
        write("SharedVolume.java", GOOD.replace("new Mine().make();", "kubelab.grader.Limits.own();"));
        assertThatThrownBy(() -> compile(new Answers.Folder(root.resolve("labs"))))
                .hasMessageContaining("package kubelab.grader does not exist")
                .hasMessageContaining("the JDK, labkit and the Fabric8 client");
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
    void a_notebook_that_breaks_off_is_said_to_be_none_with_the_line() throws Exception {
        Path half = Files.writeString(root.resolve("pods.ipynb"), "{\"cells\": [\n{\"cell_type\": \"co");
        assertThatThrownBy(() -> compile(new Answers.Notebook(half)))
                .hasMessageContaining("pods.ipynb is not a notebook")
                .hasMessageContaining("line 2");
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

    private Path notebook(String code) throws Exception {
        String text =
                "{\"cells\":[{\"cell_type\":\"code\",\"metadata\":{\"tags\":[\"setup\"]},\"source\":[\"no java\"]},"
                        + "{\"cell_type\":\"code\",\"metadata\":{\"tags\":[\"exercise:pods-2\"]},\"source\":[\"" + code
                        + "\"]}],\"nbformat\":4,\"nbformat_minor\":5,\"metadata\":{}}";
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
