package kubelab.containers.runtime.kernel;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executor;
import kubelab.containers.clock.Clock;
import kubelab.containers.network.NetNamespace;
import kubelab.containers.runtime.filesystem.VirtualFileSystem;
import org.jspecify.annotations.Nullable;

/**
 * A container as its tasks see it: the namespaces they are in.
 *
 * @param name for threads and messages, {@code namespace/pod/container}
 * @param hostname UTS namespace
 * @param netAdmin whether root may change the network's devices and addresses
 * @param threads where tasks that need a thread of their own get it
 */
public record ContainerNamespaces(
        String name,
        String hostname,
        VirtualFileSystem files,
        NetNamespace network,
        boolean netAdmin,
        PidNamespace pids,
        Cgroup cgroup,
        Clock clock,
        Executor threads,
        Programs programs,
        Instant bootTime) {

    /** Finds what a path executes. */
    public interface Programs {
        /** @return null when the image has no such program */
        @Nullable
        Program named(String name);

        /** Runs a text file: the shell that interprets it. */
        Program script();
    }

    /** Living tasks of this container only, by pid. */
    public List<Task> tasks() {
        return pids.tasks().stream().filter(task -> task.namespaces() == this).toList();
    }
}
