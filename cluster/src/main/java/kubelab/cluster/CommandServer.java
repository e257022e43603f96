package kubelab.cluster;

import java.io.IOException;

/**
 * Where commands reach the process that holds the background cluster, for what that process can do quicker than they:
 * it is warm. {@link BackgroundState} says the address to those who may read the state file: its user.
 */
public interface CommandServer extends AutoCloseable {
    /** Opens the server once the cluster is ready. */
    @FunctionalInterface
    interface Opener {
        CommandServer open() throws IOException;
    }

    /** One line; what it means is between this server and its clients. */
    String address();

    /** Whether a command is being served: then the cluster is in use, however long ago the last command began. */
    boolean busy();

    /** Ends all commands and waits, but not long, until they have put away what they had begun. */
    @Override
    void close();
}
