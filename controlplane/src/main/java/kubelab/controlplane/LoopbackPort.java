package kubelab.controlplane;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import kubelab.containers.host.DaemonThreads;
import kubelab.containers.network.Connection;
import kubelab.containers.network.NetNamespace;

/**
 * A port of this machine's loopback that leads to a port of a node: the way in from outside the cluster, for a NodePort
 * as for a hostPort. Whoever connects there is a machine beside the nodes.
 */
public final class LoopbackPort implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final ServerSocket server;
    private final NetNamespace outside;
    private final String nodeIp;
    private final int nodePort;

    LoopbackPort(NetNamespace outside, String nodeIp, int nodePort) throws IOException {
        this.outside = outside;
        this.nodeIp = nodeIp;
        this.nodePort = nodePort;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        DaemonThreads.start("loopback-port-" + server.getLocalPort(), this::accept);
    }

    /** On 127.0.0.1. */
    public int port() {
        return server.getLocalPort();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                DaemonThreads.start("loopback-port-" + socket.getPort(), () -> join(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void join(Socket socket) {
        try (socket;
                Connection connection = outside.connect(nodeIp, nodePort, TIMEOUT)) {
            Thread answers = DaemonThreads.start("loopback-answers-" + socket.getPort(), () -> {
                copy(connection.input(), socket, connection);
                shutdown(socket);
            });
            copy(socket.getInputStream(), connection.output());
            connection.shutdownOutput();
            answers.join();
        } catch (IOException nobodyThere) {
            // The client sees its connection end, as behind any forwarded port.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void copy(InputStream from, Socket to, Connection connection) {
        try {
            copy(from, to.getOutputStream());
        } catch (IOException hungUp) {
            connection.close();
        }
    }

    private static void shutdown(Socket socket) {
        try {
            socket.shutdownOutput();
        } catch (IOException gone) {
            // It has left already.
        }
    }

    private static void copy(InputStream from, OutputStream to) throws IOException {
        byte[] block = new byte[8192];
        for (int n; (n = from.read(block)) >= 0; ) {
            to.write(block, 0, n);
            to.flush();
        }
    }
}
