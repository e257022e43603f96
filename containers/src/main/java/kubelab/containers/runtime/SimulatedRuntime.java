package kubelab.containers.runtime;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import kubelab.containers.clock.Clock;
import kubelab.containers.clock.LongTasks;
import kubelab.containers.host.DaemonThreads;
import kubelab.containers.network.NodeNetwork;
import kubelab.containers.runtime.filesystem.NodeFiles;
import kubelab.containers.runtime.image.ContainerImage;
import kubelab.containers.runtime.image.ImageName;
import kubelab.containers.runtime.image.ImageRegistry;
import kubelab.containers.runtime.image.RemoteImages;
import kubelab.containers.runtime.kernel.NodeMemory;
import org.jspecify.annotations.Nullable;

/** A node's container runtime. Starting a container starts no program of the machine: see {@code kernel}. */
public final class SimulatedRuntime implements ContainerRuntime {
    private final String node;
    private final Clock clock;
    private final NodeNetwork network;
    private final ImageRegistry registry;
    private final RemoteImages remote;
    private final FileSystem files;
    private final NodeMemory memory = new NodeMemory();
    private final ExecutorService pool;
    private final LongTasks threads;
    private final Instant bootTime;
    private final Map<String, ContainerImage> pulled = new ConcurrentSkipListMap<>();
    private final Map<String, SimulatedSandbox> sandboxes = new ConcurrentHashMap<>();
    private final AtomicLong sequence = new AtomicLong();

    /**
     * @param node the node's name: ids, threads and the file system carry it
     * @param registry where images come from; nodes share one
     * @param remote where those come from that are not there
     */
    public SimulatedRuntime(
            String node, Clock clock, NodeNetwork network, ImageRegistry registry, RemoteImages remote) {
        this.node = node;
        this.clock = clock;
        this.network = network;
        this.registry = registry;
        this.remote = remote;
        this.bootTime = clock.now();
        this.files = NodeFiles.disk(node, clock::now);
        this.pool = Executors.newCachedThreadPool(DaemonThreads.named("runtime-" + node));
        this.threads = new LongTasks(pool);
    }

    NodeMemory memory() {
        return memory;
    }

    @Override
    public FileSystem fileSystem() {
        return files;
    }

    @Override
    public String pullImage(String image, @Nullable RegistryCredentials credentials) throws ImagePullException {
        String name = ImageName.canonical(image);
        ContainerImage found =
                pullsOverNetwork(image) ? remote.pull(network.host(), name, credentials) : registry.pull(image);
        pulled.put(found.name(), found);
        return found.id();
    }

    @Override
    public boolean pullsOverNetwork(String image) {
        return registry.find(image).isEmpty() && remote.has(ImageName.canonical(image));
    }

    @Override
    public Optional<Image> image(String image) {
        return find(image).filter(found -> pulled.containsKey(found.name())).map(SimulatedRuntime::described);
    }

    private static Image described(ContainerImage image) {
        List<String> names = image.id().contains("@") ? List.of(image.id(), image.name()) : List.of(image.name());
        return new Image(image.id(), names, image.sizeBytes());
    }

    private Optional<ContainerImage> find(String image) {
        Optional<ContainerImage> ours = registry.find(image);
        return ours.isPresent() ? ours : Optional.ofNullable(pulled.get(ImageName.canonical(image)));
    }

    @Override
    public String simulatedBy(String image) {
        return registry.find(image).map(ContainerImage::simulatedBy).orElse("");
    }

    @Override
    public List<Image> images() {
        return pulled.values().stream().map(SimulatedRuntime::described).toList();
    }

    @Override
    public PodSandbox runPodSandbox(PodSandboxConfig config) {
        String id = newId();
        try {
            Path directory = Files.createDirectories(files.getPath("/run/kubelab/sandboxes", id));
            SimulatedSandbox sandbox = new SimulatedSandbox(this, id, config, directory);
            sandboxes.put(id, sandbox);
            return sandbox;
        } catch (IOException e) {
            throw new IllegalStateException("node " + node + " has no space for another Pod sandbox", e);
        }
    }

    @Override
    public RuntimeContainer createContainer(PodSandbox sandbox, ContainerConfig config) throws ContainerException {
        Optional<ContainerImage> image = find(config.image());
        if (image.isEmpty()) {
            throw new ContainerException("CreateContainerError", 128, "image \"" + config.image() + "\": not found");
        }
        return ((SimulatedSandbox) sandbox).create(newId(), image.get(), config);
    }

    @Override
    public boolean idle() {
        return threads.idle();
    }

    @Override
    public void close() {
        sandboxes.values().forEach(SimulatedSandbox::remove);
        pool.shutdownNow();
        try {
            files.close();
        } catch (IOException e) {
            throw new IllegalStateException("closing the file system of node " + node + " failed", e);
        }
    }

    Clock clock() {
        return clock;
    }

    NodeNetwork network() {
        return network;
    }

    Executor threads() {
        return threads;
    }

    Instant bootTime() {
        return bootTime;
    }

    ContainerImage pauseImage() {
        return registry.find("registry.k8s.io/pause:3.10").orElseThrow();
    }

    void forget(SimulatedSandbox sandbox) {
        sandboxes.remove(sandbox.id());
    }

    /** 64 hexadecimal digits, as containerd's; a counter keeps two runtimes of one run apart. */
    String newId() {
        long number = sequence.incrementAndGet();
        StringBuilder id = new StringBuilder(64);
        long state = node.hashCode() * 0x9E3779B97F4A7C15L + number + bootTime.toEpochMilli() * 31;
        while (id.length() < 64) {
            state = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L + number;
            id.append(String.format("%016x", state ^ (state >>> 27)));
        }
        return id.toString();
    }
}
