package kubelab.app.jupyter;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import kubelab.app.workspace.Workspace;
import kubelab.app.workspace.WrongUse;
import kubelab.cluster.Background;
import kubelab.cluster.Deadline;
import kubelab.cluster.Progress;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A running JupyterLab. Its settings, its list of kernels and its log are its own, in {@code .kubelab/jupyter}. It ends
 * with this process, and its kernels end with it.
 */
public final class JupyterServer implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration START = Duration.ofSeconds(90);
    private final Process process;
    private final Path log;
    private final String address;
    private final Thread hook = new Thread(this::end, "jupyter-cleanup");

    private JupyterServer(Process process, Path log, Path runtime) throws IOException, InterruptedException {
        this.process = process;
        this.log = log;
        Runtime.getRuntime().addShutdownHook(hook);
        this.address = address(runtime);
    }

    /**
     * @param folder the notebooks' folder
     * @param port the first to try; where it is taken, the next ones
     */
    public static JupyterServer start(Path folder, int port, List<String> further, Progress progress)
            throws IOException, InterruptedException {
        progress.step("starting JupyterLab");
        Path home = Jupyter.folder();
        Path runtime = Files.createDirectories(home.resolve("runtime"));
        forget(runtime);
        Path settings = Files.createDirectories(home.resolve("share/jupyter/lab/settings"));
        Files.writeString(settings.resolve("overrides.json"), Jupyter.resource("overrides.json"));
        Path script = home.resolve("serve.py");
        Files.writeString(script, Jupyter.resource("serve.py"));
        List<String> command = new ArrayList<>(List.of(
                Jupyter.python().toString(),
                script.toString(),
                "--no-browser",
                "--ServerApp.ip=127.0.0.1",
                "--ServerApp.port=" + port,
                "--ServerApp.root_dir=" + folder,
                "--ServerApp.allow_root=True",
                "--LabApp.extension_manager=readonly",
                "--KernelSpecManager.ensure_native_kernel=False",
                "--KernelSpecManager.allowed_kernelspecs=kubelab",
                "--KernelSpecManager.allowed_kernelspecs=kubelab-ijava"));
        command.addAll(further);
        Path log = home.resolve("lab.log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        // the learner's own Jupyter, if there is one, is none of ours
        builder.environment()
                .putAll(Map.of(
                        "JUPYTER_RUNTIME_DIR", runtime.toString(),
                        "JUPYTER_CONFIG_DIR", home.resolve("config").toString(),
                        "JUPYTER_DATA_DIR", home.resolve("data").toString(),
                        "JUPYTERLAB_SETTINGS_DIR", home.resolve("settings").toString(),
                        "JUPYTERLAB_WORKSPACES_DIR", home.resolve("workspaces").toString(),
                        // a terminal in JupyterLab: kubectl finds the notebooks' cluster, a shell finds kubelab
                        "KUBECONFIG",
                                new Background(Workspace.home()).kubeconfig().toString(),
                        "PATH", Workspace.root() + File.pathSeparator + path));
        return new JupyterServer(builder.start(), log, runtime);
    }

    /** What servers that were killed left behind. */
    private static void forget(Path runtime) throws IOException {
        try (Stream<Path> files = Files.list(runtime)) {
            for (Path file : files.toList()) {
                String pid = file.getFileName().toString().replaceAll("\\D", "");
                boolean server = file.getFileName().toString().startsWith("jpserver-");
                if (server
                        && !pid.isEmpty()
                        && ProcessHandle.of(Long.parseLong(pid)).isEmpty()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** The page of one notebook, with the secret that lets its reader in. */
    public String page(Optional<Path> notebook) {
        String[] parts = address.split("\\?", 2);
        return parts[0] + "lab" + notebook.map(n -> "/tree/" + n.getFileName()).orElse("") + "?" + parts[1];
    }

    Path log() {
        return log;
    }

    private String address(Path runtime) throws IOException, InterruptedException {
        Deadline deadline = Deadline.in(START);
        Path file = runtime.resolve("jpserver-" + process.pid() + ".json");
        while (!deadline.isOver() && process.isAlive()) {
            // written before the server listens, so what it says is tried
            if (Files.exists(file) && Files.readString(log).contains("is running at:")) {
                JsonNode server = JSON.readTree(Files.readString(file));
                return server.path("url").asString() + "?token="
                        + server.path("token").asString();
            }
            Thread.sleep(100);
        }
        List<String> lines = Files.readAllLines(log);
        close();
        throw new WrongUse("JupyterLab did not start.\n  "
                + String.join("\n  ", lines.subList(Math.max(0, lines.size() - 4), lines.size()))
                + "\nThe whole log is in " + log + ".");
    }

    /** Waits until it has ended by itself, as it does when a reader chooses Shut Down. @return its exit code */
    public int await() throws InterruptedException {
        return process.waitFor();
    }

    private void end() {
        List<ProcessHandle> kernels = process.descendants().toList();
        try {
            process.getOutputStream().close(); // it ends its kernels, then itself
            if (!process.waitFor(15, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        kernels.forEach(ProcessHandle::destroyForcibly);
    }

    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // it is running already
        }
    }
}
