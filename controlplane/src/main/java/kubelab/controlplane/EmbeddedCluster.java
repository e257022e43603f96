package kubelab.controlplane;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import kubelab.containers.clock.Clock;
import kubelab.containers.clock.ClusterClock;
import kubelab.containers.host.DaemonThreads;
import kubelab.containers.network.ClusterNetwork;
import kubelab.containers.network.NodeNetwork;
import kubelab.containers.network.Peer;
import kubelab.containers.runtime.image.ImageRegistry;
import kubelab.controlplane.apiserver.ApiServer;
import kubelab.controlplane.apiserver.aggregator.Frontend;
import kubelab.controlplane.apiserver.audit.AuditPolicy;
import kubelab.controlplane.apiserver.audit.AuditTrail;
import kubelab.controlplane.apiserver.request.FaultInjection;
import kubelab.controlplane.apiserver.request.User;
import kubelab.controlplane.authentication.ServiceAccountTokens;
import kubelab.controlplane.controllermanager.ControllerManager;
import kubelab.controlplane.dns.DnsComponent;
import kubelab.controlplane.kubelet.ClusterConfig;
import kubelab.controlplane.kubelet.Kubelet;
import kubelab.controlplane.kubelet.Kubelets;
import kubelab.controlplane.kubeproxy.KubeProxy;
import kubelab.controlplane.listener.TlsListener;
import kubelab.controlplane.metricsserver.MetricsServer;
import kubelab.controlplane.networkpolicy.PolicyAgent;
import kubelab.controlplane.pki.CertificateAuthority;
import kubelab.controlplane.pki.Kubeconfig;
import kubelab.controlplane.pki.TokenSigner;
import kubelab.controlplane.scheduler.SchedulerComponent;
import kubelab.controlplane.services.ServiceView;
import kubelab.controlplane.streaming.Streaming;
import kubelab.controlplane.transport.InProcess;

/** A whole Kubernetes cluster in this JVM. */
public final class EmbeddedCluster implements AutoCloseable {
    private static final List<String> SERVER_NAMES = List.of(
            "127.0.0.1",
            "::1",
            "10.43.0.1",
            "localhost",
            "kubernetes",
            "kubernetes.default",
            "kubernetes.default.svc",
            "kubernetes.default.svc.cluster.local");

    /** So long a step of a fast-forward waits for a cluster that does not come to rest. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    /** So often in a row the cluster must be found at rest. */
    private static final int LOOKS = 3;

    private static final Executor STARTERS = task -> DaemonThreads.start("cluster-start", task);

    private final ClusterClock clock;
    private final ApiServer server;
    private final InProcess transport;
    private final KubernetesClient admin;
    private final ComponentContext context;
    private final Map<String, ComponentFactory> factories = new LinkedHashMap<>();
    private final Map<String, Component> running = new LinkedHashMap<>();
    /** Controllers that do not run, whether or not the controller manager does. */
    private Set<String> without = Set.of();

    private boolean closed;

    private final ClusterNetwork network;
    private final ImageRegistry images = new ImageRegistry();
    private final ServiceView services;
    private final Kubelets kubelets;
    private final Nodes machines;
    private final Streaming streaming;
    private final CompletableFuture<SecureServing> listening;
    private final SecureServing serving;
    private final Watchdog watchdog;

    /** What clients outside this JVM need: the TLS listener, the authority that they trust, the administrator's certificate. */
    private record SecureServing(
            TlsListener listener, CertificateAuthority authority, CertificateAuthority.Identity admin) {}

