package kubelab.containers.runtime.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import kubelab.containers.runtime.filesystem.OpenFile;
import kubelab.containers.runtime.kernel.Task;

/** An open file as a Java stream. Closing it closes the file; the task pays for the bytes. */
final class FileStream {
    private FileStream() {}

    static final class Reader extends InputStream {
        private final Task task;
        private final OpenFile file;

        Reader(Task task, OpenFile file) {
            this.task = task;
            this.file = file;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) <= 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            task.charge(2_000 + length / 4);
            return file.read(into, offset, length);
        }

        @Override
        public void close() {
            file.release();
        }
    }

    static final class Writer extends OutputStream {
        private final Task task;
        private final OpenFile file;

        Writer(Task task, OpenFile file) {
            this.task = task;
            this.file = file;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            task.charge(2_000 + length / 4);
            file.write(from, offset, length);
        }

        @Override
        public void close() {
            file.release();
        }
    }
}
