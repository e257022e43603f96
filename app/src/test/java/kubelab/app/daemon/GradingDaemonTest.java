package kubelab.app.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import kubelab.app.console.Console;
import kubelab.app.workspace.ExitCode;
import kubelab.app.workspace.Workspace;
import kubelab.cluster.Background;
import kubelab.cluster.Cluster;
import kubelab.cluster.Home;
import kubelab.cluster.Progress;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code check} beside a background cluster, as commands in processes of their own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GradingDaemonTest {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final String ENDLESS = """
            package kubelab.labs.services;
            import io.fabric8.kubernetes.client.KubernetesClient;
            import kubelab.labkit.StateExercise;
            public class AnotherName implements StateExercise {
                public void apply(KubernetesClient client, String namespace) throws Exception { %s }
            }
            """;

    private Path folder;
    private Path home;
    private Background background;

    @BeforeAll
    void names(@TempDir Path given) {
        folder = given;
        home = folder.resolve("home");
        background = new Background(new Home(home));
    }

    @BeforeEach
    void up() {
        background
                .attachOrStart(program(LabCluster.daemonCommand(List.of(), Duration.ZERO)), LIMIT, Progress.SILENT)
                .close();
    }

    @AfterAll
    void down() {
        background.stop(Progress.SILENT);
    }

    @Test
    void the_daemon_grades_as_a_command_of_another_clone_does_by_itself() throws Exception {
        String[] check = {"check", "services-4", "--answers=solutions", "--seed=7", "--format=json"};
        Ended there = run(check);
        assertThat(log()).containsOnlyOnce("graded for a command: " + String.join(" ", check) + ": exit code 0");
        assertThat(Files.readString(home.resolve("progress.json"))).contains("services-4");

        Path clone = Files.createSymbolicLink(folder.resolve("clone"), Workspace.root());
        List<String> other = program(Workspace.again());
        other.replaceAll(word -> word.startsWith("-Dkubelab.root=") ? "-Dkubelab.root=" + clone : word);
        Ended here = end(launch(other, check));
        Files.delete(clone);
        assertThat(here.err).contains("another build or clone");
        assertThat(log()).containsOnlyOnce("graded for a command: " + String.join(" ", check));
        assertThat(there.exitCode).isEqualTo(here.exitCode).isZero();
        assertThat(verdict(there)).isEqualTo(verdict(here));
    }

    @Test
    void paths_are_the_commands_own_and_a_broken_answer_gets_the_compilers_words() throws Exception {
        answer("no Java");
        Ended ended = run("check", "services-4", "--answers=mine", "--format=json", "--out=report.json");
        assertThat(ended.exitCode).as(ended.err).isEqualTo(1);
        assertThat(ended.err).contains("Wrote report.json.");
        assertThat(Files.readString(folder.resolve("report.json")))
                .contains("does not compile", "AnotherName.java, line 5");
        assertThat(log()).contains("--out=report.json: exit code 1");
        Ended wrong = run("check", "services-99");
        assertThat(wrong.exitCode).isEqualTo(2);
        assertThat(wrong.err).contains("services-99");
    }

    @Test
    void a_command_that_is_killed_leaves_nothing_in_the_daemon_and_two_at_once_are_two() throws Exception {
        answer("while (true) { Thread.onSpinWait(); }");
        Started endless = start("check", "services-4", "--answers=mine");
        try (Cluster cluster = background.attach().orElseThrow()) {
            await().atMost(LIMIT)
                    .until(() -> !gradersNamespaces(cluster.client()).isEmpty());
            assertThat(run("check", "services-4", "--answers=solutions").exitCode)
                    .as("another command beside it")
                    .isZero();
            endless.process.destroyForcibly().waitFor();
            await().atMost(LIMIT).untilAsserted(() -> assertThat(gradersNamespaces(cluster.client()))
                    .isEmpty());
            // one process stands by for the next answer
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(daemon().descendants()).hasSize(1));
        }
        assertThat(log()).contains("--answers=mine: exit code 3");
    }

    @Test
    void a_daemon_that_dies_meanwhile_is_told_in_one_message() throws Exception {
        answer("while (true) { Thread.onSpinWait(); }");
        Started endless = start("check", "services-4", "--answers=mine");
        try (Cluster cluster = background.attach().orElseThrow()) {
            await().atMost(LIMIT)
                    .until(() -> !gradersNamespaces(cluster.client()).isEmpty());
        }
        List<ProcessHandle> workers = daemon().descendants().toList();
        daemon().destroyForcibly();
        Ended ended = end(endless);
        assertThat(ended.exitCode).isEqualTo(ExitCode.NOT_TRIED);
        assertThat(ended.err).contains("ended while it graded");
        await().atMost(LIMIT).untilAsserted(() -> assertThat(workers).noneMatch(ProcessHandle::isAlive));
    }

    @Test
    void down_during_a_check_is_told_in_one_message() throws Exception {
        answer("while (true) { Thread.onSpinWait(); }");
        Started endless = start("check", "services-4", "--answers=mine");
        try (Cluster cluster = background.attach().orElseThrow()) {
            await().atMost(LIMIT)
                    .until(() -> !gradersNamespaces(cluster.client()).isEmpty());
        }
        background.stop(Progress.SILENT);
        Ended ended = end(endless);
        assertThat(ended.exitCode).isEqualTo(ExitCode.NOT_TRIED);
        assertThat(ended.err)
                .contains("Stopped: the background cluster was ended (`./kubelab down`)")
                .doesNotContain("Exception");
    }

    @Test
    void a_text_report_goes_to_its_file_and_others_answers_into_no_list() throws Exception {
        answer("");
        Ended ended = run("check", "services-4", "--answers=mine", "--out=report.txt");
        assertThat(ended.exitCode).as(ended.err).isEqualTo(1);
        assertThat(ended.out).isEmpty();
        assertThat(Files.readString(folder.resolve("report.txt")))
                .contains("services-4", "FAIL", "0 of 1 passed")
                .doesNotContain("\u001b");
        Path progress = home.resolve("progress.json");
        assertThat(Files.exists(progress) && Files.readString(progress).contains("mine"))
                .isFalse();
    }

    @Test
    void who_has_no_token_or_speaks_nonsense_is_not_listened_to() throws Exception {
        String[] address = background.commands().orElseThrow().split(" ");
        assertThat(answerTo(address[0], "guessed", true)).isEqualTo(-1);
        assertThat(answerTo(address[0], address[1], false)).isEqualTo(-1);
        assertThat(run("check", "services-99").exitCode)
                .as("the daemon is well")
                .isEqualTo(2);
    }

    private record Started(Process process, Path out, Path err) {}

    private record Ended(int exitCode, String out, String err) {}

    private static int answerTo(String port, String token, boolean rest) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(port))) {
            DataOutputStream to = new DataOutputStream(socket.getOutputStream());
            to.writeUTF(token);
            if (rest) {
                new DaemonRequest(Workspace.fingerprint(), "/", "UTF-8", Console.Ends.ofProcess(), List.of("check"))
                        .write(to);
            } else {
                to.writeInt(-1);
                socket.shutdownOutput();
            }
            return socket.getInputStream().read();
        } catch (java.net.SocketException e) {
            return -1; // hung up on
        }
    }

    private static String verdict(Ended ended) {
        JsonNode result = new JsonMapper().readTree(ended.out).path("exercises").path(0);
        assertThat(result.path("id").asString()).isEqualTo("services-4");
        return result.path("outcome") + " " + result.path("points");
    }

    private void answer(String body) throws IOException {
        Files.createDirectories(folder.resolve("mine"));
        Files.writeString(folder.resolve("mine/AnotherName.java"), ENDLESS.formatted(body));
    }

    private static List<String> gradersNamespaces(KubernetesClient client) {
        return client.namespaces().list().getItems().stream()
                .map(n -> n.getMetadata().getName())
                .filter(name -> name.startsWith("lab-") || name.startsWith("kubelab-grader-"))
                .toList();
    }

    private ProcessHandle daemon() {
        return ProcessHandle.of(background.state().orElseThrow().owner().pid()).orElseThrow();
    }

    private String log() throws IOException {
        return Files.readString(background.log());
    }

    private Ended run(String... arguments) throws Exception {
        return end(start(arguments));
    }

    private Started start(String... arguments) throws IOException {
        return launch(program(Workspace.again()), arguments);
    }

    private Started launch(List<String> program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(program);
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile(folder, "command", ".out");
        Path err = Files.createTempFile(folder, "command", ".err");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        return new Started(process, out, err);
    }

    private static Ended end(Started command) throws Exception {
        if (!command.process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            command.process.destroyForcibly();
            throw new AssertionError("the command did not end: " + Files.readString(command.err));
        }
        return new Ended(command.process.exitValue(), Files.readString(command.out), Files.readString(command.err));
    }

    /** The same command line with a home of this test's own. */
    private List<String> program(List<String> command) {
        List<String> own = new ArrayList<>(command);
        own.add(1, "-Dkubelab.home=" + home);
        return own;
    }
}
