package kubelab.app.jupyter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import kubelab.app.workspace.Missing;
import kubelab.cluster.Progress;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a learner is told whose Python is no good, with Pythons that are shell scripts. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the Pythons here are shell scripts")
class PythonEnvironmentTest {
    /** Makes an environment whose python is the script itself. */
    private static final String VENV = """
            #!/bin/sh
            case "$*" in
            -c*) echo "$VERSION" ;;
            "-m venv --clear "*) rm -rf "$4"; mkdir -p "$4/bin"; cp "$0" "$4/bin/python"; echo made >>"$4/../made" ;;
            "-m pip"*) PIP ;;
            esac
            """;

    @TempDir
    private Path temp;

    private Path bin;
    private Path folder;

    @BeforeEach
    void folders() throws IOException {
        bin = Files.createDirectory(temp.resolve("bin"));
        folder = temp.resolve("jupyter");
    }

    @Test
    void no_python() {
        assertThat(failure()).hasMessage("There is no Python on PATH.");
    }

    @Test
    void a_python_that_is_too_old_is_named() throws IOException {
        python("python3", "3.8", "true");
        assertThat(failure()).hasMessageContaining("needs Python 3.10 or newer").hasMessageContaining("is Python 3.8");
        assertThat(folder.resolve("bin")).doesNotExist();
    }

    @Test
    void a_newer_python_behind_one_that_is_too_old_is_taken() throws Exception {
        python("python3", "2.7", "true");
        python("python", "3.12", "true");
        ensure();
        assertThat(folder.resolve("installed")).exists();
    }

    @Test
    void debian_without_its_venv_package() throws IOException {
        script("python3", """
                #!/bin/sh
                [ "$1" = -c ] && echo 3.11 && exit
                echo "The virtual environment was not created successfully because ensurepip is not"
                echo "available.  On Debian/Ubuntu systems, you need to install the python3-venv"
                exit 1
                """);
        assertThat(failure()).hasMessageContaining("has no venv module");
    }

    @Test
    void no_network_and_then_one() throws Exception {
        python("python3", "3.11", "echo 'NewConnectionError: Connection refused'; exit 1");
        assertThat(failure()).hasMessageContaining("is there a network?");
        python("python3", "3.11", "true");
        ensure();
        ensure();
        assertThat(temp.resolve("made"))
                .as("a failed one is thrown away, a good one is kept")
                .hasContent("made\nmade");
    }

    @Test
    void a_full_disk() throws IOException {
        python("python3", "3.11", "echo 'ERROR: Could not install: [Errno 28] No space left on device'; exit 1");
        assertThat(failure()).hasMessage("The disk is full.");
    }

    @Test
    void whatever_else_pip_says() throws IOException {
        python("python3", "3.11", "echo 'ERROR: the moon is wrong'; echo 'see the log'; exit 1");
        assertThat(failure()).hasMessageContaining("ERROR: the moon is wrong");
    }

    @Test
    void versions_that_cannot_be_had_are_left_to_pip_and_that_is_said() throws Exception {
        python("python3", "3.11", """
                case "$*" in
                *" -c "*) echo 'ERROR: No matching distribution found for soupsieve==4.1.2'; exit 1 ;;
                esac""");
        List<String> steps = new ArrayList<>();
        ensure(steps::add);
        assertThat(folder.resolve("installed")).exists();
        assertThat(steps)
                .last()
                .asString()
                .contains("cannot be had here (ERROR: No matching distribution found for soupsieve==4.1.2)")
                .contains("newest that fit");
    }

    @Test
    void what_cannot_be_had_at_all_is_named() throws IOException {
        python("python3", "3.11", "echo 'ERROR: No matching distribution found for jupyterlab==4'; exit 1");
        assertThat(failure()).hasMessageContaining("No matching distribution found for jupyterlab==4");
    }

    /**
     * A real Python, for instance a distribution's, older than the one that the versions were tried with: {@code -Dkubelab.python=/usr/bin/python3}. It
     * fetches 250 MB; without the property there is no test here.
     */
    @TestFactory
    Stream<DynamicTest> a_real_python_installs_what_the_course_wants() {
        String python = System.getProperty("kubelab.python", "");
        return python.isEmpty()
                ? Stream.empty()
                : Stream.of(DynamicTest.dynamicTest(python, () -> {
                    Files.createSymbolicLink(bin.resolve("python3"), Path.of(python));
                    List<String> steps = new ArrayList<>();
                    var environment = new PythonEnvironment(folder, bin.toString());
                    environment.ensure(Jupyter.PACKAGES, Jupyter.resource("constraints.txt"), steps::add);
                    assertThat(steps).noneMatch(step -> step.contains("cannot be had"));
                    assertThat(folder.resolve("bin/jupyter-lab")).isExecutable();
                }));
    }

    @Test
    void an_interrupted_installation_is_not_believed_in() throws Exception {
        python("python3", "3.11", "true");
        ensure();
        Files.writeString(temp.resolve("jupyter.half"), "");
        Path old = Files.writeString(folder.resolve("left.txt"), "half of a package");
        ensure();
        assertThat(old).doesNotExist();
        assertThatCode(this::ensure).doesNotThrowAnyException();
    }

    private void ensure() throws Exception {
        ensure(step -> {});
    }

    private void ensure(Progress progress) throws Exception {
        new PythonEnvironment(folder, bin.toString()).ensure(List.of("jupyterlab==4"), "x==1", progress);
    }

    private Missing failure() {
        return catchThrowableOfType(Missing.class, this::ensure);
    }

    private void python(String name, String version, String pip) throws IOException {
        script(name, VENV.replace("$VERSION", version).replace("PIP", pip));
    }

    private void script(String name, String text) throws IOException {
        assertThat(Files.writeString(bin.resolve(name), text).toFile().setExecutable(true))
                .isTrue();
    }
}
