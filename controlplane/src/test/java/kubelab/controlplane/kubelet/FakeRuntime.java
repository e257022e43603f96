package kubelab.controlplane.kubelet;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import kubelab.containers.clock.Clock;
import kubelab.containers.network.NetNamespace;
import kubelab.containers.network.NodeNetwork;
import kubelab.containers.network.Resolver;
import kubelab.containers.runtime.ContainerConfig;
import kubelab.containers.runtime.ContainerException;
import kubelab.containers.runtime.ContainerLog;
import kubelab.containers.runtime.ContainerRuntime;
import kubelab.containers.runtime.ImagePullException;
import kubelab.containers.runtime.PodSandbox;
import kubelab.containers.runtime.PodSandboxConfig;
import kubelab.containers.runtime.RegistryCredentials;
import kubelab.containers.runtime.RuntimeContainer;
import kubelab.containers.runtime.filesystem.Credentials;
import kubelab.containers.runtime.filesystem.NodeFiles;

/**
 * A runtime for kubelet tests: a program is a few words (sleep, exit, echo, touch, rm, cat, true, false, trap) in one
 * {@code sh -c}. It knows nothing of a shell, so that these tests fail for the kubelet's reasons only.
 */
final class FakeRuntime implements ContainerRuntime {
    private static final String ID = "sha256:" + "0".repeat(64);

    private final FileSystem files;
    private final Clock clock;
    private final NodeNetwork node;
    /** Programs that do something just now, rather than sleep. */
    final AtomicInteger busy = new AtomicInteger();

    final Map<String, RuntimeContainer> containers = new ConcurrentHashMap<>();

    FakeRuntime(Clock clock, NodeNetwork node) {
        this.clock = clock;
        this.node = node;
        this.files = NodeFiles.disk("fake", clock::now);
    }

    @Override
    public FileSystem fileSystem() {
        return files;
    }

    @Override
    public String pullImage(String image, RegistryCredentials credentials) throws ImagePullException {
        if (!hasImage(image)) {
            throw new ImagePullException("failed to pull and unpack image \"" + ImageNames.full(image)
                    + "\": failed to resolve image: not found");
        }
        return ID;
    }

    @Override
    public Optional<Image> image(String image) {
        return image.startsWith("busybox") || image.startsWith("nginx")
                ? Optional.of(new Image(ID, List.of(ImageNames.full(image)), 4_000_000))
                : Optional.empty();
    }

    @Override
    public List<Image> images() {
        return List.of(new Image(ID, List.of("docker.io/library/busybox:1.36"), 4_000_000));
    }

    @Override
    public PodSandbox runPodSandbox(PodSandboxConfig config) {
        String id = id();
        NetNamespace network = node.pod(Resolver.NONE);
        return new PodSandbox() {
            @Override
            public String id() {
                return id;
            }

            @Override
            public PodSandboxConfig config() {
                return config;
            }

            @Override
            public NetNamespace network() {
                return network;
            }

            @Override
            public void remove() {}
        };
    }

    @Override
    public RuntimeContainer createContainer(PodSandbox sandbox, ContainerConfig config) {
        FakeContainer container = new FakeContainer(config);
        containers.put(sandbox.config().name() + "/" + config.name(), container);
        return container;
    }

    @Override
    public boolean idle() {
        return true;
    }

    @Override
    public void close() {}

    private static String id() {
        return (UUID.randomUUID().toString() + UUID.randomUUID()).replace("-", "");
    }

    private final class FakeContainer implements RuntimeContainer {
        private final String id = FakeRuntime.id();
        private final ContainerConfig config;
        private final CompletableFuture<Exit> exited = new CompletableFuture<>();
        private final List<ContainerLog.Line> lines = new ArrayList<>();
        private final Path root;
        private volatile Thread thread;
        private volatile int killedBy;
        private volatile boolean handlesTerm;
        private volatile Instant started = Instant.EPOCH;

        FakeContainer(ContainerConfig config) {
            this.config = config;
            this.root = files.getPath("/containers", id);
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
            return Credentials.ROOT;
        }

        @Override
        public void start() throws ContainerException {
            List<String> command = config.command();
            if (!command.isEmpty() && command.get(0).startsWith("nosuch")) {
                throw new ContainerException(
                        "StartError",
                        128,
                        "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc"
                                + " create failed: unable to start container process: exec: \"" + command.get(0)
                                + "\": executable file not found in $PATH");
            }
            started = clock.now();
            handlesTerm = config.image().startsWith("nginx");
            busy.incrementAndGet();
            thread = new Thread(
                    () -> {
                        int code = run(script(command), null);
                        busy.decrementAndGet();
                        end(code);
                    },
                    "fake-" + config.name());
            thread.setDaemon(true);
            thread.start();
        }

