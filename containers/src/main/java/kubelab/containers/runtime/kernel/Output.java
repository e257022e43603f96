package kubelab.containers.runtime.kernel;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** A task's standard output or error. Text is UTF-8. */
public final class Output extends OutputStream {
    private static final int SIZE = 4096;

    private final Task task;
    private final int descriptor;
    private byte[] buffer = new byte[0];
    private int count;

    Output(Task task, int descriptor) {
        this.task = task;
        this.descriptor = descriptor;
    }

    public void print(String text) throws IOException {
        write(text.getBytes(StandardCharsets.UTF_8));
    }

    public void println(String text) throws IOException {
        print(text + "\n");
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        if (descriptor == 2 || length > SIZE) {
            flush();
            task.write(descriptor, from, offset, length);
            return;
        }
        if (count + length > SIZE) {
            flush();
        }
        if (buffer.length == 0) {
            buffer = new byte[SIZE];
        }
        System.arraycopy(from, offset, buffer, count, length);
        count += length;
    }

    @Override
    public void flush() throws IOException {
        int n = count;
        count = 0;
        if (n > 0) {
            task.write(descriptor, buffer, 0, n);
        }
    }
}
