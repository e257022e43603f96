package kubelab.containers.runtime.kernel;

import java.io.IOException;
import java.io.InputStream;

/** A task's descriptor as a stream, without a buffer: nothing is taken that the program does not ask for. */
public final class Input extends InputStream {
    private final Task task;
    private final int descriptor;

    public Input(Task task, int descriptor) {
        this.task = task;
        this.descriptor = descriptor;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return task.read(descriptor, one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        return task.read(descriptor, into, offset, length);
    }
}
