package kubelab.containers.runtime;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import kubelab.containers.runtime.filesystem.Filling;
import org.jspecify.annotations.Nullable;

/**
 * One container to be created. Variables are already expanded.
 *
 * @param attempt how many times this container of the Pod was started before (0, 1, …)
 * @param command overrides the image's entry point when not empty
 * @param args overrides the image's arguments when not empty, or when {@code command} is given
 * @param env in order; later entries win
 * @param workingDir empty for the image's own
 */
public record ContainerConfig(
        String name,
        int attempt,
        String image,
        List<String> command,
        List<String> args,
        Map<String, String> env,
        String workingDir,
        List<Mount> mounts,
        boolean stdin,
        boolean tty,
        Security security,
        Resources resources) {
    public ContainerConfig {
        command = List.copyOf(command);
        args = List.copyOf(args);
        env = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(env));
        mounts = List.copyOf(mounts);
    }

    /**
     * A directory or file of the node seen in the container.
     *
     * @param source in {@link ContainerRuntime#fileSystem()}
     * @param target absolute path in the container
     * @param memory what is written there counts as the container's memory (emptyDir with medium Memory)
     * @param filling called before anything looks into it
     */
    public record Mount(Path source, String target, boolean readOnly, boolean memory, Filling filling) {
        public Mount(Path source, String target, boolean readOnly) {
            this(source, target, readOnly, false, Filling.DONE);
        }
    }

    /**
     * Who its processes are and what they may do.
     *
     * @param user null for the image's own
     * @param group null for the user's own in the image's /etc/passwd
     * @param groups further groups
     * @param readOnlyRoot writes outside mounts fail with "Read-only file system"
     * @param netAdmin whether root may change the network (privileged, or the capability NET_ADMIN)
     */
    public record Security(
            @Nullable Long user, @Nullable Long group, List<Long> groups, boolean readOnlyRoot, boolean netAdmin) {
        public static final Security DEFAULT = new Security(null, null, List.of(), false, false);

        public Security {
            groups = List.copyOf(groups);
        }
    }

    /**
     * Limits; null means none.
     *
     * @param cpuMillis in thousandths of a core
     */
    public record Resources(
            @Nullable Long cpuMillis, @Nullable Long memoryBytes) {
        public static final Resources UNLIMITED = new Resources(null, null);
    }
}
