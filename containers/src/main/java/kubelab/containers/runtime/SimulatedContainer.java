package kubelab.containers.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import kubelab.containers.clock.Clock;
import kubelab.containers.host.FileTree;
import kubelab.containers.runtime.filesystem.Credentials;
import kubelab.containers.runtime.filesystem.Devices;
import kubelab.containers.runtime.filesystem.Errno;
import kubelab.containers.runtime.filesystem.FileException;
import kubelab.containers.runtime.filesystem.FileView;
import kubelab.containers.runtime.filesystem.Filling;
import kubelab.containers.runtime.filesystem.VirtualFileSystem;
import kubelab.containers.runtime.image.ContainerImage;
import kubelab.containers.runtime.kernel.Cgroup;
import kubelab.containers.runtime.kernel.ContainerNamespaces;
import kubelab.containers.runtime.kernel.FileTable;
import kubelab.containers.runtime.kernel.Loader;
import kubelab.containers.runtime.kernel.NodeHardware;
import kubelab.containers.runtime.kernel.PidNamespace;
import kubelab.containers.runtime.kernel.ProcTree;
import kubelab.containers.runtime.kernel.Signal;
import kubelab.containers.runtime.kernel.Task;
import org.jspecify.annotations.Nullable;

/** One container: its namespaces, its main process, its output. */
final class SimulatedContainer implements RuntimeContainer {
    private static final String CREATE_FAILED =
            "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create"
                    + " failed: ";
    private static final String START_FAILED = CREATE_FAILED + "unable to start container process: ";

    private final SimulatedSandbox sandbox;
    private final String id;
    private final ContainerImage image;
    private final ContainerConfig config;
    private final Path root;
    private final Cgroup cgroup;
    private final ContainerNamespaces namespaces;
    private final Map<String, String> environment;
    private final Credentials user;
    private final LogBuffer log;
    private final Streams streams;
    private final CompletableFuture<Exit> exited = new CompletableFuture<>();
    private volatile @Nullable Task main;
    private volatile boolean outOfMemory;
    private volatile Instant startedAt = Instant.EPOCH;