    private EmbeddedCluster(Builder builder) {
        clock = builder.clock;
        CompletableFuture<CertificateAuthority> keys =
                CompletableFuture.supplyAsync(() -> new CertificateAuthority("kubelab-ca"), STARTERS);
        server = ApiServers.complete(clock, builder.auditPolicy, builder.bare);
        // The listener starts while the rest still starts.
        listening = keys.thenApplyAsync(authority -> listen(authority, builder.port), STARTERS);
        transport = new InProcess(server);
        admin = transport.visitor(User.of("system:admin", User.MASTERS));
        context = new ComponentContext(transport::clientFor, clock, server);
        ServiceAccountTokens tokens = new ServiceAccountTokens(new TokenSigner(), server.reader());
        server.authenticate(tokens);
        server.handle("", "serviceaccounts", "token", tokens::create);
        server.handle("authentication.k8s.io", "tokenreviews", "", tokens::review);
        Bootstrap bootstrap = new Bootstrap(server, clock);
        bootstrap.namespaces();
        bootstrap.objects(Nodes.serverIp());
        network = new ClusterNetwork(clock);
        FrontProxy frontProxy = new FrontProxy();
        server.aggregator()
                .start(new Frontend(new ServerDialer(network), frontProxy), Set.of("kube-system/metrics-server"));
        kubelets = new Kubelets(
                transport.clientFor(User.of("system:nodes", "system:nodes", User.MASTERS)),
                clock,
                ClusterConfig.DEFAULT,
                new PodManifests(server.registry().require("", "pods")));
        machines = new Nodes(clock, kubelets, network, images);
        streaming = new Streaming(transport.visitor(User.of("system:apiserver", User.MASTERS)), kubelets, clock);
        streaming.register(server);
        new MetricsServer(
                        transport.clientFor(User.of("system:serviceaccount:kube-system:metrics-server", User.MASTERS)),
                        kubelets,
                        clock)
                .register(server);
        if (!builder.bare) {
            factories.put(
                    ControllerManager.NAME,
                    ControllerManager.factory(
                            () -> keys.join().certificatePem(), new MachineDirectories(kubelets), this::without, 1));
            factories.put(SchedulerComponent.NAME, SchedulerComponent.factory(1));
        }
        services = new ServiceView(transport.clientFor(User.of("system:kube-proxy", User.MASTERS)));
        if (!builder.bare) {
            // An address of the first node's range that no Pod is given.
            Peer dns = new Peer("10.42.0.255", "", PolicyAgent.NAME_SERVER);
            factories.put("coredns", c -> new DnsComponent(services, network, "10.43.0.10", dns));
            User agent = User.of(PolicyAgent.USER, User.MASTERS);
            factories.put(PolicyAgent.NAME, c -> new PolicyAgent(transport.clientFor(agent), network));
        }
        factories.putAll(builder.components);
        factories.keySet().forEach(this::startComponent);
        for (int i = 0; i < (builder.bare ? 0 : builder.nodes); i++) {
            addNode();
        }
        STARTERS.execute(() -> {
            try {
                bootstrap.host(ClusterNetwork.OUTSIDE);
                bootstrap.policy();
                bootstrap.apiServices();
                bootstrap.authentication(
                        keys.join().certificatePem(), frontProxy.authority().certificatePem());
            } catch (CancellationException closed) {
                // before all of its roles were written: nobody misses them any more
            }
        });
        serving = await(listening);
        network.endpoint(Nodes.serverIp(), 6443, new TcpProxy(serving.listener.port()));
        watchdog = new Watchdog(this::progress, watch -> server.newestChange(watch.group(), watch.plural()));
    }

    public static Builder builder() {
        return new Builder();
    }

    /** {@code https://127.0.0.1:PORT}. */
    public String url() {
        return "https://127.0.0.1:" + serving.listener.port();
    }

    public int port() {
        return serving.listener.port();
    }

    /** A kubeconfig of an administrator, with everything embedded. */
    public String kubeconfig() {
        return Kubeconfig.text("kubelab", url(), serving.authority.certificatePem(), serving.admin);
    }

    /** Writes {@link #kubeconfig()} to a file that only its owner may read. */
    public void writeKubeconfig(Path file) throws IOException {
        Kubeconfig.write(file, kubeconfig());
    }

    /** A kubeconfig of another user, by client certificate. */
    public String kubeconfigFor(String user, List<String> groups) {
        return Kubeconfig.text(
                "kubelab", url(), serving.authority.certificatePem(), serving.authority.client(user, groups));
    }

    /** The certificate of the cluster's authority, PEM. */
    public String caCertificate() {
        return serving.authority.certificatePem();
    }

    /** An administrator's client, without sockets. Closed with the cluster. */
    public KubernetesClient client() {
        return admin;
    }

    /** A client under another user, e.g. {@code system:kube-scheduler}; the caller closes it. */
    public KubernetesClient clientFor(String user) {
        return transport.visitor(User.component(user));
    }

    public ApiServer apiServer() {
        return server;
    }

    /** The last requests: who asked for what, and what the answer was. */
    public AuditTrail audit() {
        return server.audit();
    }

    public Clock clock() {
        return clock;
    }

    /** Delays or refuses requests by rule. See also {@link #stopComponent} and {@link #dropWatches}. */
    public FaultInjection faults() {
        return server.faults();
    }

    /** Breaks all open watches, of components and of outsiders; they come back. */
    public void dropWatches() {
        server.dropWatches();
    }

