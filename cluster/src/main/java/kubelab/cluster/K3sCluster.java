package kubelab.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import kubelab.labkit.NodeManifests;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.BindMode;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/** A server container and, for more than one node, an agent container each. */
final class K3sCluster implements Cluster {
    /** So that a node has the same folder of static Pods as one of the embedded cluster, and one made by kubeadm. */
    private static final String STATIC_PODS = "--kubelet-arg=pod-manifest-path=" + NodeManifests.FOLDER;

    private static final String IMAGES = "/var/lib/rancher/k3s/agent/images/";

    private static final String TOO_MANY_FILES = "too many open files";

    private final K3sContainer server;
    private final LastLines log = new LastLines();
    private final List<GenericContainer<?>> agents = new ArrayList<>();
    private final Optional<Network> network;
    private final Thread hook = new Thread(Sweep::own, "k3s-cleanup");
    private final AtomicBoolean closed = new AtomicBoolean();
    private final List<String> nodes;
    private final String image;
    private final boolean audited;
    private final boolean whole;
    private final Map<String, K3sProcess> processes = new LinkedHashMap<>();
    private @Nullable KubernetesClient client;
    private @Nullable Components components;
    private Set<Ability> abilities = Set.of();
    private AutoCloseable hollow = () -> {};

    private K3sCluster(ClusterSpec spec, String image, List<Path> archives) {
        this.image = image;
        DockerImageName name = DockerImageName.parse(image).asCompatibleSubstituteFor("rancher/k3s");
        Map<String, String> labels = ProcessIdentity.self().labels();
        String token = UUID.randomUUID().toString().replace("-", "");
        network = spec.nodes() == 1
                ? Optional.empty()
                : Optional.of(Network.builder()
                        .createNetworkCmdModifier(cmd -> cmd.withLabels(labels))
                        .build());
        nodes = new ArrayList<>(List.of("server"));
        server = new K3sContainer(name);
        List<String> command = new ArrayList<>(List.of(
                "server",
                "--disable=traefik",
                "--tls-san=" + server.getHost(),
                "--token=" + token,
                "--node-name=server"));
        command.add(STATIC_PODS);
        command.addAll(spec.serverFlags());
        audited = AuditFlags.areFree(spec.serverFlags());
        if (audited) {
            command.addAll(AuditFlags.FLAGS);
            server.withCopyToContainer(Transferable.of(AuditFlags.POLICY), AuditFlags.POLICY_FILE);
        }
        server.withCommand(command.toArray(String[]::new))
                .withLabels(labels)
                .withExtraHost(HostAddress.NAME, "host-gateway")
                .withStartupTimeout(spec.startTimeout())
                .withLogConsumer(log)
                .withCreateContainerCmdModifier(cmd -> cmd.withHostName("server"));
        whole = K3sComponents.areFree(spec.serverFlags());
        processes.put("server", K3sProcess.in(server));
        makeManifestsFolder(server);
        network.ifPresent(n -> server.withNetwork(n).withNetworkAliases("server"));
        archives.forEach(a -> server.withCopyFileToContainer(MountableFile.forHostPath(a), IMAGES + a.getFileName()));
        for (int i = 1; i < spec.nodes(); i++) {
            String node = "worker" + i;
            nodes.add(node);
            GenericContainer<?> agent = agent(name, node, token, labels, archives);
            agents.add(agent);
            processes.put(node, K3sProcess.in(agent));
            makeManifestsFolder(agent);
        }
    }

    /** By a file that is no manifest, since its name begins with a dot: a folder that appears later is seen later. */
    private static void makeManifestsFolder(GenericContainer<?> node) {
        node.withCopyToContainer(Transferable.of(""), NodeManifests.FOLDER + "/.kubelab");
    }

    static Cluster start(ClusterSpec spec, String image, List<String> labImages, Progress progress) {
        Docker.ensureImages(image, progress);
        try (HostImages host = HostImages.save(labImages, progress)) {
            K3sCluster cluster = new K3sCluster(spec, image, host.archives());
            try {
                // Before anything exists: Ctrl-C in the middle of the start must not leave a container behind.
                Runtime.getRuntime().addShutdownHook(cluster.hook);
                cluster.start(spec, progress);
                return cluster;
            } catch (RuntimeException e) {
                cluster.close();
                throw explained(
                        e instanceof CompletionException c && c.getCause() != null ? c.getCause() : e,
                        image,
                        cluster.log);
            }
        }
    }

    /** @param log of the server, as far as it came */
    static ClusterException explained(Throwable thrown, String image, LastLines log) {
        ClusterException explained = Docker.explain(thrown, image);
        if (explained.reason() == ClusterException.Reason.OTHER && log.have(TOO_MANY_FILES)) {
            return new ClusterException(
                    ClusterException.Reason.OTHER,
                    "The k3s cluster could not be started: the kernel lets its programs watch no more files" + " (\""
                            + TOO_MANY_FILES + "\" in its log).",
                    "Stop other clusters in containers, or try `sudo sysctl fs.inotify.max_user_instances=1024`.",
                    thrown);
        }
        List<String> last = log.last(8);
        return last.isEmpty() || explained.reason() != ClusterException.Reason.OTHER
                ? explained
                : new ClusterException(
                        explained.reason(),
                        explained.getMessage() + "\nThe last lines of the server's log:\n" + String.join("\n", last),
                        explained.nextStep(),
                        thrown);
    }

