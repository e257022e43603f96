package kubelab.controlplane;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kubelab.controlplane.apiserver.ApiServer;
import kubelab.controlplane.apiserver.AuditTrail;
import kubelab.controlplane.apiserver.User;
import kubelab.controlplane.clock.Clock;
import kubelab.controlplane.clock.ClusterClock;
import kubelab.controlplane.transport.InProcess;

/** A whole Kubernetes cluster in this JVM. */
public final class EmbeddedCluster implements AutoCloseable {
    private final ClusterClock clock;
    private final ApiServer server;
    private final InProcess transport;
    private final KubernetesClient admin;
    private final ComponentContext context;
    private final Map<String, ComponentFactory> factories = new LinkedHashMap<>();
    private final Map<String, Component> running = new LinkedHashMap<>();
    private final List<String> nodes = new ArrayList<>();

    private EmbeddedCluster(Builder builder) {
        clock = builder.clock;
        server = ApiServer.builder(clock).build();
        transport = new InProcess(server);
        admin = transport.clientFor(User.of("system:admin", User.MASTERS));
        context = new ComponentContext(transport::clientFor, clock, server);
        factories.putAll(builder.components);
        Bootstrap.namespaces(admin);
        for (int i = 0; i < builder.nodes; i++) {
            nodes.add(i == 0 ? "server" : "worker" + i);
        }
        factories.keySet().forEach(this::startComponent);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** An administrator's client, without sockets. Closed with the cluster. */
    public KubernetesClient client() {
        return admin;
    }

    /** A client under another user, e.g. {@code system:kube-scheduler}; the caller closes it. */
    public KubernetesClient clientFor(String user) {
        return transport.clientFor(user);
    }

    public ApiServer apiServer() {
        return server;
    }

    public AuditTrail audit() {
        return server.audit();
    }

    public Clock clock() {
        return clock;
    }

    /** Names of the nodes, {@code server} first. */
    public synchronized List<String> nodes() {
        return List.copyOf(nodes);
    }

    /** Names of all components, running or not. */
    public synchronized List<String> components() {
        return List.copyOf(factories.keySet());
    }

    /** @throws IllegalArgumentException when there is no such component */
    public synchronized void startComponent(String name) {
        ComponentFactory factory = factories.get(name);
        if (factory == null) {
            throw new IllegalArgumentException("no component " + name + "; there are " + factories.keySet());
        }
        if (!running.containsKey(name)) {
            Component component = factory.create(context);
            running.put(name, component);
            component.start();
        }
    }

    public synchronized void stopComponent(String name) {
        if (!factories.containsKey(name)) {
            throw new IllegalArgumentException("no component " + name + "; there are " + factories.keySet());
        }
        Component component = running.remove(name);
        if (component != null) {
            component.stop();
        }
    }

    @Override
    public void close() {
        List<Component> last;
        synchronized (this) {
            last = new ArrayList<>(running.values());
            running.clear();
        }
        // Last started, first stopped: nodes go before what they rely on.
        for (int i = last.size() - 1; i >= 0; i--) {
            last.get(i).stop();
        }
        admin.close();
        server.close();
        transport.close();
        clock.close();
    }

    /** What a cluster shall have. */
    public static final class Builder {
        private final Map<String, ComponentFactory> components = new LinkedHashMap<>();
        private ClusterClock clock = new ClusterClock();
        private int nodes = 1;

        private Builder() {}

        /** One server, the rest workers. */
        public Builder nodes(int count) {
            nodes = count;
            return this;
        }

        public Builder clock(ClusterClock value) {
            clock = value;
            return this;
        }

        /** Adds a component of the caller's own, e.g. a test's; replaces one of the same name. */
        public Builder component(String name, ComponentFactory factory) {
            components.put(name, factory);
            return this;
        }

        public EmbeddedCluster start() {
            return new EmbeddedCluster(this);
        }
    }
}
