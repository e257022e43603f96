package kubelab.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kubelab.app.answers.OnePersonsAnswers;
import kubelab.app.answers.Starters;
import kubelab.app.console.Console;
import kubelab.app.daemon.Session;
import kubelab.app.workspace.ExitCode;
import kubelab.app.workspace.Workspace;
import kubelab.course.Exercise;
import kubelab.grader.Answers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class KubelabTest {
    private final StringWriter out = new StringWriter();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
    private final CommandLine line =
            Kubelab.commandLine(session()).setOut(new PrintWriter(out)).setErr(new PrintWriter(out));

    @Test
    void help_names_every_command_but_the_inner_ones() {
        assertThat(line.execute("--help")).isZero();
        assertThat(out.toString())
                .contains("course", "check", "hint", "explain", "list", "reset", "prepare", "up", "down", "status")
                .contains("kubectl", "jupyter", "doctor", "author", "generate-completion")
                .doesNotContain("warm-up", "daemon")
                .doesNotContain("\u001b[");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "check --format=nonsense", "hint", "up --nodes=many", "up --nodes=0", "author"})
    void wrong_use_has_exit_code_2(String arguments) {
        assertThat(line.execute(arguments.split(" "))).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "explain pods-99",
                "hint pods-1 7",
                "check pods-99",
                "check --answers /no/such/folder",
                "course no-such-chapter"
            })
    void what_is_not_there_has_exit_code_2_and_starts_no_cluster(String arguments) {
        assertThat(line.execute(arguments.split(" "))).isEqualTo(2);
    }

    @Test
    void where_nothing_is_begun_no_cluster_is_needed(@TempDir Path answers) throws IOException {
        Path root = Workspace.root();
        for (Exercise exercise : Workspace.course().named("pods")) {
            Path file = answers.resolve(exercise.sourceFile());
            Files.createDirectories(file.getParent());
            Files.writeString(file, Starters.of(root, exercise));
        }
        String[] check = {"check", "pods", "--answers", answers.toString(), "--cluster=existing", "--context=none"};
        assertThat(line.execute(check)).isEqualTo(ExitCode.NOT_BEGUN);
        Path begun = answers.resolve(Workspace.course().get("pods-2").sourceFile());
        Files.writeString(begun, Files.readString(begun) + "// begun");
        assertThat(line.execute(check)).as("there is no such context").isEqualTo(2);
    }

    @Test
    void a_folder_with_several_peoples_answers_is_refused(@TempDir Path students) throws IOException {
        Exercise exercise = Workspace.course().get("pods-2");
        for (String student : List.of("anna", "ben")) {
            Files.createDirectories(students.resolve(student));
            Files.writeString(
                    students.resolve(student).resolve(exercise.simpleName() + ".java"),
                    Starters.of(Workspace.root(), exercise) + "// begun");
        }
        String name = exercise.simpleName() + ".java";
        String[] check = {"check", "--answers", students.toString(), "--cluster=existing", "--context=none"};
        assertThat(line.execute(check)).isEqualTo(2);
        assertThat(out.toString() + errors())
                .contains("There are 2 files " + name, "anna/" + name + ", ben/" + name)
                .contains("one person's answers at a time", "--answers " + students.resolve("anna"));
        assertThat(line.execute(
                        "check",
                        "--answers",
                        students.resolve("ben").toString(),
                        "--cluster=existing",
                        "--context=none"))
                .as("there is no such context")
                .isEqualTo(2);
        assertThat(errors()).contains("none").doesNotContain("There are 2 files");
    }

    /** Each exercise is there once only, and still these are the answers of two. */
    @Test
    void a_folder_in_which_each_person_answered_something_else_is_refused(@TempDir Path students) throws IOException {
        Exercise annas = Workspace.course().get("pods-2");
        Exercise bens = Workspace.course().get("services-1");
        Path anna = file(students.resolve("anna"), annas);
        Path ben = file(students.resolve("ben"), bens);
        String[] check = {"check", "--answers", students.toString(), "--cluster=existing", "--context=none"};
        assertThat(line.execute(check)).isEqualTo(2);
        assertThat(errors())
                .contains("are in 2 folders: " + students.relativize(anna) + ", " + students.relativize(ben))
                .contains("--answers " + students.resolve("ben"));
    }

    /** A folder a chapter is one person's. */
    @Test
    void a_folder_with_folders_of_chapters_is_one_persons(@TempDir Path answers) throws IOException {
        for (String id : List.of("pods-2", "services-1")) {
            Exercise exercise = Workspace.course().get(id);
            file(answers.resolve(exercise.topic()), exercise);
        }
        String[] check = {"check", "--answers", answers.toString(), "--cluster=existing", "--context=none"};
        assertThat(line.execute(check)).as("there is no such context").isEqualTo(2);
        assertThat(errors()).contains("none").doesNotContain("folders:");
    }

    private static Path file(Path folder, Exercise exercise) throws IOException {
        Path file = Files.createDirectories(folder).resolve(exercise.simpleName() + ".java");
        return Files.writeString(file, Starters.of(Workspace.root(), exercise) + "// begun");
    }

    @Test
    void only_this_users_answers_count_for_the_list(@TempDir Path elsewhere) {
        Path root = Workspace.root();
        assertThat(List.of(
                        new Answers.Folder(root.resolve("labs")),
                        new Answers.Notebook(root.resolve("notebooks/09-pods.ipynb")),
                        new Answers.State("mine"),
                        new Answers.Cell("class A {}")))
                .allMatch(answers -> OnePersonsAnswers.areThisUsers(root, answers));
        assertThat(List.of(
                        new Answers.Folder(elsewhere.resolve("labs")),
                        new Answers.Folder(root.resolve("submissions/anna")),
                        new Answers.Notebook(elsewhere.resolve("09-pods.ipynb"))))
                .noneMatch(answers -> OnePersonsAnswers.areThisUsers(root, answers));
    }

    @Test
    void hints_come_one_after_the_other(@TempDir Path home) {
        System.setProperty("kubelab.home", home.toString());
        try {
            List<String> hints = Workspace.course().get("pods-1").hints();
            assertThat(printed("hint", "pods-1")).startsWith("Hint 1 of 3:").contains(hints.get(0));
            assertThat(printed("hint", "pods-1")).startsWith("Hint 2 of 3:").contains(hints.get(1));
            assertThat(printed("hint", "pods-2")).startsWith("Hint 1 of 3:");
            assertThat(printed("hint", "pods-1")).contains(hints.get(2), "./kubelab hint pods-1 1");
            assertThat(printed("hint", "pods-1")).as("there is no fourth").startsWith("Hint 3 of 3:");
            assertThat(printed("hint", "pods-1", "1")).startsWith("Hint 1 of 3:");
            assertThat(printed("hint", "pods-1")).startsWith("Hint 2 of 3:");
        } finally {
            System.clearProperty("kubelab.home");
        }
    }

    @Test
    void explain_says_how_a_state_is_made_by_hand() {
        for (Exercise exercise : Workspace.course().exercises()) {
            boolean state = exercise.form() == Exercise.Form.STATE || exercise.form() == Exercise.Form.REPAIR;
            String text = printed("explain", exercise.id());
            assertThat(text.contains("./kubelab prepare " + exercise.id() + " --namespace mine"))
                    .as(exercise.id())
                    .isEqualTo(state);
            assertThat(text.contains("kubectl -n mine")).as(exercise.id()).isEqualTo(state);
        }
    }

    @Test
    void list_takes_chapters_and_exercises() {
        assertThat(printed("list", "pods")).contains("pods-1", "pods-5").doesNotContain("services-1");
        assertThat(printed("list", "services-2", "pods-1")).contains("pods-1", "services-2");
        assertThat(printed("list", "pods", "--format=json")).contains("pods-1").doesNotContain("scheduler-1");
        assertThat(line.execute("list", "nosuch")).isEqualTo(2);
    }

    @Test
    void a_cell_with_the_starter_is_not_begun() throws IOException {
        Path root = Workspace.root();
        Exercise exercise = Workspace.course().get("pods-2");
        String cell =
                Starters.of(root, exercise).replaceFirst("package [^;]+;", "").replace("public class", "class");
        assertThat(Starters.untouched(root, "import java.util.*; " + cell + "\nclass Other {}", exercise))
                .isTrue();
        assertThat(Starters.untouched(root, cell.replaceFirst("\\}\\s*$", "int x; }"), exercise))
                .isFalse();
    }

    @Test
    void kubectl_gets_its_own_options() {
        KubectlCommand kubectl = new KubectlCommand();
        new CommandLine(kubectl)
                .setUnmatchedOptionsArePositionalParams(true)
                .setStopAtPositional(true)
                .parseArgs("get", "pods", "-A", "--help");
        assertThat(kubectl.arguments()).isEqualTo(List.of("get", "pods", "-A", "--help"));
    }

    private Session session() {
        Console console =
                new Console(errors, errors, new Console.Ends(false, false, true, false, 0), StandardCharsets.UTF_8);
        Session process = Session.ofProcess();
        return new Session(console, process.directory(), process.running(), process.spec(), process.standby());
    }

    /** What it said since it was asked last. */
    private String errors() {
        String text = errors.toString(StandardCharsets.UTF_8);
        errors.reset();
        return text;
    }

    /** What a command wrote to standard output. */
    private String printed(String... arguments) {
        PrintStream before = System.out;
        var bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            assertThat(line.execute(arguments)).isZero();
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void the_version_names_program_kubernetes_and_java() {
        assertThat(line.execute("--version")).isZero();
        assertThat(out.toString()).contains("kubelab", "Kubernetes 1.", "Java ");
    }
}
