package kubelab.cluster;

import java.io.IOException;

/**
 * Where commands reach the process that holds the background cluster, for what that process can do quicker than they:
 * it is warm. {@link BackgroundState} says the address to whoever may read the state file, that is, to its user.
 */
public interface Door extends AutoCloseable {
    /** Opens the door of an owner once its cluster is ready. */
    @FunctionalInterface
    interface Opener {
        Door open() throws IOException;
    }

    /** One line; what it means is between this door and those who knock. */
    String address();

    /** Whether somebody is inside: then the cluster is in use, however long ago the last command began. */
    boolean busy();

    /** Sends everybody out and waits, but not long, until they have put away what they had begun. */
    @Override
    void close();
}
