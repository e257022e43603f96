package kubelab.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Which process owns something that outlives it (a container, a state file). A pid alone is reused sooner or later, so
 * the process' start time and the machine's boot belong to it; the machine does, too, since an engine may be shared.
 *
 * @param pid process id
 * @param start when the process started, ms since 1970; 0 if the system does not say
 * @param boot names this boot of the machine (and its pid namespace)
 * @param host names the machine
 */
public record ProcessIdentity(long pid, long start, String boot, String host) {
    static final String LABEL = "dev.kubelab.owner";

    /** This process. */
    public static ProcessIdentity self() {
        return of(ProcessHandle.current());
    }

    static ProcessIdentity of(ProcessHandle process) {
        return new ProcessIdentity(process.pid(), start(process), bootId(), hostId());
    }

    /** Whether it certainly does not run any more. What another machine owns counts as alive. */
    public boolean isDead() {
        if (!host.equals(hostId())) {
            return false;
        }
        if (!boot.equals(bootId())) {
            return true;
        }
        Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
        return process.isEmpty() || isZombie(pid) || (start != 0 && Math.abs(start(process.get()) - start) > 2000);
    }

    /** A killed process stays in the table until its parent has asked for it, and in some containers nobody does. */
    private static boolean isZombie(long pid) {
        return read("/proc/" + pid + "/stat")
                .map(stat -> stat.substring(stat.lastIndexOf(')') + 1).strip())
                .map(rest -> rest.startsWith("Z") || rest.startsWith("X"))
                .orElse(false);
    }

    Map<String, String> labels() {
        return Map.of(
                LABEL,
                "kubelab",
                LABEL + ".pid",
                Long.toString(pid),
                LABEL + ".start",
                Long.toString(start),
                LABEL + ".boot",
                boot,
                LABEL + ".host",
                host);
    }

    static Optional<ProcessIdentity> fromLabels(Map<String, String> labels) {
        String pid = labels.get(LABEL + ".pid");
        String start = labels.get(LABEL + ".start");
        String boot = labels.get(LABEL + ".boot");
        String host = labels.get(LABEL + ".host");
        if (pid == null || start == null || boot == null || host == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new ProcessIdentity(Long.parseLong(pid), Long.parseLong(start), boot, host));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static long start(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    private static String bootId() {
        // A pid only means something inside its pid namespace.
        String namespace = "";
        try {
            namespace = Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
        } catch (IOException | UnsupportedOperationException e) {
            // not Linux: one namespace only
        }
        return read("/proc/sys/kernel/random/boot_id").orElse("unknown") + namespace.replaceAll("\\D+", "-");
    }

    private static String hostId() {
        String name = "localhost";
        try {
            name = InetAddress.getLocalHost().getHostName();
        } catch (IOException e) {
            // a machine without a resolvable name of its own
        }
        return read("/etc/machine-id")
                        .map(id -> id.substring(0, Math.min(12, id.length())))
                        .orElse("") + "." + name;
    }

    private static Optional<String> read(String file) {
        try {
            return Optional.of(Files.readString(Path.of(file)).strip()).filter(s -> !s.isEmpty());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
