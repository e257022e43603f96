package kubelab.containers.runtime.kernel;

import java.io.IOException;

/** What a task executes. */
public interface Program {
    /** {@link #run} gives this when the task lives on without a thread: a server's listeners, a timer. */
    int STAYS = Integer.MIN_VALUE;

    /**
     * Runs on the task's thread.
     *
     * @return the exit code, or {@link #STAYS}: then {@link Task#exit} or a signal ends it
     */
    int run(Task task) throws IOException, InterruptedException;

    /** Memory that it takes from the start, in bytes. */
    default long memory() {
        return 320 * 1024;
    }
}
