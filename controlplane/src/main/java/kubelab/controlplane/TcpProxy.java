package kubelab.controlplane;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import kubelab.containers.host.DaemonThreads;
import kubelab.containers.network.Connection;
import kubelab.containers.network.NetNamespace;

/** A proxy by which Pods reach the API server: it copies bytes between a connection of the cluster's network and the listener on loopback. */
final class TcpProxy implements NetNamespace.Acceptor {
    private final int port;

    TcpProxy(int port) {
        this.port = port;
    }

    @Override
    public void accept(Connection connection) throws IOException {
        try (connection;
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            Thread answers =
                    DaemonThreads.start("tcp-proxy-" + connection.remoteAddress(), () -> answer(socket, connection));
            copy(connection.input(), socket.getOutputStream());
            socket.shutdownOutput();
            answers.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void answer(Socket socket, Connection connection) {
        try {
            copy(socket.getInputStream(), connection.output());
            connection.shutdownOutput();
        } catch (IOException hungUp) {
            // Either end may leave at any time; the other one is told.
            connection.close();
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
