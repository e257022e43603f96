package kubelab.controlplane.streaming;

import java.io.IOException;
import java.io.InputStream;
import kubelab.containers.network.Connection;

/** Copies what a client sends into a connection, and then says that no more follows. */
final class Pump {
    private Pump() {}

    static void copy(InputStream from, Connection to) {
        byte[] buffer = new byte[16 * 1024];
        try {
            for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
                to.output().write(buffer, 0, n);
                to.output().flush();
            }
            to.shutdownOutput();
        } catch (IOException gone) {
            // The other direction notices, too, and ends the stream.
        }
    }
}