        private void end(int code) {
            int result = killedBy == 15 ? (code == 130 ? 0 : code) : killedBy == 9 ? 137 : code;
            exited.complete(new Exit(result, result == 0 ? "Completed" : "Error", started, clock.now()));
        }

        private int run(String script, StringBuilder out) {
            StringBuilder said = out == null ? new StringBuilder() : out;
            int last = 0;
            for (String statement : script.split("\\s*;\\s*")) {
                String[] words = statement.trim().split("\\s+");
                try {
                    switch (words[0]) {
                        case "" -> {}
                        case "forever" -> sleep(Duration.ofDays(1));
                        case "trap" -> handlesTerm = true;
                        case "sleep" -> sleep(Duration.ofMillis((long) (Double.parseDouble(words[1]) * 1000)));
                        case "exit" -> {
                            return Integer.parseInt(words[1]);
                        }
                        case "echo" -> {
                            String text = statement.trim().substring(5);
                            if (text.contains(" > ")) {
                                String[] parts = text.split(" > ");
                                Files.writeString(path(parts[1].trim()), parts[0] + "\n");
                            } else {
                                said.append(text).append('\n');
                                synchronized (lines) {
                                    lines.add(new ContainerLog.Line(clock.now(), false, text, false));
                                }
                            }
                        }
                        case "touch" -> Files.write(path(words[1]), new byte[0]);
                        case "rm" -> Files.delete(path(words[1]));
                        case "cat", "ls" -> {
                            last = Files.exists(path(words[1])) ? 0 : 1;
                            if (last == 1) {
                                said.append(
                                                words[0].equals("cat")
                                                        ? "cat: can't open '" + words[1] + "'"
                                                        : "ls: " + words[1])
                                        .append(": No such file or directory\n");
                            }
                        }
                        case "onetime" -> {
                            if (Files.exists(path(words[1]))) {
                                return 0;
                            }
                            Files.write(path(words[1]), new byte[0]);
                            return 1;
                        }
                        case "false" -> last = 1;
                        default -> last = 0;
                    }
                } catch (InterruptedException e) {
                    return 130;
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            return last;
        }

        private void sleep(Duration duration) throws InterruptedException {
            busy.decrementAndGet();
            try {
                clock.sleep(duration);
            } finally {
                busy.incrementAndGet();
            }
        }

        private Path path(String inside) throws IOException {
            for (ContainerConfig.Mount mount : config.mounts()) {
                if (inside.equals(mount.target())) {
                    return mount.source();
                }
                if (inside.startsWith(mount.target() + "/")) {
                    return mount.source()
                            .resolve(inside.substring(mount.target().length() + 1));
                }
            }
            Path path = root.resolve(inside.substring(1));
            Files.createDirectories(path.getParent());
            return path;
        }

        private static String script(List<String> command) {
            if (command.isEmpty()) {
                return "forever";
            }
            return command.size() == 3 && command.get(1).equals("-c")
                    ? command.get(2)
                            .replace("while true; do sleep 1; done", "forever")
                            .replace("if [ -f /d/x ]; then exit 0; fi; touch /d/x; exit 1", "onetime /d/x")
                    : String.join(" ", command);
        }

        @Override
        public CompletableFuture<Exit> exited() {
            return exited;
        }

        @Override
        public void stop(Duration grace) {
            if (handlesTerm) {
                killedBy = 15;
                thread.interrupt();
            } else {
                clock.schedule(grace, this::kill);
            }
        }

        @Override
        public void kill() {
            if (!exited.isDone() && thread != null) {
                killedBy = 9;
                thread.interrupt();
            }
        }

        @Override
        public ContainerLog log() {
            return new ContainerLog() {
                @Override
                public List<Line> lines() {
                    synchronized (lines) {
                        return List.copyOf(lines);
                    }
                }

                @Override
                public AutoCloseable follow(int index, Follower follower) {
                    throw new UnsupportedOperationException();
                }
            };
        }

        @Override
        public Process exec(Exec exec) {
            CompletableFuture<Integer> code = new CompletableFuture<>();
            StringBuilder out = new StringBuilder();
            busy.incrementAndGet();
            Thread worker = new Thread(() -> {
                int result = run(script(exec.command()), out);
                busy.decrementAndGet();
                try {
                    exec.stdout().write(out.toString().getBytes(StandardCharsets.UTF_8));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                code.complete(result);
            });
            worker.setDaemon(true);
            worker.start();
            return new Process() {
                @Override
                public CompletableFuture<Integer> exitCode() {
                    return code;
                }

                @Override
                public void kill() {
                    worker.interrupt();
                }
            };
        }

        @Override
        public Process attach(InputStream stdin, OutputStream stdout, OutputStream stderr) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Usage usage() {
            return new Usage(0, 0, 0);
        }

        @Override
        public void update(ContainerConfig.Resources resources) {}

        @Override
        public void remove() {
            kill();
        }
    }
}
