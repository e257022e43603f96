package kubelab.containers.runtime.kernel;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import kubelab.containers.runtime.filesystem.Credentials;
import kubelab.containers.runtime.filesystem.Errno;
import kubelab.containers.runtime.filesystem.FileException;
import kubelab.containers.runtime.filesystem.OpenFile;
import kubelab.containers.runtime.filesystem.OpenMode;
import kubelab.containers.runtime.filesystem.Stat;
import kubelab.containers.runtime.filesystem.SyntheticTree;
import org.jspecify.annotations.Nullable;

/**
 * /proc of one container: a directory a task, and the files about the machine that programs look at.
 *
 * <p>Simplified: of the files that Linux has in /proc, there are only those that commands and labs read.
 */
public final class ProcTree extends SyntheticTree {
    private static final long CLOCK_TICK_NANOS = 10_000_000;
    private static final Map<String, Function<Task, String>> FILES = new TreeMap<>(Map.of(
            "cgroup", task -> "0::/\n",
            "cmdline",
                    task -> task.arguments().stream().map(word -> word + "\0").collect(Collectors.joining()),
            "comm", task -> comm(task) + "\n",
            "environ",
                    task -> task.environment().entrySet().stream()
                            .map(entry -> entry.getKey() + "=" + entry.getValue() + "\0")
                            .collect(Collectors.joining()),
            "limits", task -> "Limit                     Soft Limit           Hard Limit           Units     \n",
            "mounts", task -> mounts(task),
            "stat", ProcTree::stat,
            "status", ProcTree::status));

    private final PidNamespace pids;
    private final Instant bootTime;

    public ProcTree(PidNamespace pids, Supplier<Instant> now, Instant bootTime) {
        super("proc", bootTime);
        this.pids = pids;
        this.bootTime = bootTime;
        file("cpuinfo", () -> cpu(0) + cpu(1));
        file("loadavg", () -> "0.00 0.00 0.00 1/" + pids.tasks().size() + " 1\n");
        file("meminfo", () -> MEMINFO);
        file("uptime", () -> {
            double seconds = Duration.between(bootTime, now.get()).toMillis() / 1000.0;
            return String.format(Locale.ROOT, "%.2f %.2f%n", seconds, seconds * 2);
        });
        file("version", () -> "Linux version " + NodeHardware.RELEASE + " (kubelab) " + NodeHardware.VERSION + "\n");
        file("stat", () -> "cpu  0 0 0 0 0 0 0 0 0 0\nbtime " + bootTime.getEpochSecond() + "\n");
        file("sys/kernel/hostname", () -> {
            Task task = Task.current();
            return (task == null ? "" : task.namespaces().hostname()) + "\n";
        });
        link("self", "");
        link("mounts", "self/mounts");
        link("net", "self/net");
    }

    private static final String MEMINFO = """
            MemTotal:        8388608 kB
            MemFree:         6291456 kB
            MemAvailable:    7340032 kB
            Buffers:               0 kB
            Cached:          1048576 kB
            SwapTotal:             0 kB
            SwapFree:              0 kB
            """;

    @Override
    public @Nullable Stat lstat(String path) throws IOException {
        Task task = task(path);
        if (task == null) {
            return super.lstat(path);
        }
        String rest = rest(path);
        Stat.Kind kind;
        if (rest.isEmpty() || rest.equals("fd") || rest.equals("net")) {
            kind = Stat.Kind.DIRECTORY;
        } else if (FILES.containsKey(rest) || rest.startsWith("net/") && NET.contains(rest.substring(4))) {
            kind = Stat.Kind.FILE;
        } else if (rest.equals("cwd") || rest.equals("exe") || rest.equals("root")) {
            kind = Stat.Kind.SYMLINK;
        } else if (rest.startsWith("fd/") && descriptor(task, rest) != null) {
            // A link on Linux, but one that leads to the open file itself, even if that has no path.
            kind = Stat.Kind.DEVICE;
        } else {
            return null;
        }
        int mode = kind == Stat.Kind.DIRECTORY ? 0555 : kind == Stat.Kind.FILE ? 0444 : 0777;
        Credentials owner = task.credentials();
        return new Stat(kind, mode, owner.uid(), owner.gid(), 0, task.started(), 1, path.hashCode() & 0xffffff, "");
    }

    private static final List<String> NET = List.of("dev", "route", "tcp");

    @Override
    public List<String> list(String path) throws IOException {
        Task task = task(path);
        if (task == null) {
            List<String> names = new ArrayList<>();
            if (path.isEmpty()) {
                pids.tasks().forEach(each -> names.add(Integer.toString(each.pid())));
            }
            names.addAll(super.list(path));
            return names;
        }
        String rest = rest(path);
        if (rest.equals("fd")) {
            return task.descriptors().all().keySet().stream()
                    .map(String::valueOf)
                    .toList();
        }
        if (rest.equals("net")) {
            return NET;
        }
        List<String> names = new ArrayList<>(FILES.keySet());
        names.addAll(List.of("cwd", "exe", "fd", "net", "root"));
        return names;
    }

