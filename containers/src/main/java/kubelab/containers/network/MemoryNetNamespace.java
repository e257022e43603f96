package kubelab.containers.network;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listeners, routes and name resolution of one namespace. The monitor of {@code ports} guards who listens where; it
 * is not held while a connection is made or handed over.
 */
final class MemoryNetNamespace implements NetNamespace {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryNetNamespace.class);
    private static final int EPHEMERAL_FIRST = 32768;
    private static final int EPHEMERAL_COUNT = 28232;
    /** How long Linux asks for a neighbour's hardware address before it gives up. */
    private static final Duration NO_NEIGHBOUR = Duration.ofSeconds(3);
    /** How long a C library waits for the answer to one question about a name. */
    private static final Duration NO_ANSWER = Duration.ofSeconds(5);

    private final ClusterNetwork cluster;
    private final NodeNetwork node;
    private final String ip;
    private final Peer peer;
    private final Resolver resolver;
    private final Runnable onClose;
    private final Firewall firewall;
    private final Map<Integer, List<Port>> ports = new TreeMap<>();
    private final Map<Integer, DatagramHandler> datagrams = new ConcurrentHashMap<>();
    private final Set<MemoryConnection> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger ephemeral = new AtomicInteger();
    private boolean closed;

    /** @param peer who others see it as */
    MemoryNetNamespace(ClusterNetwork cluster, NodeNetwork node, Peer peer, Resolver resolver, Runnable onClose) {
        this.cluster = cluster;
        this.node = node;
        this.ip = peer.ip();
        this.peer = peer;
        this.resolver = resolver;
        this.onClose = onClose;
        this.firewall = new Firewall(cluster, this);
    }

    @Override
    public String ip() {
        return ip;
    }

    boolean isHost() {
        return node.host() == this;
    }

    NodeNetwork node() {
        return node;
    }

    Peer peer() {
        return peer;
    }

    @Override
    public Listener listen(String address, int port, Acceptor acceptor) throws IOException {
        String on = address.isEmpty() || address.equals("::") || address.equals("*") ? "0.0.0.0" : address;
        if (!on.equals("0.0.0.0") && !isLoopback(on) && !on.equals(ip)) {
            throw new BindException("Cannot assign requested address");
        }
        synchronized (ports) {
            if (closed) {
                throw new BindException("Network is down");
            }
            int number = port == 0 ? freePort() : port;
            for (Port other : ports.getOrDefault(number, List.of())) {
                if (other.address.equals(on) || other.address.equals("0.0.0.0") || on.equals("0.0.0.0")) {
                    throw new BindException("Address already in use");
                }
            }
            Port bound = new Port(on, number, acceptor);
            ports.computeIfAbsent(number, n -> new ArrayList<>()).add(bound);
            return bound;
        }
    }

    @Override
    public Connection connect(String host, int port, Duration timeout) throws IOException {
        return connect(host, port, timeout, resolver);
    }

    Connection connect(String host, int port, Duration timeout, Resolver names) throws IOException {
        String target = host;
        if (!isAddress(host)) {
            List<String> found = resolve(host, names);
            if (found.isEmpty()) {
                throw new UnknownHostException(host);
            }
            target = found.get(0);
        }
        if (isLoopback(target) || target.equals("0.0.0.0")) {
            return join(this, "127.0.0.1", "127.0.0.1", port, target + ":" + port);
        }
        return route(target, port, timeout);
    }

    @Override
    public List<String> resolve(String name) {
        return resolve(name, resolver);
    }

    List<String> resolve(String name, Resolver names) {
        if (isAddress(name)) {
            return List.of(name);
        }
        if (name.equals("localhost")) {
            return List.of("127.0.0.1");
        }
        try {
            return names.lookup(name, this::query);
        } catch (IOException interrupted) {
            return List.of();
        }
    }

    @Override
    public NameServer.Answer query(String nameserver, String name, String type) throws IOException {
        ClusterNetwork.Names dns = cluster.nameServerAt(nameserver);
        if (dns == null) {
            throw new SocketTimeoutException("connection timed out; no servers could be reached");
        }
        if (!firewall.passes(dns.peer())) {
            throw timedOut(NO_ANSWER);
        }
        return dns.server().query(name, type, ip);
    }

    @Override
    public List<Integer> listening() {
        synchronized (ports) {
            return List.copyOf(ports.keySet());
        }
    }

    @Override
    public void close() {
        synchronized (ports) {
            if (closed) {
                return;
            }
            closed = true;
            ports.clear();
            datagrams.clear();
        }
        open.forEach(MemoryConnection::reset);
        onClose.run();
    }

    private Connection route(String ip, int port, Duration timeout) throws IOException {
        String asked = ip + ":" + port;
        Route route = Route.of(cluster, node, "TCP", this.ip, ip, port);
        judge(route, timeout);
        firewall.connect(route, ip, port, timeout);
        MemoryNetNamespace owner = owner(route);
        if (owner == null) {
            Acceptor endpoint = cluster.endpointAt(route.ip(), route.port());
            if (endpoint != null) {
                return hand(endpoint, null, route.source(), asked, route.ip() + ":" + route.port());
            }
            throw unreachable(route.ip(), timeout);
        }
        return join(owner, owner == this && route.direct() ? this.ip : route.source(), route.ip(), route.port(), asked);
    }

    private void judge(Route route, Duration timeout) throws IOException {
        if (route.verdict() == Route.Verdict.REJECT) {
            throw new ConnectException("Connection refused");
        }
        if (route.verdict() == Route.Verdict.DROP) {
            throw timedOut(timeout);
        }
    }

    /** @return who has the address; null when a part of the control plane answers there, or nothing */
    private @Nullable MemoryNetNamespace owner(Route route) {
        if (cluster.endpointAt(route.ip(), route.port()) != null) {
            return null;
        }
        MemoryNetNamespace owner = cluster.at(route.ip());
        boolean outside = cluster.isOutside(node) && route.direct();
        return owner != null && outside && !owner.isHost() ? null : owner;
    }

    @Override
    public Listener bind(int port, DatagramHandler handler) throws IOException {
        synchronized (ports) {
            int number = port == 0 ? freePort() : port;
            if (closed || datagrams.putIfAbsent(number, handler) != null) {
                throw new BindException("Address already in use");
            }
            return new Listener() {
                @Override
                public int port() {
                    return number;
                }

                @Override
                public void close() {
                    datagrams.remove(number, handler);
                }
            };
        }
    }

    @Override
    public byte[] exchange(String host, int port, byte[] payload, Duration timeout) throws IOException {
        return exchange(host, port, payload, timeout, resolver);
    }

    byte[] exchange(String host, int port, byte[] payload, Duration timeout, Resolver names) throws IOException {
        List<String> found = resolve(host, names);
        if (found.isEmpty()) {
            throw new UnknownHostException(host);
        }
        String asked = found.get(0);
        Route route = Route.of(cluster, node, "UDP", ip, asked, port);
        if (!isLoopback(asked)) {
            judge(route, timeout);
            firewall.send(route, asked, port, timeout);
        }
        MemoryNetNamespace owner = isLoopback(asked) ? this : owner(route);
        if (owner == null) {
            throw unreachable(route.ip(), timeout);
        }
        DatagramHandler handler = owner.datagrams.get(route.port());
        if (handler == null) {
            throw new ConnectException("Connection refused");
        }
        int from = EPHEMERAL_FIRST + Math.floorMod(ephemeral.getAndIncrement(), EPHEMERAL_COUNT);
        byte[] reply = handler.receive(payload, route.source() + ":" + from);
        if (reply == null) {
            throw timedOut(timeout);
        }
        return reply;
    }

    private Connection join(MemoryNetNamespace server, String source, String target, int port, String asked)
            throws ConnectException {
        Acceptor acceptor = server.acceptor(target, port);
        if (acceptor == null) {
            throw new ConnectException("Connection refused");
        }
        return hand(acceptor, server, source, asked, target + ":" + port);
    }

    private Connection hand(
            Acceptor acceptor, @Nullable MemoryNetNamespace server, String source, String asked, String actual) {
        String from = source + ":" + (EPHEMERAL_FIRST + Math.floorMod(ephemeral.getAndIncrement(), EPHEMERAL_COUNT));
        MemoryConnection[] ends = new MemoryConnection[1];
        MemoryConnection.Pair pair = MemoryConnection.open(from, asked, actual, cluster.clock(), () -> {
            if (server != null) {
                server.open.remove(ends[0]);
            }
        });
        ends[0] = pair.server();
        if (server != null) {
            server.open.add(pair.server());
        }
        cluster.run(() -> {
            try {
                acceptor.accept(pair.server());
            } catch (IOException | RuntimeException e) {
                // A server's broken connection is that connection's end and nobody else's business.
                LOG.debug("connection {} to {} failed", from, actual, e);
                pair.server().close();
            }
        });
        return pair.client();
    }

    private @Nullable Acceptor acceptor(String target, int port) {
        synchronized (ports) {
            for (Port bound : ports.getOrDefault(port, List.of())) {
                if (bound.address.equals("0.0.0.0") || bound.address.equals(target)) {
                    return bound.acceptor;
                }
            }
            return null;
        }
    }

    /** Inside the Pod network nobody answers for a missing Pod; anywhere else the packets just vanish. */
    private IOException unreachable(String target, Duration timeout) throws IOException {
        if (target.startsWith("10.42.") && NO_NEIGHBOUR.compareTo(timeout) < 0) {
            pause(NO_NEIGHBOUR);
            return new NoRouteToHostException("No route to host");
        }
        return timedOut(timeout);
    }

    private SocketTimeoutException timedOut(Duration timeout) throws IOException {
        pause(timeout);
        return new SocketTimeoutException("Connection timed out");
    }

    private void pause(Duration time) throws IOException {
        try {
            cluster.clock().sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("interrupted");
        }
    }

    private int freePort() {
        int port;
        do {
            port = EPHEMERAL_FIRST + Math.floorMod(ephemeral.getAndIncrement(), EPHEMERAL_COUNT);
        } while (ports.containsKey(port));
        return port;
    }

    static boolean isLoopback(String address) {
        return address.startsWith("127.") || address.equals("::1");
    }

    static boolean isAddress(String host) {
        if (host.indexOf(':') >= 0) {
            return true;
        }
        int dots = 0;
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (c == '.') {
                dots++;
            } else if (c < '0' || c > '9') {
                return false;
            }
        }
        return dots == 3;
    }

    private final class Port implements Listener {
        private final String address;
        private final int number;
        private final Acceptor acceptor;

        Port(String address, int number, Acceptor acceptor) {
            this.address = address;
            this.number = number;
            this.acceptor = acceptor;
        }

        @Override
        public int port() {
            return number;
        }

        @Override
        public void close() {
            synchronized (ports) {
                List<Port> same = ports.get(number);
                if (same != null) {
                    same.remove(this);
                    if (same.isEmpty()) {
                        ports.remove(number);
                    }
                }
            }
        }
    }
}
