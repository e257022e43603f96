package kubelab.labkit.worker;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import kubelab.labkit.Connection;

/** A connection whose bytes are at the other end of the pipe. */
final class RemoteConnection implements Connection {
    private static final int CHUNK = 32 * 1024;

    private final Bytes bytes;
    private final InputStream in = new Input();
    private final OutputStream out = new Output();

    /** A connection as calls: each waits until it is done, so neither side can flood the other. */
    interface Bytes {
        /** Waits for at least one byte; empty at the end. */
        byte[] read() throws IOException;

        void write(byte[] data) throws IOException;

        void close() throws IOException;
    }

    RemoteConnection(Bytes bytes) {
        this.bytes = bytes;
    }

    /** The side where the connection is. */
    static Bytes bytes(Connection connection) {
        return new Bytes() {
            @Override
            public byte[] read() throws IOException {
                byte[] buffer = new byte[CHUNK];
                int n = connection.in().read(buffer);
                return n <= 0 ? new byte[0] : Arrays.copyOf(buffer, n);
            }

            @Override
            public void write(byte[] data) throws IOException {
                connection.out().write(data);
                connection.out().flush();
            }

            @Override
            public void close() throws IOException {
                connection.close();
            }
        };
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
        bytes.close();
    }

    private final class Input extends InputStream {
        private byte[] got = new byte[0];
        private int at;
        private boolean ended;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (at == got.length && !ended) {
                got = bytes.read();
                at = 0;
                ended = got.length == 0;
            }
            if (ended) {
                return -1;
            }
            int n = Math.min(length, got.length - at);
            System.arraycopy(got, at, target, offset, n);
            at += n;
            return n;
        }

        @Override
        public int available() {
            return got.length - at;
        }
    }

    private final class Output extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            for (int at = 0; at < length; at += CHUNK) {
                int n = Math.min(CHUNK, length - at);
                bytes.write(Arrays.copyOfRange(source, offset + at, offset + at + n));
            }
        }
    }
}
