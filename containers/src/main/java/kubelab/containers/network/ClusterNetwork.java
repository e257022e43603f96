package kubelab.containers.network;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import kubelab.containers.clock.Clock;
import kubelab.containers.clock.LongTasks;
import kubelab.containers.host.DaemonThreads;
import org.jspecify.annotations.Nullable;

/**
 * The network that all nodes and Pods of a cluster are on: who has which address, and which further addresses (the
 * API server's, a name server's) are answered by parts of the control plane itself. Its tables are concurrent maps:
 * who dials and who registers do not wait for each other.
 */
public final class ClusterNetwork implements AutoCloseable {
    /** The nodes' gateway: where the machine is that they run on. */
    private static final String OUTSIDE = "172.18.0.1";

    /** A name server, and the Pod that a filter takes it for. */
    record Names(Peer peer, NameServer server) {}

    private final Clock clock;
    private final Map<String, MemoryNetNamespace> byAddress = new ConcurrentHashMap<>();
    private final Map<String, NetNamespace.Acceptor> endpoints = new ConcurrentHashMap<>();
    private final Map<String, Names> nameServers = new ConcurrentHashMap<>();
    private final Map<String, NodeNetwork> nodes = new ConcurrentHashMap<>();
    private final ExecutorService pool;
    private final LongTasks connections;
    private final NodeNetwork outside;
    private volatile ConnectionFilter filter = ConnectionFilter.ALLOW_ALL;

    public ClusterNetwork(Clock clock) {
        this.clock = clock;
        pool = Executors.newCachedThreadPool(DaemonThreads.numbered("network"));
        connections = new LongTasks(pool);
        outside = new NodeNetwork(this, "outside", OUTSIDE, "192.0.2.0/24");
    }

    /**
     * A machine beside the nodes, on their network but no part of the cluster: it reaches the nodes' addresses, and
     * neither Pods nor Services.
     */
    public NetNamespace outside() {
        return outside.host();
    }

    /**
     * Adds a node, or gives the one of this name.
     *
     * @param nodeIp e.g. 172.18.0.2
     * @param podCidr a /24, e.g. 10.42.0.0/24
     */
    public NodeNetwork node(String name, String nodeIp, String podCidr) {
        return nodes.computeIfAbsent(name, n -> new NodeNetwork(this, n, nodeIp, podCidr));
    }

    public @Nullable NodeNetwork node(String name) {
        return nodes.get(name);
    }

    /** Lets a part of the control plane answer at an address outside every Pod, e.g. 172.18.0.2:6443. */
    public void endpoint(String ip, int port, NetNamespace.Acceptor acceptor) {
        endpoints.put(ip + ":" + port, acceptor);
    }

    /**
     * Lets a name server answer at an address, e.g. 10.43.0.10.
     *
     * @param as the Pod that a filter takes it for
     */
    public void nameServer(String ip, Peer as, NameServer server) {
        nameServers.put(ip, new Names(as, server));
    }

    public void removeNameServer(String ip) {
        nameServers.remove(ip);
    }

    /** The node that has this address. */
    @Nullable
    NodeNetwork nodeAt(String ip) {
        MemoryNetNamespace owner = byAddress.get(ip);
        return owner != null && owner.isHost() ? owner.node() : null;
    }

    boolean isOutside(NodeNetwork node) {
        return node == outside;
    }

    /** Who decides which Pod may talk to which; everything is allowed until one is set. */
    public void filter(ConnectionFilter filter) {
        this.filter = filter;
    }

    /** Whether all who serve a connection wait. */
    public boolean idle() {
        return connections.idle();
    }

    @Override
    public void close() {
        nodes.values().forEach(NodeNetwork::close);
        outside.close();
        pool.shutdownNow();
    }

    Clock clock() {
        return clock;
    }

    ConnectionFilter filter() {
        return filter;
    }

    void run(Runnable task) {
        connections.execute(task);
    }

    void register(String ip, MemoryNetNamespace namespace) {
        byAddress.put(ip, namespace);
    }

    void unregister(String ip, MemoryNetNamespace namespace) {
        byAddress.remove(ip, namespace);
    }

    @Nullable
    MemoryNetNamespace at(String ip) {
        return byAddress.get(ip);
    }

    NetNamespace.@Nullable Acceptor endpointAt(String ip, int port) {
        return endpoints.get(ip + ":" + port);
    }

    @Nullable
    Names nameServerAt(String ip) {
        return nameServers.get(ip);
    }

    void forget(NodeNetwork node) {
        nodes.remove(node.name(), node);
    }
}
