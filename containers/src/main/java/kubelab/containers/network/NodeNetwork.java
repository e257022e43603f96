package kubelab.containers.network;

import java.util.BitSet;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A node's part of the network: its own namespace, its range of Pod addresses, and its Service rules. Its monitor
 * guards which addresses are taken; the rules are replaced as a whole, and a lookup sees the old or the new ones.
 */
public final class NodeNetwork implements AutoCloseable {
    private static final int FIRST = 2;
    private static final int LAST = 254;

    private final ClusterNetwork cluster;
    private final String name;
    private final String podCidr;
    private final String prefix;
    private final MemoryNetNamespace host;
    private final BitSet taken = new BitSet();
    private final Map<Integer, String> hostPorts = new ConcurrentHashMap<>();
    private int last = FIRST - 1;
    private volatile ServiceRules rules = ServiceRules.NONE;

    NodeNetwork(ClusterNetwork cluster, String name, String nodeIp, String podCidr) {
        this.cluster = cluster;
        this.name = name;
        this.podCidr = podCidr;
        this.prefix = podCidr.substring(0, podCidr.lastIndexOf('.') + 1);
        Peer self = new Peer(nodeIp, podCidr.isEmpty() ? "" : name, null);
        this.host = new MemoryNetNamespace(cluster, this, self, Resolver.NONE, () -> {});
        cluster.register(nodeIp, host);
    }

    public String name() {
        return name;
    }

    public String ip() {
        return host.ip();
    }

    public String podCidr() {
        return podCidr;
    }

    /** The node's own namespace; Pods with {@code hostNetwork} are in it, too. */
    public NetNamespace host() {
        return host;
    }

    /**
     * A namespace for a new Pod. Its address is the next free one after the one given out last, so that an address is
     * used again as late as possible.
     *
     * <p>Source: the host-local IPAM plugin of the Container Network Interface.
     *
     * @throws IllegalStateException when all 253 addresses are in use
     */
    public NetNamespace pod(Peer.PodKey owner, Resolver resolver) {
        String ip = prefix + takeAddress();
        Peer peer = new Peer(ip, name, owner);
        MemoryNetNamespace[] made = new MemoryNetNamespace[1];
        MemoryNetNamespace pod = new MemoryNetNamespace(cluster, this, peer, resolver, () -> release(ip, made[0]));
        made[0] = pod;
        cluster.register(ip, pod);
        return pod;
    }

    /** As above, for a place in the Pods' network that no Pod has. */
    public NetNamespace pod(Resolver resolver) {
        return pod(Peer.PodKey.NONE, resolver);
    }

    /** The node's namespace as one Pod sees it: closing it ends that Pod's listeners only. */
    public NetNamespace shared(Resolver resolver) {
        return new SharedNamespace(host, resolver);
    }

    /** kube-proxy's place to put its rules. */
    public void rules(ServiceRules rules) {
        this.rules = rules;
    }

    public ServiceRules rules() {
        return rules;
    }

    /** Forwards a port of the node to a Pod (a container's {@code hostPort}). */
    public AutoCloseable hostPort(int port, String podIp, int podPort) {
        String target = podIp + ":" + podPort;
        hostPorts.put(port, target);
        return () -> hostPorts.remove(port, target);
    }

    /** Which address stands in for a client's when this node sends its connection on to a Pod. */
    String masquerade(String podIp) {
        return hasPod(podIp) ? prefix + "1" : host.ip();
    }

    /** Whether the address is of this node's range. */
    boolean hasPod(String ip) {
        return ip.startsWith(prefix);
    }

    Map<Integer, String> hostPorts() {
        return hostPorts;
    }

    @Override
    public void close() {
        host.close();
        cluster.unregister(host.ip(), host);
        cluster.forget(this);
    }

    private synchronized int takeAddress() {
        for (int i = 1; i <= LAST - FIRST + 1; i++) {
            int candidate = FIRST + (last - FIRST + i) % (LAST - FIRST + 1);
            if (!taken.get(candidate)) {
                taken.set(candidate);
                last = candidate;
                return candidate;
            }
        }
        throw new IllegalStateException(
                "no IP addresses available in range set: " + prefix + FIRST + "-" + prefix + LAST);
    }

    private synchronized void release(String ip, MemoryNetNamespace pod) {
        cluster.unregister(ip, pod);
        taken.clear(Integer.parseInt(ip.substring(prefix.length())));
    }
}
