package kubelab.containers.runtime.command;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import kubelab.containers.runtime.filesystem.Errno;
import kubelab.containers.runtime.filesystem.FileException;
import kubelab.containers.runtime.filesystem.OpenFile;
import kubelab.containers.runtime.filesystem.OpenMode;
import kubelab.containers.runtime.filesystem.Stat;
import kubelab.containers.runtime.kernel.Task;

/** ls, cp, mv, rm, mkdir, ln, chmod and others that change directories. */
final class FileCommands {
    private static final DateTimeFormatter RECENT =
            DateTimeFormatter.ofPattern("MMM d HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

    private FileCommands() {}

    /** All files under a path, without directories. */
    static void walk(Task task, String path, List<String> into) throws IOException {
        Stat stat = task.files().find(path, false);
        if (stat != null && stat.isDirectory()) {
            for (String name : task.files().list(path).stream().sorted().toList()) {
                walk(task, path.endsWith("/") ? path + name : path + "/" + name, into);
            }
        } else {
            into.add(path);
        }
    }

    static int ls(Task task) throws IOException {
        Options options = Options.parse(task, "1AaCxdLHRFplinshrSXvctukT", "wI", "color=k", "full-time=e");
        if (options == null) {
            return 1;
        }
        List<String> files = new ArrayList<>();
        List<String> directories = new ArrayList<>();
        int status = 0;
        for (String path : options.rest().isEmpty() ? List.of(".") : options.rest()) {
            try {
                Stat stat = options.has('l') || options.has('d') ? task.files().lstat(path) : stat(task, path);
                if (stat.isDirectory() && !options.has('d')) {
                    directories.add(path);
                } else {
                    files.add(path);
                }
            } catch (FileException e) {
                task.err().print("ls: " + path + ": " + e.getMessage() + "\n");
                status = 1;
            }
        }
        Listing listing = new Listing(task, options);
        listing.print("", sorted(task, options, "", files));
        boolean titled = directories.size() > 1 || !files.isEmpty() && !directories.isEmpty() || options.has('R');
        boolean first = files.isEmpty();
        for (String directory : sorted(task, options, "", directories)) {
            status |= listing.directory(directory, titled, first);
            first = false;
        }
        return status;
    }

    private static Stat stat(Task task, String path) throws IOException {
        Stat stat = task.files().find(path);
        return stat == null ? task.files().lstat(path) : stat;
    }

    private static List<String> sorted(Task task, Options options, String prefix, List<String> names) {
        Comparator<String> order = Comparator.naturalOrder();
        if (options.has('t')) {
            order = Comparator.comparing((String name) -> {
                        Stat stat = task.files().find(prefix + name, false);
                        return stat == null ? Instant.EPOCH : stat.modified();
                    })
                    .reversed()
                    .thenComparing(Comparator.naturalOrder());
        } else if (options.has('S')) {
            order = Comparator.comparing((String name) -> {
                        Stat stat = task.files().find(prefix + name, false);
                        return stat == null ? 0L : stat.size();
                    })
                    .reversed()
                    .thenComparing(Comparator.naturalOrder());
        }
        return names.stream()
                .sorted(options.has('r') ? order.reversed() : order)
                .toList();
    }

    /** ls's output of one directory or of single files. */
    private record Listing(Task task, Options options) {
        int directory(String path, boolean titled, boolean first) throws IOException {
            List<String> names;
            try {
                names = new ArrayList<>(task.files().list(path));
            } catch (FileException e) {
                task.err().print("ls: can't open '" + path + "': " + e.getMessage() + "\n");
                return 1;
            }
            if (!options.has('a') && !options.has('A')) {
                names.removeIf(name -> name.startsWith("."));
            }
            if (options.has('a')) {
                names.add(".");
                names.add("..");
            }
            if (titled) {
                task.out().print((first ? "" : "\n") + path + ":\n");
            }
            String prefix = path.endsWith("/") ? path : path + "/";
            if (options.has('l') || options.has('s')) {
                long blocks = 0;
                for (String name : names) {
                    blocks += blocks(task.files().find(prefix + name, false));
                }
                task.out().println("total " + blocks);
            }
            List<String> ordered = sorted(task, options, prefix, names);
            print(prefix, ordered);
            int status = 0;
            if (options.has('R')) {
                for (String name : ordered) {
                    Stat stat = task.files().find(prefix + name, false);
                    if (stat != null && stat.isDirectory() && !name.equals(".") && !name.equals("..")) {
                        status |= directory(prefix + name, true, false);
                    }
                }
            }
            return status;
        }

        void print(String prefix, List<String> names) throws IOException {
            OpenFile out = task.descriptors().get(1);
            boolean columns = out != null && out.isTerminal() && !options.has('l') && !options.has('1');
            if (columns && !names.isEmpty()) {
                task.out().println(String.join("  ", names));
                return;
            }
            for (String name : names) {
                task.out().println(line(prefix, name));
            }
        }

        private String line(String prefix, String name) throws IOException {
            Stat stat = task.files().find(prefix + name, false);
            String shown = name;
            if (stat == null) {
                return shown;
            }
            if (options.has('F') || options.has('p')) {
                boolean run = stat.isFile() && (stat.mode() & 0111) != 0;
                shown += stat.isDirectory() ? "/" : options.has('p') ? "" : stat.isSymlink() ? "@" : run ? "*" : "";
            }
            String inode = options.has('i') ? String.format("%7d ", stat.inode()) : "";
            if (!options.has('l')) {
                return inode + shown;
            }
            boolean numbers = options.has('n');
            String size = stat.kind() == Stat.Kind.DEVICE
                    ? stat.device()
                    : options.has('h') ? human(stat.size()) : Long.toString(stat.size());
            String link = stat.isSymlink() ? " -> " + task.files().readLink(prefix + name) : "";
            return inode
                    + String.format(
                            Locale.ROOT,
                            "%-10s %4d %-8s %-8s %9s %s %s",
                            stat.permissions(),
                            stat.links(),
                            numbers ? stat.uid() : Users.name(task, stat.uid()),
                            numbers ? stat.gid() : Users.group(task, stat.gid()),
                            size,
                            date(task, stat.modified()),
                            shown + link);
        }
    }

    private static long blocks(@org.jspecify.annotations.Nullable Stat stat) {
        return stat == null || stat.isSymlink() || stat.size() == 0 ? 0 : (stat.size() + 4095) / 4096 * 4;
    }

    static String human(long size) {
        if (size < 1024) {
            return Long.toString(size);
        }
        double value = size;
        String units = "KMGT";
        int unit = -1;
        while (value >= 1024 && unit < units.length() - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f%c", value, units.charAt(unit));
    }

    private static String date(Task task, Instant time) {
        Duration age = Duration.between(time, task.clock().now());
        String monthDay = DateTimeFormatter.ofPattern("MMM ", Locale.ROOT)
                        .withZone(ZoneOffset.UTC)
                        .format(time)
                + String.format("%2d", time.atZone(ZoneOffset.UTC).getDayOfMonth());
        if (age.toDays() > 180 || age.toDays() < -180) {
            return monthDay + "  " + time.atZone(ZoneOffset.UTC).getYear();
        }
        String full = RECENT.format(time);
        return monthDay + " " + full.substring(full.length() - 5);
    }

    static int mkdir(Task task) throws IOException {
        Options options = Options.parse(task, "pv", "m", "parents=p");
        if (options == null) {
            return 1;
        }
        if (options.rest().isEmpty()) {
            return Usage.fail(task, "mkdir", "[-m MODE] [-p] DIRECTORY...");
        }
        int status = 0;
        for (String path : options.rest()) {
            try {
                if (options.has('p')) {
                    parents(task, path);
                } else {
                    task.files().makeDirectory(path);
                }
                if (options.has('m')) {
                    task.files().chmod(path, Integer.parseInt(options.value('m', "755"), 8));
                }
            } catch (FileException e) {
                task.err().print("mkdir: can't create directory '" + path + "': " + e.getMessage() + "\n");
                status = 1;
            }
        }
        return status;
    }

    private static void parents(Task task, String path) throws IOException {
        StringBuilder built = new StringBuilder(path.startsWith("/") ? "/" : "");
        for (String name : path.split("/")) {
            if (name.isEmpty()) {
                continue;
            }
            built.append(name);
            Stat stat = task.files().find(built.toString());
            if (stat == null) {
                task.files().makeDirectory(built.toString());
            } else if (!stat.isDirectory()) {
                throw new FileException(built.toString().equals(path) ? Errno.EEXIST : Errno.ENOTDIR);
            }
            built.append('/');
        }
    }

    static int rmdir(Task task) throws IOException {
        Options options = Options.parse(task, "p", "");
        int status = options == null ? 1 : 0;
        for (String path : options == null ? List.<String>of() : options.rest()) {
            try {
                if (!task.files().lstat(path).isDirectory()) {
                    throw new FileException(Errno.ENOTDIR);
                }
                task.files().remove(path);
            } catch (FileException e) {
                task.err().print("rmdir: '" + path + "': " + e.getMessage() + "\n");
                status = 1;
            }
        }
        return status;
    }

    static int rm(Task task) throws IOException {
        Options options = Options.parse(task, "firRv", "");
        if (options == null) {
            return 1;
        }
        if (options.rest().isEmpty()) {
            return options.has('f') ? 0 : Usage.fail(task, "rm", "[-irf] FILE...");
        }
        int status = 0;
        for (String path : options.rest()) {
            status |= remove(task, path, options.has('r') || options.has('R'), options.has('f'));
        }
        return status;
    }

    private static int remove(Task task, String path, boolean recursive, boolean force) throws IOException {
        try {
            Stat stat = task.files().lstat(path);
            int status = 0;
            if (stat.isDirectory()) {
                if (!recursive) {
                    task.err().print("rm: '" + path + "' is a directory\n");
                    return 1;
                }
                for (String name : task.files().list(path)) {
                    status |= remove(task, path + "/" + name, true, force);
                }
                if (status != 0) {
                    return status;
                }
            }
            task.files().remove(path);
            return status;
        } catch (FileException e) {
            if (force && (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR)) {
                return 0;
            }
            task.err().print("rm: can't remove '" + path + "': " + e.getMessage() + "\n");
            return 1;
        }
    }

    static int touch(Task task) throws IOException {
        Options options = Options.parse(task, "cahm", "drt");
        if (options == null) {
            return 1;
        }
        int status = 0;
        Instant when = task.clock().now();
        String date = options.value('d', options.value('t', ""));
        try {
            if (options.has('r')) {
                when = task.files().stat(options.value('r', "")).modified();
            } else if (!date.isEmpty()) {
                when = SystemCommands.instant(date);
            }
        } catch (FileException e) {
            return Usage.error(task, options.value('r', "") + ": " + e.getMessage());
        } catch (java.time.DateTimeException e) {
            return Usage.error(task, "invalid date '" + date + "'");
        }
        for (String path : options.rest()) {
            try {
                if (!task.files().exists(path)) {
                    if (options.has('c')) {
                        continue;
                    }
                    task.files().open(path, OpenMode.APPEND).release();
                }
                task.files().touch(path, when);
            } catch (FileException e) {
                task.err().print("touch: " + path + ": " + e.getMessage() + "\n");
                status = 1;
            }
        }
        return status;
    }

    static int ln(Task task) throws IOException {
        Options options = Options.parse(task, "sfnbvT", "S");
        if (options == null || options.rest().isEmpty()) {
            return options == null ? 1 : Usage.fail(task, "ln", "[-sfnbtv] [-S SUF] TARGET... LINK|DIR");
        }
        String target = options.rest().get(0);
        String link = options.rest().size() > 1 ? options.rest().get(1) : FindCommands.base(target);
        Stat there = task.files().find(link);
        if (there != null && there.isDirectory() && !options.has('n')) {
            link = link + "/" + FindCommands.base(target);
        }
        try {
            if (options.has('f') && task.files().find(link, false) != null) {
                task.files().remove(link);
            }
            if (options.has('s')) {
                task.files().makeLink(link, target);
            } else {
                task.files().hardLink(link, target);
            }
            return 0;
        } catch (FileException e) {
            String subject = options.has('s') || task.files().exists(target) ? link : target;
            task.err().print("ln: " + subject + ": " + e.getMessage() + "\n");
            return 1;
        }
    }

    static int cp(Task task) throws IOException {
        Options options = Options.parse(task, "arRdpfiLHlsTvu", "");
        if (options == null || options.rest().size() < 2) {
            return options == null ? 1 : Usage.fail(task, "cp", "[-arPLHpfinlsTu] SOURCE DEST");
        }
        boolean recursive = options.has('r') || options.has('R') || options.has('a');
        return eachIntoTarget(task, options, (from, to) -> copy(task, from, to, recursive, "cp"));
    }

    static int mv(Task task) throws IOException {
        Options options = Options.parse(task, "finTu", "");
        if (options == null || options.rest().size() < 2) {
            return options == null ? 1 : Usage.fail(task, "mv", "[-finT] SOURCE DEST");
        }
        return eachIntoTarget(task, options, (from, to) -> {
            try {
                task.files().rename(from, to);
                return 0;
            } catch (FileException e) {
                if (e.errno() == Errno.EXDEV) {
                    int status = copy(task, from, to, true, "mv");
                    return status != 0 ? status : remove(task, from, true, false);
                }
                task.err().print("mv: can't rename '" + from + "': " + e.getMessage() + "\n");
                return 1;
            }
        });
    }

    private interface Transfer {
        int run(String from, String to) throws IOException;
    }

    private static int eachIntoTarget(Task task, Options options, Transfer transfer) throws IOException {
        List<String> words = options.rest();
        String target = words.get(words.size() - 1);
        Stat there = task.files().find(target);
        boolean directory = there != null && there.isDirectory() && !options.has('T');
        int status = 0;
        for (String from : words.subList(0, words.size() - 1)) {
            status |= transfer.run(
                    from, directory ? target + (target.endsWith("/") ? "" : "/") + FindCommands.base(from) : target);
        }
        return status;
    }

    private static int copy(Task task, String from, String to, boolean recursive, String name) throws IOException {
        Stat stat;
        try {
            stat = recursive ? task.files().lstat(from) : task.files().stat(from);
        } catch (FileException e) {
            task.err().print(name + ": can't stat '" + from + "': " + e.getMessage() + "\n");
            return 1;
        }
        try {
            if (stat.isDirectory()) {
                if (!recursive) {
                    task.err().print(name + ": omitting directory '" + from + "'\n");
                    return 1;
                }
                if (!task.files().exists(to)) {
                    task.files().makeDirectory(to);
                }
                int status = 0;
                for (String entry : task.files().list(from)) {
                    status |= copy(task, from + "/" + entry, to + "/" + entry, true, name);
                }
                return status;
            }
            if (stat.isSymlink()) {
                task.files().makeLink(to, task.files().readLink(from));
                return 0;
            }
            OpenFile source = task.files().open(from, OpenMode.READ);
            try {
                boolean fresh = !task.files().exists(to);
                OpenFile target = task.files().open(to, OpenMode.WRITE);
                try {
                    byte[] block = new byte[16 * 1024];
                    for (int n; (n = source.read(block, 0, block.length)) > 0; ) {
                        target.write(block, 0, n);
                        task.charge(5_000);
                    }
                } finally {
                    target.release();
                }
                if (fresh) {
                    task.files().chmod(to, stat.mode() & ~task.umask());
                }
            } finally {
                source.release();
            }
            return 0;
        } catch (FileException e) {
            task.err().print(name + ": can't create '" + to + "': " + e.getMessage() + "\n");
            return 1;
        }
    }

    static int chmod(Task task) throws IOException {
        Options options = Options.parse(task, "Rrcvf", "", false);
        if (options == null || options.rest().size() < 2) {
            return options == null ? 1 : Usage.fail(task, "chmod", "[-Rcvf] MODE[,MODE]... FILE...");
        }
        String mode = options.rest().get(0);
        int status = 0;
        for (String path : options.rest().subList(1, options.rest().size())) {
            status |= chmodOne(task, mode, path, options.has('R'));
        }
        return status;
    }

    private static int chmodOne(Task task, String mode, String path, boolean recursive) throws IOException {
        try {
            Stat stat = task.files().stat(path);
            task.files().chmod(path, FindCommands.mode(mode, stat));
            int status = 0;
            if (recursive && stat.isDirectory()) {
                for (String name : task.files().list(path)) {
                    status |= chmodOne(task, mode, path + "/" + name, true);
                }
            }
            return status;
        } catch (FileException e) {
            task.err().print("chmod: " + path + ": " + e.getMessage() + "\n");
            return 1;
        } catch (NumberFormatException e) {
            task.err().print("chmod: invalid mode '" + mode + "'\n");
            return 1;
        }
    }

    static int chown(Task task) throws IOException {
        Options options = Options.parse(task, "RhLHPcvf", "", false);
        if (options == null || options.rest().size() < 2) {
            return options == null ? 1 : Usage.fail(task, "chown", "[-Rhcvf]... USER[:[GRP]] FILE...");
        }
        String[] owner = options.rest().get(0).split("[:.]", 2);
        boolean groupOnly = Usage.name(task).equals("chgrp");
        long uid = groupOnly || owner[0].isEmpty() ? -1 : Users.number(task, "/etc/passwd", owner[0]);
        String group = groupOnly ? owner[0] : owner.length > 1 ? owner[1] : "";
        long gid = group.isEmpty() ? -1 : Users.number(task, "/etc/group", group);
        if (uid < 0 && !groupOnly && !owner[0].isEmpty()) {
            return Usage.error(task, "unknown user " + owner[0]);
        }
        int status = 0;
        for (String path : options.rest().subList(1, options.rest().size())) {
            List<String> all = new ArrayList<>(List.of(path));
            if (options.has('R')) {
                walk(task, path, all);
            }
            for (String each : all) {
                try {
                    Stat stat = task.files().stat(each);
                    task.files().chown(each, uid < 0 ? stat.uid() : uid, gid < 0 ? stat.gid() : gid);
                } catch (FileException e) {
                    status = Usage.error(task, each + ": " + e.getMessage());
                }
            }
        }
        return status;
    }
}
