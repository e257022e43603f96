package kubelab.labkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A two-way stream of bytes. May be read by one thread while another one writes. */
public interface Connection extends AutoCloseable {
    /** Ends (-1) when the other side has closed. */
    InputStream in();

    /** What is written is sent at once. */
    OutputStream out();

    /** Ends both directions; a thread that waits in {@link #in} sees the end. May be called again. */
    @Override
    void close() throws IOException;
}