    private void start(ClusterSpec spec, Progress progress) {
        progress.step("starting " + describe());
        // Agents ask for the server until it answers, so all may start at once.
        List<CompletableFuture<Void>> starts = new ArrayList<>();
        starts.add(CompletableFuture.runAsync(server::start));
        agents.forEach(agent -> starts.add(CompletableFuture.runAsync(agent::start)));
        CompletableFuture.allOf(starts.toArray(CompletableFuture[]::new)).join();
        KubernetesClient admin = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(server.getKubeConfigYaml()))
                .build();
        client = admin;
        new Readiness(admin, spec.startTimeout(), progress)
                .nodes(nodes)
                .defaultServiceAccount("default")
                .coreDns(!disabled(spec, "coredns"))
                .storageClass(!disabled(spec, "local-storage"));
        abilities = Abilities.probe(admin, true, own());
        components = K3sComponents.of(processes, admin);
        hollow = NodeHeartbeats.keep(admin);
        HostAddress.of(server).ifPresent(address -> HostAddress.publish(admin, address));
        log.forget();
    }

    private Set<Ability> own() {
        Set<Ability> own = EnumSet.of(Ability.NODE_CONTROL, Ability.STATIC_PODS);
        if (audited) {
            own.add(Ability.AUDIT);
        }
        if (whole) {
            own.add(Ability.STOP_COMPONENT);
        }
        return own;
    }

    private static boolean disabled(ClusterSpec spec, String addon) {
        return spec.serverFlags().stream().anyMatch(f -> f.startsWith("--disable=") && f.contains(addon))
                || spec.serverFlags().stream()
                        .anyMatch(f -> f.equals("--disable-agent")
                                || f.equals("--disable-scheduler")
                                || f.equals("--disable-controller-manager"));
    }

    private GenericContainer<?> agent(
            DockerImageName name, String node, String token, Map<String, String> labels, List<Path> archives) {
        GenericContainer<?> agent = new GenericContainer<>(name)
                .withNetwork(network.orElseThrow())
                .withNetworkAliases(node)
                .withPrivilegedMode(true)
                .withCreateContainerCmdModifier(cmd -> {
                    cmd.withHostName(node);
                    var host = cmd.getHostConfig();
                    if (host != null) {
                        host.withCgroupnsMode("host");
                    }
                })
                .withTmpFs(Map.of("/run", "", "/var/run", ""))
                .withLabels(labels)
                .withCommand(
                        "agent", "--server=https://server:6443", "--token=" + token, "--node-name=" + node, STATIC_PODS)
                // The API says when the node is Ready; a log line would tie us to one release.
                .waitingFor(new AbstractWaitStrategy() {
                    @Override
                    protected void waitUntilReady() {}
                });
        agent.addFileSystemBind("/sys/fs/cgroup", "/sys/fs/cgroup", BindMode.READ_WRITE);
        archives.forEach(a -> agent.withCopyFileToContainer(MountableFile.forHostPath(a), IMAGES + a.getFileName()));
        return agent;
    }

    @Override
    public String provider() {
        return ClusterSpec.K3S;
    }

    @Override
    public String description() {
        return describe();
    }

    private String describe() {
        return "k3s (" + image + "), " + nodes.size() + (nodes.size() == 1 ? " node" : " nodes");
    }

    @Override
    public String kubeconfig() {
        return server.getKubeConfigYaml();
    }

    @Override
    public KubernetesClient client() {
        return Objects.requireNonNull(client, "the cluster has not been started");
    }

    @Override
    public List<String> nodes() {
        return List.copyOf(nodes);
    }

    @Override
    public Set<Ability> abilities() {
        return abilities;
    }

    @Override
    public String newNamespace(String prefix, Map<String, String> labels) {
        return Namespaces.create(client(), prefix, labels);
    }

    @Override
    public void deleteNamespace(String name) {
        Namespaces.delete(client(), name);
    }

    @Override
    public <T> Optional<T> unwrap(Class<T> type) {
        return type.isInstance(server) ? Optional.of(type.cast(server)) : Optional.empty();
    }

    @Override
    public Components components() {
        return whole
                ? Objects.requireNonNull(components, "the cluster has not been started")
                : Cluster.super.components();
    }

    @Override
    public OptionalLong containerMemory() {
        List<String> ids = new ArrayList<>(List.of(server.getContainerId()));
        agents.forEach(agent -> ids.add(agent.getContainerId()));
        return OptionalLong.of(ids.stream().mapToLong(Docker::memory).sum());
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            hollow.close();
        } catch (Exception e) {
            // a thread that is told to end, nothing else
        }
        if (client != null) {
            client.close();
        }
        List<CompletableFuture<Void>> stops = new ArrayList<>();
        stops.add(CompletableFuture.runAsync(server::stop));
        agents.forEach(agent -> stops.add(CompletableFuture.runAsync(agent::stop)));
        CompletableFuture.allOf(stops.toArray(CompletableFuture[]::new))
                .exceptionally(e -> null)
                .join();
        try {
            network.ifPresent(Network::close);
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (RuntimeException e) {
            // the JVM is ending already, or the engine went away: the next sweep removes what is left
        }
    }
}
