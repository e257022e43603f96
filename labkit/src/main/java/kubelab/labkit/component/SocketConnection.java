package kubelab.labkit.component;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import kubelab.labkit.Connection;

/** A connection over a socket. */
final class SocketConnection implements Connection {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    SocketConnection(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        this.in = new FilterInputStream(socket.getInputStream()) {
            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                try {
                    return super.read(target, offset, length);
                } catch (SocketException e) {
                    if (socket.isClosed()) {
                        return -1;
                    }
                    throw e;
                }
            }
        };
        this.out = socket.getOutputStream();
    }

    boolean isFor(Socket other) {
        return socket == other;
    }

    @Override
    public InputStream in() {
        return in;
    }

    @Override
    public OutputStream out() {
        return out;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