    SimulatedContainer(SimulatedSandbox sandbox, String id, ContainerImage image, ContainerConfig config)
            throws ContainerException {
        this.sandbox = sandbox;
        this.id = id;
        this.image = image;
        this.config = config;
        SimulatedRuntime runtime = sandbox.runtime();
        Clock clock = runtime.clock();
        this.root = sandbox.directory().resolve(id);
        this.cgroup = new Cgroup(
                clock,
                runtime.memory(),
                config.resources().cpuMillis(),
                config.resources().memoryBytes());
        PidNamespace pids = sandbox.pidsForContainer();
        Instant now = clock.now();
        try {
            Files.createDirectory(root);
            VirtualFileSystem files =
                    new VirtualFileSystem(root, image.layer(), config.security().readOnlyRoot());
            files.mount("/proc", new ProcTree(pids, clock::now, runtime.bootTime()));
            files.mount("/sys", NodeHardware.sys(cgroup, pids, now));
            files.mount("/dev", Devices.tree(now));
            for (String name : List.of("hosts", "hostname", "resolv.conf")) {
                files.bind(sandbox.directory().resolve(name), "/etc/" + name, false);
            }
            for (ContainerConfig.Mount mount : config.mounts()) {
                if (mount.memory()) {
                    files.bindMemory(mount.source(), mount.target(), mount.readOnly(), cgroup::memory);
                } else if (mount.filling() != Filling.DONE) {
                    files.bindLate(mount.source(), mount.target(), mount.readOnly(), mount.filling());
                } else {
                    files.bind(mount.source(), mount.target(), mount.readOnly());
                }
            }
            this.namespaces = new ContainerNamespaces(
                    sandbox.config().namespace() + "/" + sandbox.config().name() + "/" + config.name(),
                    sandbox.config().hostname(),
                    files,
                    sandbox.network(),
                    config.security().netAdmin(),
                    pids,
                    cgroup,
                    clock,
                    runtime.threads(),
                    new ImagePrograms(image),
                    runtime.bootTime());
        } catch (IOException e) {
            throw new ContainerException(
                    "CreateContainerError",
                    128,
                    "failed to mount into container " + config.name() + ": " + e.getMessage());
        }
        this.user = credentials();
        this.environment = environment();
        this.log = new LogBuffer(clock, runtime.threads());
        this.streams = new Streams(log, config.stdin(), config.tty(), runtime.threads());
        cgroup.onOutOfMemory(() -> {
            outOfMemory = true;
            killAll();
        });
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public ContainerConfig config() {
        return config;
    }

    @Override
    public Credentials user() {
        return user;
    }

    @Override
    public void start() throws ContainerException {
        List<String> words = new ArrayList<>();
        if (!config.command().isEmpty()) {
            words.addAll(config.command());
            words.addAll(config.args());
        } else {
            words.addAll(image.entryPoint());
            words.addAll(config.args().isEmpty() ? image.arguments() : config.args());
        }
        if (!config.workingDir().isEmpty() && !config.workingDir().startsWith("/")) {
            throw new ContainerException("StartError", 128, CREATE_FAILED + "Cwd must be an absolute path");
        }
        Loader.Executable executable;
        Task task;
        try {
            String directory = workingDirectory();
            executable = load(words, directory);
            task = new Task(namespaces, executable.words(), environment, directory, user, streams.mainProcess());
        } catch (FileException e) {
            throw new ContainerException("StartError", 128, START_FAILED + e.getMessage());
        } catch (IOException e) {
            throw new ContainerException("StartError", 128, START_FAILED + e.getMessage());
        }
        streams.foreground(task);
        startedAt = namespaces.clock().now();
        main = task;
        task.exited().thenAccept(this::ended);
        task.start(executable.program());
    }

    @Override
    public CompletableFuture<Exit> exited() {
        return exited;
    }

    @Override
    public void stop(Duration grace) {
        Task task = main;
        if (task == null || task.dead()) {
            return;
        }
        Signal signal = Signal.of(image.stopSignal());
        task.signal(signal == null ? Signal.TERM : signal, null);
        if (!task.dead()) {
            Clock.Timer timer = namespaces.clock().schedule(grace, this::kill);
            task.exited().thenRun(timer::cancel);
        }
    }

    @Override
    public void kill() {
        Task task = main;
        if (task != null) {
            task.killByKernel();
        }
    }

    @Override
    public ContainerLog log() {
        return log;
    }

    @Override
    public Process exec(Exec exec) throws ContainerException {
        Task first = main;
        if (first == null || first.dead()) {
            throw new ContainerException("ExecError", 128, "container not running (" + id + ")");
        }
        FileTable descriptors = streams.extraProcess(exec);
        try {
            String directory = workingDirectory();
            Loader.Executable executable = load(exec.command(), directory);
            Task task = new Task(namespaces, executable.words(), environment, directory, user, descriptors);
            streams.opened(exec, task);
            task.start(executable.program());
            return new TaskProcess(task);
        } catch (IOException e) {
            descriptors.all().keySet().forEach(number -> descriptors.set(number, null));
            throw new ContainerException(
                    "ExecError",
                    1,
                    "failed to exec in container: failed to start exec \""
                            + sandbox.runtime().newId()
                            + "\": OCI runtime exec failed: exec failed: unable to start container process: "
                            + e.getMessage());
        }
    }

    @Override
    public Process attach(@Nullable InputStream stdin, @Nullable OutputStream stdout, @Nullable OutputStream stderr) {
        return streams.attach(stdin, stdout, stderr, exited);
    }

    @Override
    public Usage usage() {
        return new Usage(cgroup.cpuNanos(), cgroup.cpuNanosPerSecond(), cgroup.memoryBytes());
    }

    @Override
    public void update(ContainerConfig.Resources resources) {
        cgroup.limits(resources.cpuMillis(), resources.memoryBytes());
    }

    @Override
    public void remove() {
        killAll();
        sandbox.forget(this);
        FileTree.tryDelete(root);
    }

    private void ended(int code) {
        // What a shell left in the background dies with the container, as its control group is emptied.
        killAll();
        streams.end();
        String reason = outOfMemory ? "OOMKilled" : code == 0 ? "Completed" : "Error";
        exited.complete(new Exit(code, reason, startedAt, namespaces.clock().now()));
    }

    private void killAll() {
        namespaces.tasks().forEach(Task::killByKernel);
    }

    /** Made if it is missing, as the OCI runtime does before it makes the root read-only. */
    private String workingDirectory() throws IOException {
        String wanted = config.workingDir();
        if (wanted.isEmpty()) {
            return "/";
        }
        String problem = namespaces.files().makeWorkingDirectory(wanted);
        if (problem != null) {
            throw new IOException("error during container init: " + problem);
        }
        return VirtualFileSystem.normalise(wanted);
    }

    private Loader.Executable load(List<String> words, String directory) throws IOException {
        if (words.isEmpty()) {
            throw new IOException("no command specified");
        }
        FileView files = new FileView(namespaces.files(), () -> directory, () -> user, () -> 022);
        String name = words.get(0);
        String path = Loader.search(files, name, environment.getOrDefault("PATH", "/bin"));
        if (path == null) {
            throw new IOException("exec: \"" + name + "\": executable file not found in $PATH");
        }
        try {
            return Loader.load(namespaces, files, path, words);
        } catch (FileException e) {
            String why = e.errno().text().toLowerCase(java.util.Locale.ROOT);
            throw new IOException(
                    "exec: \"" + name + "\": " + (e.errno() == Errno.ENOENT ? "stat " + name + ": " : "") + why);
        }
    }

    private Credentials credentials() {
        ContainerConfig.Security security = config.security();
        long uid = security.user() == null ? 0 : security.user();
        Long group = security.group();
        long gid = group == null ? Long.parseLong(password(uid, 3, "0")) : group;
        Set<Long> groups = new HashSet<>(security.groups());
        groups.add(gid);
        return new Credentials(uid, gid, groups);
    }

    private Map<String, String> environment() {
        Map<String, String> all = new LinkedHashMap<>(image.environment());
        all.put("HOSTNAME", sandbox.config().hostname());
        if (config.tty()) {
            all.put("TERM", "xterm");
        }
        all.putAll(config.env());
        all.putIfAbsent("HOME", password(user.uid(), 5, "/"));
        return all;
    }

    /** A field of a user's line in the image's /etc/passwd. */
    private String password(long uid, int field, String otherwise) {
        try {
            FileView files = new FileView(namespaces.files(), () -> "/", () -> Credentials.ROOT, () -> 022);
            for (String line : files.readText("/etc/passwd").split("\n")) {
                String[] fields = line.split(":");
                if (fields.length > 5 && fields[2].equals(Long.toString(uid))) {
                    return fields[field];
                }
            }
        } catch (IOException noPasswords) {
            // An image without users, such as pause.
        }
        return otherwise;
    }

    private record TaskProcess(Task task) implements Process {
        @Override
        public CompletableFuture<Integer> exitCode() {
            return task.exited();
        }

        @Override
        public void kill() {
            task.killByKernel();
        }
    }
}
