package kubelab.controlplane;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import kubelab.containers.network.Connection;

/** A connection of the cluster's network as a socket, which is what Java's TLS speaks over. */
final class ConnectionSocket extends Socket {
    private final Connection connection;
    private final int port;

    ConnectionSocket(Connection connection, int port) {
        this.connection = connection;
        this.port = port;
    }

    @Override
    public InputStream getInputStream() {
        return connection.input();
    }

    @Override
    public OutputStream getOutputStream() {
        return connection.output();
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public int getPort() {
        return port;
    }

    @Override
    public void setSoTimeout(int millis) {
        connection.readTimeout(millis == 0 ? null : Duration.ofMillis(millis));
    }

    @Override
    public void setTcpNoDelay(boolean on) {
        // nothing is held back in memory
    }

    @Override
    public void shutdownOutput() throws IOException {
        connection.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        connection.close();
        super.close();
    }
}
