package kubelab.controlplane.apiserver.aggregator;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;

/**
 * The body of an answer of HTTP/1.1: of a given length, in chunks, or up to the connection's end. A read returns what has
 * come, so that a watch is passed on at once. Closing it closes the connection.
 */
final class BackendBody extends FilterInputStream {
    static final long UNTIL_CLOSED = -1;
    static final long CHUNKED = -2;
    /** Of those around chunks, in bytes. */
    private static final int LONGEST_LINE = 4096;

    private final Socket connection;
    private final boolean chunked;
    /** Bytes left of the body, or of the chunk; {@link #UNTIL_CLOSED} for no end. */
    private long left;

    private boolean first = true;
    /** The last chunk has come. */
    private boolean ended;

    /** @param length bytes, {@link #CHUNKED} or {@link #UNTIL_CLOSED} */
    BackendBody(InputStream in, long length, Socket connection) {
        super(in);
        this.connection = connection;
        this.chunked = length == CHUNKED;
        this.left = chunked ? 0 : length;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        if (chunked && left == 0 && !ended) {
            nextChunk();
        }
        if (left == 0) {
            return -1;
        }
        int count = super.read(to, offset, left < 0 ? length : (int) Math.min(left, length));
        if (count < 0 && left > 0) {
            throw new EOFException("unexpected EOF");
        }
        if (count > 0 && left > 0) {
            left -= count;
        }
        return count;
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }

    /** Leaves {@code left} at 0 behind the last one. */
    private void nextChunk() throws IOException {
        if (!first) {
            line(in, LONGEST_LINE, "header line too long"); // the end of the chunk before
        }
        first = false;
        String size =
                line(in, LONGEST_LINE, "header line too long").split(";", 2)[0].trim();
        if (!size.matches("[0-9a-fA-F]{1,15}")) {
            throw new IOException("malformed chunked encoding");
        }
        left = Long.parseLong(size, 16);
        ended = left == 0;
    }

    /**
     * A line without its end, byte by byte (ISO 8859-1).
     *
     * @param limit bytes
     * @param tooLong what to say of a longer one
     * @throws EOFException at the end of the stream
     */
    static String line(InputStream in, int limit, String tooLong) throws IOException {
        StringBuilder line = new StringBuilder();
        int c;
        while ((c = in.read()) >= 0 && c != '\n') {
            if (line.length() >= limit) {
                throw new IOException(tooLong);
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        if (c < 0) {
            throw new EOFException(line.length() == 0 ? "EOF" : "unexpected EOF");
        }
        return line.toString();
    }
}
