package kubelab.containers.network;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import kubelab.containers.network.ConnectionFilter.Direction;
import kubelab.containers.network.ConnectionFilter.Flow;
import org.jspecify.annotations.Nullable;

/** The two places where a connection may be dropped: the node of the Pod that begins it, and the node of the Pod that it goes to. */
final class Firewall {
    /** So long Linux waits before it sends the first packet of a connection again; then twice as long, and so on. */
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);

    private final ClusterNetwork cluster;
    private final MemoryNetNamespace client;

    Firewall(ClusterNetwork cluster, MemoryNetNamespace client) {
        this.cluster = cluster;
        this.client = client;
    }

    /**
     * Returns when the filter lets the connection pass. A first packet that is dropped is sent again, so that a connection whose
     * client still waits passes as soon as it is allowed.
     *
     * @param asked where the client sends to
     * @throws SocketTimeoutException when nothing passes within {@code timeout} of cluster time
     */
    void connect(Route route, String asked, int port, Duration timeout) throws IOException {
        Duration rest = timeout;
        Duration pause = FIRST_RETRY;
        while (!passes(route, asked, port, "TCP")) {
            sleep(rest.compareTo(pause) < 0 ? rest : pause);
            rest = rest.minus(pause);
            if (rest.isNegative() || rest.isZero()) {
                throw new SocketTimeoutException("Connection timed out");
            }
            pause = pause.multipliedBy(2);
        }
    }

    /** @throws SocketTimeoutException after {@code timeout} when the filter drops the datagram: it is sent once */
    void send(Route route, String asked, int port, Duration timeout) throws IOException {
        if (!passes(route, asked, port, "UDP")) {
            sleep(timeout);
            throw new SocketTimeoutException("Connection timed out");
        }
    }

    /** Whether a question to a name server that is no Pod passes. */
    boolean passes(Peer nameServer) {
        Flow flow = new Flow(client.peer(), nameServer, "UDP", NameServer.PORT);
        return cluster.filter() == ConnectionFilter.ALLOW_ALL || egress(flow) && ingress(flow);
    }

    private boolean passes(Route route, String asked, int port, String protocol) {
        if (cluster.filter() == ConnectionFilter.ALLOW_ALL) {
            return true;
        }
        Peer target = peer(route.ip());
        if (target.ip().equals(client.ip())) {
            return true;
        }
        boolean rewrittenHere = route.at() == client.node();
        Flow leaving = rewrittenHere
                ? new Flow(client.peer(), target, protocol, route.port())
                : new Flow(client.peer(), peer(asked), protocol, port);
        return egress(leaving) && ingress(new Flow(peer(route.forwarded()), target, protocol, route.port()));
    }

    private boolean egress(Flow flow) {
        return flow.source().pod() == null || cluster.filter().allows(Direction.EGRESS, flow);
    }

    private boolean ingress(Flow flow) {
        return flow.target().pod() == null || cluster.filter().allows(Direction.INGRESS, flow);
    }

    private Peer peer(String ip) {
        @Nullable MemoryNetNamespace owner = cluster.at(ip);
        return owner == null ? new Peer(ip, "", null) : owner.peer();
    }

    private void sleep(Duration time) throws IOException {
        try {
            cluster.clock().sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }
}