    /**
     * Moves cluster time forward; whatever falls due on the way happens in its order, and the cluster comes to rest in
     * between. Tokens and certificates stay on wall time.
     */
    public void advance(Duration duration) throws InterruptedException {
        clock.advance(duration, this::awaitQuiet);
    }

    /** Names of the nodes, {@code server} first. */
    public List<String> nodes() {
        return machines.names();
    }

    /** Adds a machine; its kubelet is the component {@code kubelet-NAME}. @return the node's name */
    public String addNode() {
        String name = machines.nextName();
        String component = "kubelet-" + name;
        synchronized (this) {
            factories.put(component, c -> machines.component(name));
        }
        startComponent(component);
        String proxy = "kube-proxy-" + name;
        synchronized (this) {
            factories.put(proxy, c -> new KubeProxy(services, java.util.Objects.requireNonNull(network.node(name))));
        }
        startComponent(proxy);
        return name;
    }

    /** Takes a machine away with all that runs on it, and its Node object. */
    public void removeNode(String name) {
        Component proxy;
        synchronized (this) {
            factories.remove("kubelet-" + name);
            running.remove("kubelet-" + name);
            factories.remove("kube-proxy-" + name);
            proxy = running.remove("kube-proxy-" + name);
        }
        if (proxy != null) {
            proxy.stop();
        }
        machines.remove(name);
        admin.nodes().withName(name).delete();
    }

    /** The kubelet of a node, e.g. to cut it off. */
    public Kubelet kubelet(String node) {
        return machines.kubelet(node);
    }

    /** Where its nodes pull images from. What is registered here can be run at once, and on every node. */
    public ImageRegistry images() {
        return images;
    }

    /** The network that Pods and nodes share, e.g. to speak to a Pod from a test. */
    public ClusterNetwork network() {
        return network;
    }

    /**
     * Lets programs outside the cluster reach a port of a node, e.g. a Service's node port. Open until it is closed.
     *
     * @throws IllegalArgumentException when there is no such node
     */
    public LoopbackPort expose(String node, int nodePort) throws IOException {
        NodeNetwork machine = network.node(node);
        if (machine == null) {
            throw new IllegalArgumentException("no node " + node + "; there are " + nodes());
        }
        return new LoopbackPort(network.outside(), machine.ip(), nodePort);
    }

    /** A node's rules for Service addresses in words, one a line: what its kube-proxy has written. */
    public List<String> serviceRules(String node) {
        NodeNetwork machine = network.node(node);
        return machine == null ? List.of() : machine.rules().list();
    }

    /** Names of all components, running or not. */
    public synchronized List<String> components() {
        return List.copyOf(factories.keySet());
    }

