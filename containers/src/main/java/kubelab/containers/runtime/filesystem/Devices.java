package kubelab.containers.runtime.filesystem;

import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;

/** A container's /dev. */
public final class Devices {
    private Devices() {}

    public static SyntheticTree tree(Instant made) {
        SyntheticTree dev = new SyntheticTree("tmpfs", made);
        dev.link("fd", "/proc/self/fd");
        dev.device("full", "1,   7", Full::new);
        dev.device("null", "1,   3", NullDevice::new);
        dev.link("ptmx", "pts/ptmx");
        dev.directory("pts", 0755);
        dev.device("random", "1,   8", RandomDevice::new);
        dev.directory("shm", 01777);
        dev.link("stderr", "/proc/self/fd/2");
        dev.link("stdin", "/proc/self/fd/0");
        dev.link("stdout", "/proc/self/fd/1");
        dev.device("tty", "5,   0", path -> {
            throw new FileException(Errno.ENXIO);
        });
        dev.device("urandom", "1,   9", RandomDevice::new);
        dev.device("zero", "1,   5", Zero::new);
        return dev;
    }

    /** Takes everything and has nothing. */
    public static OpenFile nothing() {
        return new NullDevice("null");
    }

    private static class NullDevice extends OpenFile {
        NullDevice(String path) {
            super("/dev/" + path);
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return -1;
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {}
    }

    private static class Zero extends NullDevice {
        Zero(String path) {
            super(path);
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            Arrays.fill(into, offset, offset + length, (byte) 0);
            return length;
        }
    }

    private static final class Full extends Zero {
        Full(String path) {
            super(path);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            throw new FileException(Errno.ENOSPC);
        }
    }

    private static final class RandomDevice extends NullDevice {
        private final Random random = new Random();

        RandomDevice(String path) {
            super(path);
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            byte[] some = new byte[length];
            random.nextBytes(some);
            System.arraycopy(some, 0, into, offset, length);
            return length;
        }
    }
}