    @Override
    public String readLink(String path) throws IOException {
        if (path.equals("self")) {
            Task self = Task.current();
            return Integer.toString(self == null ? 1 : self.pid());
        }
        Task task = task(path);
        if (task == null) {
            return super.readLink(path);
        }
        return switch (rest(path)) {
            case "cwd" -> task.directory();
            case "root" -> "/";
            case "exe" -> "/bin/" + comm(task);
            default -> throw new FileException(Errno.EINVAL);
        };
    }

    @Override
    public OpenFile open(String path, OpenMode mode, int permissions, Credentials who) throws IOException {
        Task task = task(path);
        if (task == null) {
            if (mode.create() && lstat(path) == null) {
                throw new FileException(Errno.ENOENT);
            }
            return super.open(path, mode, permissions, who);
        }
        String rest = rest(path);
        if (rest.startsWith("fd/")) {
            OpenFile file = descriptor(task, rest);
            if (file == null) {
                throw new FileException(Errno.ENOENT);
            }
            return file.retain();
        }
        Function<Task, String> content = FILES.get(rest);
        if (content == null && !rest.startsWith("net/")) {
            throw new FileException(Errno.ENOENT);
        }
        return text(path, content == null ? net(task, rest.substring(4)) : content.apply(task));
    }

    private @Nullable Task task(String path) {
        int slash = path.indexOf('/');
        String first = slash < 0 ? path : path.substring(0, slash);
        if (first.isEmpty() || !Character.isDigit(first.charAt(0))) {
            return null;
        }
        try {
            return pids.find(Integer.parseInt(first));
        } catch (NumberFormatException noPid) {
            return null;
        }
    }

    private static String rest(String path) {
        int slash = path.indexOf('/');
        return slash < 0 ? "" : path.substring(slash + 1);
    }

    private static @Nullable OpenFile descriptor(Task task, String rest) {
        try {
            return task.descriptors().get(Integer.parseInt(rest.substring("fd/".length())));
        } catch (NumberFormatException noNumber) {
            return null;
        }
    }

    /** The program's name, at most 15 characters, as the kernel keeps it. */
    public static String comm(Task task) {
        String word = task.argument(0);
        String name = word.substring(word.lastIndexOf('/') + 1);
        return name.length() > 15 ? name.substring(0, 15) : name;
    }

    private static String stat(Task task) {
        long ticks = task.cpuNanos() / CLOCK_TICK_NANOS;
        return task.pid() + " (" + comm(task) + ") S " + task.parentPid() + " " + task.pid() + " " + task.pid()
                + " 0 -1 4194304 0 0 0 0 " + ticks + " 0 0 0 20 0 1 0 0 " + task.memory() + " " + task.memory() / 4096
                + "\n";
    }

    private static String status(Task task) {
        Credentials who = task.credentials();
        return "Name:\t" + comm(task) + "\nUmask:\t" + String.format("%04o", task.umask())
                + "\nState:\tS (sleeping)\nTgid:\t"
                + task.pid() + "\nNgid:\t0\nPid:\t" + task.pid() + "\nPPid:\t" + task.parentPid()
                + "\nTracerPid:\t0\nUid:\t"
                + four(who.uid()) + "\nGid:\t" + four(who.gid()) + "\nFDSize:\t64\nGroups:\t"
                + who.groups().stream().sorted().map(String::valueOf).collect(Collectors.joining(" "))
                + " \nNSpid:\t" + task.pid() + "\nVmRSS:\t" + task.memory() / 1024 + " kB\nThreads:\t1\n";
    }

    private static String four(long id) {
        return id + "\t" + id + "\t" + id + "\t" + id;
    }

    private static String mounts(Task task) {
        StringBuilder text = new StringBuilder();
        task.namespaces().files().mounts().forEach((path, tree) -> text.append(NodeHardware.mountLine(path, tree))
                .append('\n'));
        return text.toString();
    }

    private static String net(Task task, String name) {
        return switch (name) {
            case "route" -> "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n";
            case "tcp" -> {
                StringBuilder text = new StringBuilder(
                        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n");
                int line = 0;
                for (int port : task.namespaces().network().listening()) {
                    text.append(String.format(
                            "%4d: 00000000:%04X 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1%n",
                            line++, port));
                }
                yield text.toString();
            }
            default ->
                "Inter-|   Receive                                                |  Transmit\n"
                        + " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n"
                        + "    lo:       0       0    0    0    0     0          0         0        0       0    0    0    0     0       0          0\n"
                        + "  eth0:       0       0    0    0    0     0          0         0        0       0    0    0    0     0       0          0\n";
        };
    }

    private static String cpu(int number) {
        return "processor\t: " + number
                + "\nmodel name\t: kubelab virtual CPU\ncpu MHz\t\t: 1000.000\ncpu cores\t: 2\n\n";
    }
}
