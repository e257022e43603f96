package kubelab.containers.network;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A node's namespace lent to one Pod. */
final class SharedNamespace implements NetNamespace {
    private final MemoryNetNamespace host;
    private final Resolver resolver;
    private final Set<Listener> mine = ConcurrentHashMap.newKeySet();

    SharedNamespace(MemoryNetNamespace host, Resolver resolver) {
        this.host = host;
        this.resolver = resolver;
    }

    @Override
    public String ip() {
        return host.ip();
    }

    @Override
    public Listener listen(String address, int port, Acceptor acceptor) throws IOException {
        Listener listener = host.listen(address, port, acceptor);
        mine.add(listener);
        return listener;
    }

    @Override
    public Connection connect(String name, int port, Duration timeout) throws IOException {
        return host.connect(name, port, timeout, resolver);
    }

    @Override
    public Listener bind(int port, DatagramHandler handler) throws IOException {
        Listener listener = host.bind(port, handler);
        mine.add(listener);
        return listener;
    }

    @Override
    public byte[] exchange(String name, int port, byte[] payload, Duration timeout) throws IOException {
        return host.exchange(name, port, payload, timeout, resolver);
    }

    @Override
    public List<String> resolve(String name) {
        return host.resolve(name, resolver);
    }

    @Override
    public NameServer.Answer query(String nameserver, String name, String type) throws IOException {
        return host.query(nameserver, name, type);
    }

    @Override
    public List<Integer> listening() {
        return host.listening();
    }

    @Override
    public void close() {
        mine.forEach(Listener::close);
    }
}