    /**
     * @throws IllegalArgumentException when there is no such component
     * @throws IllegalStateException when the cluster is closed
     */
    public void startComponent(String name) {
        ComponentFactory factory;
        synchronized (this) {
            checkOpen(name);
            factory = factory(name);
            if (running.containsKey(name)) {
                return;
            }
        }
        Component component = factory.create(context);
        boolean first;
        synchronized (this) {
            first = !closed && running.putIfAbsent(name, component) == null;
        }
        if (first) {
            component.start();
        }
        if (!first || isClosed()) {
            // Another one was quicker, or the cluster was closed before this one had begun.
            component.stop();
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /** Holds the lock. */
    private void checkOpen(String name) {
        if (closed) {
            throw new IllegalStateException(name + " cannot be started: the cluster is closed");
        }
    }

    public void stopComponent(String name) {
        Component component;
        synchronized (this) {
            factory(name);
            component = running.remove(name);
        }
        if (component != null) {
            component.stop();
        }
    }

    /**
     * Makes the controller manager run all controllers but these, as upstream's {@code --controllers=*,-NAME} does. If it
     * runs, it is started again for that, and so catches up with what happened meanwhile.
     *
     * @param names some of {@link ControllerManager#controllers}
     * @throws IllegalArgumentException when there is no such controller
     */
    public void withoutControllers(Set<String> names) {
        List<String> known = ControllerManager.controllers();
        names.stream().filter(name -> !known.contains(name)).findFirst().ifPresent(name -> {
            throw new IllegalArgumentException("no controller " + name + "; there are " + known);
        });
        boolean again;
        synchronized (this) {
            again = running.containsKey(ControllerManager.NAME) && !without.equals(names);
            without = Set.copyOf(names);
        }
        if (again) {
            stopComponent(ControllerManager.NAME);
            startComponent(ControllerManager.NAME);
        }
    }

    private synchronized Set<String> without() {
        return without;
    }

    /** Holds the lock. */
    private ComponentFactory factory(String name) {
        ComponentFactory factory = factories.get(name);
        if (factory == null) {
            throw new IllegalArgumentException("no component " + name + "; there are " + factories.keySet());
        }
        return factory;
    }

    /**
     * Which parts have not moved for a minute although there is work, a sentence each; empty when all is well. Cheap: it
     * is what the last look found, at most ten seconds ago.
     */
    public List<String> stalled() {
        return watchdog.stalled();
    }

    /** For tests: a look does not have to be waited for. */
    Watchdog watchdog() {
        return watchdog;
    }

    private Map<String, List<Progress>> progress() {
        Map<String, List<Progress>> parts = new LinkedHashMap<>();
        List<Component> components;
        synchronized (this) {
            components = List.copyOf(running.values());
        }
        components.forEach(component -> parts.put(component.name(), component.progress()));
        parts.put("kubelets", kubelets.progress());
        parts.put("kube-proxy and coredns", services.progress());
        parts.put(
                "kube-apiserver",
                List.of(new Progress.Work(
                        "deliveries to watches",
                        !server.deliveries().idle(),
                        server.deliveries().ended())));
        parts.put("clock", List.of(new Progress.Work("timers", clock.ended() < clock.begun(), clock.ended())));
        return parts;
    }

    @Override
    public void close() {
        watchdog.close();
        List<Component> last;
        synchronized (this) {
            closed = true;
            last = new ArrayList<>(running.values());
            running.clear();
        }
        // Last started, first stopped: nodes go before what they rely on.
        for (int i = last.size() - 1; i >= 0; i--) {
            last.get(i).stop();
        }
        admin.close();
        serving.listener.close();
        services.close();
        streaming.close();
        kubelets.close();
        network.close();
        server.close();
        transport.close();
        clock.close();
    }

    /** Polls on wall time: cluster time stands still meanwhile. */
    private void awaitQuiet() throws InterruptedException {
        long limit = System.nanoTime() + PATIENCE.toNanos();
        long rested = -1;
        int quiet = 0;
        while (quiet < LOOKS && System.nanoTime() < limit) {
            long begun = begun();
            boolean rest = atRest() && begun() == begun;
            quiet = rest && begun == rested ? quiet + 1 : 0;
            rested = begun;
            // A few threads wait for futures: one that was just woken gets the time to say so.
            clock.pauseOnWall(Duration.ofNanos(200_000));
        }
    }

    private long begun() {
        return server.deliveries().begun() + transport.tasks().begun() + kubelets.begun();
    }

    private synchronized boolean atRest() {
        return server.deliveries().idle()
                && transport.tasks().idle()
                && running.values().stream().allMatch(Component::idle)
                && kubelets.idle()
                && network.idle();
    }

    private SecureServing listen(CertificateAuthority authority, int port) {
        CertificateAuthority.Identity own = authority.server("kube-apiserver", SERVER_NAMES);
        try {
            TlsListener listener = new TlsListener(server, "127.0.0.1", port, authority, own);
            return new SecureServing(listener, authority, authority.client("system:admin", List.of(User.MASTERS)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SecureServing await(CompletableFuture<SecureServing> listening) {
        try {
            return listening.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof UncheckedIOException io ? io : e;
        }
    }

    /** What a cluster shall have. */
    public static final class Builder {
        private final Map<String, ComponentFactory> components = new LinkedHashMap<>();
        private ClusterClock clock = new ClusterClock();
        private int nodes = 1;
        private int port;
        private boolean bare;
        private AuditPolicy auditPolicy = AuditPolicy.DEFAULT;

        private Builder() {}

        /** One server, the rest workers. */
        public Builder nodes(int count) {
            nodes = count;
            return this;
        }

        /** Only the API server: no nodes, and no components but those given. */
        public Builder bare() {
            bare = true;
            return this;
        }

        /** Port on loopback; 0 (the default) for any free one. */
        public Builder port(int value) {
            port = value;
            return this;
        }

        public Builder clock(ClusterClock value) {
            clock = value;
            return this;
        }

        /** How much of which request is in {@link #audit}. */
        public Builder auditPolicy(AuditPolicy value) {
            auditPolicy = value;
            return this;
        }

        /** Adds a component of the caller's own, e.g. a test's; replaces one of the same name. */
        public Builder component(String name, ComponentFactory factory) {
            components.put(name, factory);
            return this;
        }

        /** @throws UncheckedIOException when the port is taken */
        public EmbeddedCluster start() {
            return new EmbeddedCluster(this);
        }
    }
}
