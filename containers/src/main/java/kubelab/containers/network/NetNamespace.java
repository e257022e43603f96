package kubelab.containers.network;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A network namespace: one address, one loopback and one set of ports, shared by all containers of a Pod. The node has
 * one of its own, which Pods with {@code hostNetwork} share.
 */
public interface NetNamespace extends AutoCloseable {

    /** The address other namespaces reach this one by, e.g. {@code 10.42.1.7}. */
    String ip();

    /**
     * Starts to accept connections on a TCP port of every address of this namespace.
     *
     * @param acceptor called for each new connection on a thread of its own
     * @throws java.net.BindException "Address already in use" when the port is taken in this namespace
     */
    default Listener listen(int port, Acceptor acceptor) throws IOException {
        return listen("0.0.0.0", port, acceptor);
    }

    /**
     * The same on one address: {@code 0.0.0.0} and {@code ::} for all, {@code 127.0.0.1} for loopback only.
     *
     * @param port 0 takes a free one
     */
    Listener listen(String address, int port, Acceptor acceptor) throws IOException;

    /**
     * Connects from this namespace, the way a process in it would: {@code localhost} and 127.0.0.1 stay inside,
     * names go through the cluster's DNS (with this namespace's search list), Service addresses through kube-proxy's
     * rules, network policies apply.
     *
     * @throws java.net.ConnectException "Connection refused" when nobody listens
     * @throws java.net.NoRouteToHostException "No route to host" when no Pod or node has the address
     * @throws java.net.SocketTimeoutException when nothing answers within {@code timeout}
     * @throws java.net.UnknownHostException when the name does not resolve
     */
    Connection connect(String host, int port, Duration timeout) throws IOException;

    /**
     * Takes datagrams at a UDP port.
     *
     * @throws java.net.BindException "Address already in use" when the port is taken in this namespace
     */
    Listener bind(int port, DatagramHandler handler) throws IOException;

    /**
     * Sends one datagram and waits for the one that answers it; names and Services as in {@link #connect}.
     *
     * @throws java.net.ConnectException "Connection refused" when nobody takes datagrams there
     * @throws java.net.SocketTimeoutException when no answer comes within {@code timeout}
     */
    byte[] exchange(String host, int port, byte[] payload, Duration timeout) throws IOException;

    /** Addresses of a name, in the order of the answer. Empty when there is no such name. */
    List<String> resolve(String name);

    /**
     * Asks one name server one question, without a search list.
     *
     * @throws java.net.SocketTimeoutException when no name server has that address, or after 5 s when a network policy drops
     *     the question
     */
    NameServer.Answer query(String nameserver, String name, String type) throws IOException;

    /** Ports somebody listens on, ascending. */
    List<Integer> listening();

    /** Takes the namespace down: its listeners and connections end and its address is free again. */
    @Override
    void close();

    /** A bound port. */
    interface Listener extends AutoCloseable {
        int port();

        @Override
        void close();
    }

    /** What a server does with a connection; it owns the connection and must close it. */
    interface Acceptor {
        void accept(Connection connection) throws IOException;
    }

    /** What a server does with a datagram. */
    interface DatagramHandler {
        /** @param remote the sender's {@code ip:port} @return the answer; null for none */
        byte @Nullable [] receive(byte[] payload, String remote) throws IOException;
    }
}
