package kubelab.containers.runtime;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import kubelab.containers.host.FileTree;
import kubelab.containers.network.NetNamespace;
import kubelab.containers.network.Peer;
import kubelab.containers.network.Resolver;
import kubelab.containers.runtime.filesystem.Credentials;
import kubelab.containers.runtime.filesystem.NodeFiles;
import kubelab.containers.runtime.filesystem.VirtualFileSystem;
import kubelab.containers.runtime.image.ContainerImage;
import kubelab.containers.runtime.kernel.Cgroup;
import kubelab.containers.runtime.kernel.ContainerNamespaces;
import kubelab.containers.runtime.kernel.FileTable;
import kubelab.containers.runtime.kernel.PidNamespace;
import kubelab.containers.runtime.kernel.Program;
import kubelab.containers.runtime.kernel.Task;
import org.jspecify.annotations.Nullable;

/** What a Pod's containers share: network, names, and with {@code shareProcessNamespace} their processes. */
final class SimulatedSandbox implements PodSandbox {
    private static final String HOSTS_OF_POD = """
        # Kubernetes-managed hosts file.
        127.0.0.1\tlocalhost
        ::1\tlocalhost ip6-localhost ip6-loopback
        fe00::0\tip6-localnet
        fe00::0\tip6-mcastprefix
        fe00::1\tip6-allnodes
        fe00::2\tip6-allrouters
        """;
    private static final String HOSTS_OF_NODE = """
        # Kubernetes-managed hosts file (host network).
        127.0.0.1\tlocalhost
        ::1\tlocalhost ip6-localhost ip6-loopback
        fe00::0\tip6-localnet
        ff00::0\tip6-mcastprefix
        ff02::1\tip6-allnodes
        ff02::2\tip6-allrouters
        """;

    private final SimulatedRuntime runtime;
    private final String id;
    private final PodSandboxConfig config;
    private final Path directory;
    private final NetNamespace network;
    private final @Nullable PidNamespace sharedPids;
    private final Map<String, SimulatedContainer> containers = new ConcurrentHashMap<>();

    SimulatedSandbox(SimulatedRuntime runtime, String id, PodSandboxConfig config, Path directory) throws IOException {
        this.runtime = runtime;
        this.id = id;
        this.config = config;
        this.directory = directory;
        PodSandboxConfig.Dns dns = config.dns();
        Resolver resolver = Resolver.of(dns.nameservers(), dns.searches(), dns.options());
        this.network = config.hostNetwork()
                ? runtime.network().shared(resolver)
                : runtime.network().pod(new Peer.PodKey(config.namespace(), config.name(), config.uid()), resolver);
        write("hosts", hosts());
        write("hostname", config.hostname() + "\n");
        write("resolv.conf", resolvConf(dns));
        this.sharedPids = config.shareProcessNamespace() ? new PidNamespace() : null;
        if (sharedPids != null) {
            startPause(sharedPids);
        }
    }

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
    public void remove() {
        containers.values().forEach(SimulatedContainer::remove);
        if (sharedPids != null) {
            sharedPids.tasks().forEach(Task::killByKernel);
        }
        network.close();
        runtime.forget(this);
        FileTree.tryDelete(directory);
    }

    SimulatedRuntime runtime() {
        return runtime;
    }

    Path directory() {
        return directory;
    }

    PidNamespace pidsForContainer() {
        return sharedPids == null ? new PidNamespace() : sharedPids;
    }

    SimulatedContainer create(String containerId, ContainerImage image, ContainerConfig container)
            throws ContainerException {
        SimulatedContainer made = new SimulatedContainer(this, containerId, image, container);
        containers.put(containerId, made);
        return made;
    }

    void forget(SimulatedContainer container) {
        containers.remove(container.id());
    }

    private void write(String name, String text) throws IOException {
        NodeFiles.write(directory.resolve(name), text.getBytes(StandardCharsets.UTF_8), 0644);
    }

    /** In a shared process namespace the sandbox's pause process is the first one. */
    private void startPause(PidNamespace pids) throws IOException {
        ContainerImage pause = runtime.pauseImage();
        Path root = Files.createDirectories(directory.resolve("rootfs"));
        ContainerNamespaces namespaces = new ContainerNamespaces(
                config.namespace() + "/" + config.name() + "/pause",
                config.hostname(),
                new VirtualFileSystem(root, pause.layer(), true),
                network,
                false,
                pids,
                new Cgroup(runtime.clock(), runtime.memory(), null, null),
                runtime.clock(),
                runtime.threads(),
                new ImagePrograms(pause),
                runtime.bootTime());
        Task task = new Task(namespaces, java.util.List.of("/pause"), Map.of(), "/", Credentials.ROOT, new FileTable());
        Program program = pause.programs().apply("pause");
        if (program != null) {
            task.start(program);
        }
    }

    /** Source: pkg/kubelet/kubelet_pods.go in Kubernetes, managedHostsFileContent. */
    private String hosts() {
        StringBuilder text = new StringBuilder(config.hostNetwork() ? HOSTS_OF_NODE : HOSTS_OF_POD);
        text.append(network.ip()).append('\t');
        if (!config.fullName().isEmpty()) {
            text.append(config.fullName()).append('\t');
        }
        String hostname = config.hostname();
        text.append(hostname.equals(config.fullName()) ? hostname.split("\\.")[0] : hostname)
                .append('\n');
        if (!config.hostAliases().isEmpty()) {
            text.append("\n# Entries added by HostAliases.\n");
            config.hostAliases().forEach((ip, names) -> text.append(ip)
                    .append('\t')
                    .append(String.join("\t", names))
                    .append('\n'));
        }
        return text.toString();
    }

    private static String resolvConf(PodSandboxConfig.Dns dns) {
        StringBuilder text = new StringBuilder();
        if (!dns.searches().isEmpty()) {
            text.append("search ").append(String.join(" ", dns.searches())).append('\n');
        }
        dns.nameservers()
                .forEach(server -> text.append("nameserver ").append(server).append('\n'));
        if (!dns.options().isEmpty()) {
            text.append("options ").append(String.join(" ", dns.options())).append('\n');
        }
        return text.toString();
    }
}
