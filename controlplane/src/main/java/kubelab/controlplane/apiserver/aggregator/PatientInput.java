package kubelab.controlplane.apiserver.aggregator;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** What a server sends, as long as it is done in time: one that sends a byte now and then holds up nobody for long. */
final class PatientInput extends FilterInputStream {
    private final Socket connection;
    /** Of the JVM's nanosecond counter. */
    private final long end;

    private PatientInput(Socket connection, Duration patience) throws IOException {
        super(connection.getInputStream());
        this.connection = connection;
        this.end = System.nanoTime() + patience.toNanos();
    }

    /** @param patience wall time; zero waits without end */
    static InputStream of(Socket connection, Duration patience) throws IOException {
        return patience.isZero() ? connection.getInputStream() : new PatientInput(connection, patience);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        long millis = (end - System.nanoTime()) / 1_000_000;
        if (millis <= 0) {
            throw new SocketTimeoutException("Read timed out");
        }
        connection.setSoTimeout((int) millis);
        return super.read(to, offset, length);
    }
}
