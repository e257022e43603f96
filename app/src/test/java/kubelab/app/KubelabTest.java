package kubelab.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kubelab.course.Exercise;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class KubelabTest {
    private final StringWriter out = new StringWriter();
    private final CommandLine line =
            Kubelab.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(out));

    @Test
    void help_names_every_command_but_the_inner_ones() {
        assertThat(line.execute("--help")).isZero();
        assertThat(out.toString())
                .contains("course", "check", "hint", "explain", "list", "reset", "prepare", "up", "down", "status")
                .contains("kubectl", "jupyter", "doctor", "author", "generate-completion")
                .doesNotContain("warm-up", "owner")
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
        for (Exercise exercise : Kubelab.course().named("pods")) {
            Path file = answers.resolve(exercise.sourceFile());
            Files.createDirectories(file.getParent());
            Files.writeString(file, Starters.of(root, exercise));
        }
        String[] check = {"check", "pods", "--answers", answers.toString(), "--cluster=existing", "--context=none"};
        assertThat(line.execute(check)).isEqualTo(1);
        Path begun = answers.resolve(Kubelab.course().get("pods-2").sourceFile());
        Files.writeString(begun, Files.readString(begun) + "// begun");
        assertThat(line.execute(check)).as("there is no such context").isEqualTo(2);
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

    @Test
    void only_what_means_the_same_there_is_asked_of_the_process_of_up() {
        assertThat(DoorCall.suits(List.of("check", "pods-1", "--answers", "solutions", "--format=json")))
                .isTrue();
        for (String other : List.of("--cluster=k3s", "--help", "-h", "--debug", "--nodes=2", "@file")) {
            assertThat(DoorCall.suits(List.of("check", other))).as(other).isFalse();
        }
        assertThat(DoorCall.suits(List.of("list"))).isFalse();
        assertThat(DoorCall.suits(List.of())).isFalse();
    }

    @Test
    void the_version_names_program_kubernetes_and_java() {
        assertThat(line.execute("--version")).isZero();
        assertThat(out.toString()).contains("kubelab", "Kubernetes 1.", "Java ");
    }
}
