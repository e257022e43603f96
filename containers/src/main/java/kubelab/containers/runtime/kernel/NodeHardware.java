package kubelab.containers.runtime.kernel;

import java.time.Instant;
import kubelab.containers.runtime.filesystem.SyntheticTree;
import kubelab.containers.runtime.filesystem.Tree;
import org.jspecify.annotations.Nullable;

/** The simulated node's hardware and kernel, as far as programs ask for them. */
public final class NodeHardware {
    public static final String RELEASE = "6.18.0-kubelab";
    public static final String VERSION = "#1 SMP PREEMPT_DYNAMIC";
    public static final int PROCESSORS = 2;
    public static final long MEMORY_BYTES = 8L << 30;

    private NodeHardware() {}

    /** As /proc/mounts and {@code mount} have it, without the two numbers at the end. */
    public static String mountLine(String path, Tree tree) {
        String source = tree.type().equals("ext4") ? "/dev/vda" : tree.type();
        return source + " " + path + " " + tree.type() + " " + (tree.readOnly() ? "ro" : "rw") + ",relatime 0 0";
    }

    /** A container's /sys: its control group's limits and use. */
    public static Tree sys(Cgroup cgroup, PidNamespace pids, Instant made) {
        SyntheticTree sys = new SyntheticTree("sysfs", made);
        sys.file("fs/cgroup/cgroup.procs", () -> {
            StringBuilder text = new StringBuilder();
            pids.tasks().forEach(task -> text.append(task.pid()).append('\n'));
            return text.toString();
        });
        sys.file("fs/cgroup/cpu.max", () -> {
            Long millis = cgroup.cpuMillis();
            return (millis == null ? "max" : Long.toString(millis * 100)) + " 100000\n";
        });
        sys.file("fs/cgroup/cpu.stat", () -> "usage_usec " + cgroup.cpuNanos() / 1000 + "\n");
        sys.file("fs/cgroup/memory.current", () -> cgroup.memoryBytes() + "\n");
        sys.file("fs/cgroup/memory.max", () -> limit(cgroup.memoryLimit()));
        sys.file("fs/cgroup/memory.peak", () -> cgroup.peakBytes() + "\n");
        return sys;
    }

    private static String limit(@Nullable Long bytes) {
        return (bytes == null ? "max" : bytes.toString()) + "\n";
    }
}
