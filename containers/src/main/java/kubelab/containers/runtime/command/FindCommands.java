package kubelab.containers.runtime.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import kubelab.containers.runtime.filesystem.FileException;
import kubelab.containers.runtime.filesystem.OpenFile;
import kubelab.containers.runtime.filesystem.OpenMode;
import kubelab.containers.runtime.filesystem.Stat;
import kubelab.containers.runtime.kernel.Task;
import kubelab.containers.runtime.shell.Glob;

/** basename, dirname, readlink, stat, find, du, df, mktemp, tee, dd, xargs. */
final class FindCommands {
    private FindCommands() {}

    static String base(String path) {
        String trimmed = path.length() > 1 ? path.replaceAll("/+$", "") : path;
        return trimmed.isEmpty() || trimmed.equals("/") ? "/" : trimmed.substring(trimmed.lastIndexOf('/') + 1);
    }

    /** @param text octal or such as {@code u+x,go-w} */
    static int mode(String text, Stat stat) {
        if (text.matches("[0-7]+")) {
            return Integer.parseInt(text, 8);
        }
        int mode = stat.mode();
        for (String clause : text.split(",")) {
            java.util.regex.Matcher parts = java.util.regex.Pattern.compile("([ugoa]*)([-+=])([rwxXst]*)")
                    .matcher(clause);
            if (!parts.matches()) {
                throw new NumberFormatException(text);
            }
            int bits = 0;
            for (char c : parts.group(3).toCharArray()) {
                boolean any = stat.isDirectory() || (stat.mode() & 0111) != 0;
                bits |= c == 'r' ? 4 : c == 'w' ? 2 : c == 'x' || c == 'X' && any ? 1 : 0;
            }
            String who = parts.group(1).isEmpty() || parts.group(1).contains("a") ? "ugo" : parts.group(1);
            int mask = 0;
            int set = parts.group(3).contains("t") ? 01000 : 0;
            for (char c : who.toCharArray()) {
                int shift = c == 'u' ? 6 : c == 'g' ? 3 : 0;
                int special = c == 'u' ? 04000 : c == 'g' ? 02000 : 0;
                mask |= 7 << shift | special;
                set |= bits << shift | (parts.group(3).contains("s") ? special : 0);
            }
            mode = switch (parts.group(2)) {
                case "+" -> mode | set;
                case "-" -> mode & ~set;
                default -> mode & ~mask | set;
            };
        }
        return mode;
    }

    static int basename(Task task) throws IOException {
        if (task.arguments().size() < 2) {
            return Usage.fail(task, "basename", "FILE [SUFFIX] | -a FILE... | -s SUFFIX FILE...");
        }
        String name = base(task.argument(1));
        String suffix = task.argument(2);
        boolean cut = !suffix.isEmpty() && name.endsWith(suffix) && !name.equals(suffix);
        task.out().println(cut ? name.substring(0, name.length() - suffix.length()) : name);
        return 0;
    }

    static int dirname(Task task) throws IOException {
        if (task.arguments().size() < 2) {
            return Usage.fail(task, "dirname", "FILENAME");
        }
        String path = task.argument(1).length() > 1 ? task.argument(1).replaceAll("/+$", "") : task.argument(1);
        int slash = path.lastIndexOf('/');
        task.out().println(slash < 0 ? "." : slash == 0 ? "/" : path.substring(0, slash));
        return 0;
    }

    static int readlink(Task task) throws IOException {
        Options options = Options.parse(task, "fnv", "");
        if (options == null || options.rest().isEmpty()) {
            return 1;
        }
        boolean real = options.has('f') || Usage.name(task).equals("realpath");
        try {
            String path = options.rest().get(0);
            String found = real ? task.files().real(path) : task.files().readLink(path);
            task.out().print(options.has('n') ? found : found + "\n");
            return 0;
        } catch (FileException e) {
            if (Usage.name(task).equals("realpath")) {
                task.err().print("realpath: " + options.rest().get(0) + ": " + e.getMessage() + "\n");
            }
            return 1;
        }
    }

    static int stat(Task task) throws IOException {
        Options options = Options.parse(task, "Lft", "c");
        if (options == null) {
            return 1;
        }
        int status = 0;
        for (String path : options.rest()) {
            try {
                Stat stat = options.has('L')
                        ? task.files().stat(path)
                        : task.files().lstat(path);
                task.out()
                        .println(
                                options.has('c')
                                        ? format(task, options.value('c', ""), path, stat)
                                        : describe(task, path, stat));
            } catch (FileException e) {
                task.err().print("stat: can't stat '" + path + "': " + e.getMessage() + "\n");
                status = 1;
            }
        }
        return status;
    }

    private static String kind(Stat stat) {
        return switch (stat.kind()) {
            case DIRECTORY -> "directory";
            case SYMLINK -> "symbolic link";
            case DEVICE -> "character special file";
            case PIPE -> "fifo";
            case SOCKET -> "socket";
            case FILE -> stat.size() == 0 ? "regular empty file" : "regular file";
        };
    }

    private static String format(Task task, String format, String path, Stat stat) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%' || i + 1 == format.length()) {
                out.append(c);
                continue;
            }
            out.append(
                    switch (format.charAt(++i)) {
                        case 'a' -> Integer.toOctalString(stat.mode());
                        case 'A' -> stat.permissions();
                        case 'b' -> Long.toString((stat.size() + 511) / 512);
                        case 'F' -> kind(stat);
                        case 'g' -> Long.toString(stat.gid());
                        case 'G' -> Users.group(task, stat.gid());
                        case 'h' -> Integer.toString(stat.links());
                        case 'i' -> Long.toString(stat.inode());
                        case 'n' -> path;
                        case 's' -> Long.toString(stat.size());
                        case 'u' -> Long.toString(stat.uid());
                        case 'U' -> Users.name(task, stat.uid());
                        case 'Y', 'X', 'Z' -> Long.toString(stat.modified().getEpochSecond());
                        case 'y', 'x', 'z' -> stat.modified().toString();
                        case '%' -> "%";
                        default -> "?";
                    });
        }
        return out.toString();
    }

    private static String describe(Task task, String path, Stat stat) {
        String time = SystemCommands.stampWithNanos(stat.modified());
        return String.format(
                Locale.ROOT,
                "  File: %s%n  Size: %-10d\tBlocks: %-10d IO Block: 4096   %s%nDevice: 1ah/26d\tInode: %-10d  Links: %d%n"
                        + "Access: (%04o/%s)  Uid: (%5d/%8s)   Gid: (%5d/%8s)%nAccess: %s%nModify: %s%nChange: %s",
                path,
                stat.size(),
                (stat.size() + 511) / 512,
                kind(stat),
                stat.inode(),
                stat.links(),
                stat.mode(),
                stat.permissions(),
                stat.uid(),
                Users.name(task, stat.uid()),
                stat.gid(),
                Users.group(task, stat.gid()),
                time,
                time,
                time);
    }

    static int find(Task task) throws IOException {
        List<String> words =
                new ArrayList<>(task.arguments().subList(1, task.arguments().size()));
        List<String> roots = new ArrayList<>();
        while (!words.isEmpty()
                && !words.get(0).startsWith("-")
                && !words.get(0).equals("!")
                && !words.get(0).equals("(")) {
            roots.add(words.remove(0));
        }
        return new Find(task, words).run(roots.isEmpty() ? List.of(".") : roots);
    }

    static int du(Task task) throws IOException {
        Options options = Options.parse(task, "sahkmclHLx", "d");
        if (options == null) {
            return 1;
        }
        int status = 0;
        for (String path : options.rest().isEmpty() ? List.of(".") : options.rest()) {
            if (task.files().find(path, false) == null) {
                status = Usage.error(task, path + ": No such file or directory");
                continue;
            }
            int depth = options.has('s') ? 0 : Integer.parseInt(options.value('d', "1000"));
            usage(task, options, path, depth, true);
        }
        return status;
    }

    private static long usage(Task task, Options options, String path, int depth, boolean top) throws IOException {
        Stat stat = task.files().lstat(path);
        long sum = stat.isDirectory() ? 4096 : (stat.size() + 4095) / 4096 * 4096;
        if (stat.isDirectory()) {
            for (String name : task.files().list(path)) {
                sum += usage(task, options, path.endsWith("/") ? path + name : path + "/" + name, depth - 1, false);
            }
        }
        if (top || depth >= 0 && (stat.isDirectory() || options.has('a'))) {
            String size = options.has('h')
                    ? FileCommands.human(sum)
                    : Long.toString(options.has('m') ? sum >> 20 : sum >> 10);
            task.out().println(size + "\t" + path);
        }
        return sum;
    }

    static int df(Task task) throws IOException {
        Options options = Options.parse(task, "hkmPTai", "");
        if (options == null) {
            return 1;
        }
        boolean human = options.has('h');
        task.out()
                .println(
                        human
                                ? "Filesystem                Size      Used Available Use% Mounted on"
                                : "Filesystem           1K-blocks      Used Available Use% Mounted on");
        task.namespaces().files().mounts().forEach((path, tree) -> {
            try {
                boolean wanted = options.rest().isEmpty()
                        ? !tree.type().equals("proc") && !tree.type().equals("sysfs")
                        : options.rest().stream().anyMatch(word -> word.equals(path));
                if (wanted) {
                    String name = tree.type().equals("ext4") ? "/dev/vda" : tree.type();
                    task.out()
                            .println(String.format(
                                    Locale.ROOT,
                                    "%-20s %9s %9s %9s %3d%% %s",
                                    name,
                                    human ? "20.0G" : "20971520",
                                    human ? "4.0G" : "4194304",
                                    human ? "16.0G" : "16777216",
                                    20,
                                    path));
                }
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        return 0;
    }

    static int mktemp(Task task) throws IOException {
        Options options = Options.parse(task, "dqtu", "p");
        if (options == null) {
            return 1;
        }
        String template = options.rest().isEmpty()
                ? options.value('p', "/tmp") + "/tmp.XXXXXX"
                : options.rest().get(0);
        for (int attempt = 0; attempt < 100; attempt++) {
            StringBuilder name = new StringBuilder(template);
            long seed = task.clock().now().getNano() * 31L + task.pid() * 7919L + attempt * 104729L;
            for (int i = name.length() - 1; i >= 0 && name.charAt(i) == 'X'; i--) {
                seed = seed * 6364136223846793005L + 1442695040888963407L;
                name.setCharAt(i, "abcdefghijkmnopABCDEFGHIJKLMNOP".charAt((int) ((seed >>> 33) % 31)));
            }
            try {
                if (options.has('d')) {
                    task.files().makeDirectory(name.toString());
                } else {
                    task.files().open(name.toString(), OpenMode.NEW).release();
                    task.files().chmod(name.toString(), 0600);
                }
                task.out().println(name.toString());
                return 0;
            } catch (FileException e) {
                if (e.errno() != kubelab.containers.runtime.filesystem.Errno.EEXIST) {
                    return Usage.error(task, "can't create temp file: " + e.getMessage());
                }
            }
        }
        return 1;
    }

    static int tee(Task task) throws IOException {
        Options options = Options.parse(task, "ai", "");
        if (options == null) {
            return 1;
        }
        List<OpenFile> files = new ArrayList<>();
        int status = 0;
        for (String path : options.rest()) {
            try {
                files.add(task.files().open(path, options.has('a') ? OpenMode.APPEND : OpenMode.WRITE));
            } catch (FileException e) {
                status = Usage.error(task, path + ": " + e.getMessage());
            }
        }
        try (Lines in = Lines.open(task, "-")) {
            byte[] block = new byte[16 * 1024];
            for (int n; (n = in.read(block, 0, block.length)) > 0; ) {
                task.out().write(block, 0, n);
                task.out().flush();
                for (OpenFile file : files) {
                    file.write(block, 0, n);
                }
            }
        } finally {
            files.forEach(OpenFile::release);
        }
        return status;
    }

    static int xargs(Task task) throws IOException {
        Options options = Options.parse(task, "0rtpx", "nIsPEL", false);
        if (options == null) {
            return 1;
        }
        List<String> command = options.rest().isEmpty() ? List.of("echo") : options.rest();
        String text;
        try (Lines in = Lines.open(task, "-")) {
            text = new String(in.stream().readAllBytes(), StandardCharsets.UTF_8);
        }
        List<String> items = new ArrayList<>();
        if (options.has('I') || options.has('0')) {
            for (String line : text.split(options.has('0') ? "\0" : "\n")) {
                if (!line.isBlank()) {
                    items.add(options.has('0') ? line : line.trim());
                }
            }
        } else {
            items.addAll(words(text));
        }
        int worst = 0;
        if (options.has('I')) {
            for (String item : items) {
                List<String> words = new ArrayList<>();
                command.forEach(word -> words.add(word.replace(options.value('I', "{}"), item)));
                worst = Math.max(worst, outcome(Commands.run(task, words)));
            }
            return worst;
        }
        int most = Integer.parseInt(options.value('n', "100000"));
        if (items.isEmpty() && options.has('r')) {
            return 0;
        }
        int i = 0;
        do {
            List<String> words = new ArrayList<>(command);
            words.addAll(items.subList(i, Math.min(items.size(), i + most)));
            i += most;
            if (options.has('t')) {
                task.err().print(String.join(" ", words) + "\n");
            }
            int code = Commands.run(task, words);
            if (code == 127) {
                return 127;
            }
            worst = Math.max(worst, outcome(code));
        } while (i < items.size());
        return worst;
    }

    private static int outcome(int code) {
        return code == 0 ? 0 : code == 255 ? 124 : code == 126 || code == 127 ? code : 123;
    }

    private static List<String> words(String text) {
        List<String> all = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean open = false;
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '\'' || c == '"') {
                quote = c;
                open = true;
            } else if (c == '\\' && i + 1 < text.length()) {
                word.append(text.charAt(++i));
                open = true;
            } else if (Character.isWhitespace(c)) {
                if (open) {
                    all.add(word.toString());
                    word.setLength(0);
                    open = false;
                }
            } else {
                word.append(c);
                open = true;
            }
        }
        if (open) {
            all.add(word.toString());
        }
        return all;
    }

    /** The expression of find: tests and actions, joined by and. */
    private static final class Find {
        private final Task task;
        private final List<String> words;
        private int maxDepth = Integer.MAX_VALUE;
        private int minDepth;
        private int status;

        Find(Task task, List<String> words) {
            this.task = task;
            this.words = words;
        }

        int run(List<String> roots) throws IOException {
            for (int i = 0; i + 1 < words.size(); i++) {
                if (words.get(i).equals("-maxdepth")) {
                    maxDepth = Integer.parseInt(words.get(i + 1));
                } else if (words.get(i).equals("-mindepth")) {
                    minDepth = Integer.parseInt(words.get(i + 1));
                }
            }
            for (String root : roots) {
                visit(root, 0);
            }
            return status;
        }

        private void visit(String path, int depth) throws IOException {
            Stat stat = task.files().find(path, false);
            if (stat == null) {
                task.err().print("find: " + path + ": No such file or directory\n");
                status = 1;
                return;
            }
            task.charge(5_000);
            if (depth >= minDepth) {
                act(path, stat);
            }
            if (stat.isDirectory() && depth < maxDepth) {
                for (String name : task.files().list(path)) {
                    visit(path.endsWith("/") ? path + name : path + "/" + name, depth + 1);
                }
            }
        }

        private void act(String path, Stat stat) throws IOException {
            boolean acted = false;
            boolean matches = true;
            boolean negate = false;
            for (int i = 0; i < words.size(); i++) {
                String word = words.get(i);
                if (word.equals("!") || word.equals("-not")) {
                    negate = !negate;
                    continue;
                }
                if (word.equals("-o") || word.equals("-or")) {
                    if (matches) {
                        break;
                    }
                    matches = true;
                    continue;
                }
                boolean result = true;
                switch (word) {
                    case "-name" -> result = Glob.matches(words.get(++i), base(path));
                    case "-iname" ->
                        result = Glob.matches(
                                words.get(++i).toLowerCase(Locale.ROOT),
                                base(path).toLowerCase(Locale.ROOT));
                    case "-path" -> result = Glob.matches(words.get(++i), path);
                    case "-type" -> {
                        String letter = words.get(++i);
                        result = (letter.equals("f") ? '-' : letter.charAt(0))
                                == stat.kind().letter();
                    }
                    case "-maxdepth", "-mindepth" -> i++;
                    case "-size", "-mtime", "-mmin", "-user", "-perm" -> i++;
                    case "-empty" ->
                        result = stat.isDirectory() ? task.files().list(path).isEmpty() : stat.size() == 0;
                    case "-newer" -> {
                        Stat other = task.files().find(words.get(++i));
                        result = other != null && stat.modified().isAfter(other.modified());
                    }
                    case "-print" -> {
                        acted = true;
                        if (matches) {
                            task.out().println(path);
                        }
                    }
                    case "-print0" -> {
                        acted = true;
                        if (matches) {
                            task.out().print(path + "\0");
                        }
                    }
                    case "-delete" -> {
                        acted = true;
                        if (matches) {
                            task.files().remove(path);
                        }
                    }
                    case "-exec" -> {
                        acted = true;
                        List<String> command = new ArrayList<>();
                        for (i++;
                                i < words.size()
                                        && !words.get(i).equals(";")
                                        && !words.get(i).equals("+");
                                i++) {
                            command.add(words.get(i).replace("{}", path));
                        }
                        result = !matches || Commands.run(task, command) == 0;
                    }
                    default -> {
                        task.err().print("find: unrecognized: " + word + "\n");
                        status = 1;
                        return;
                    }
                }
                matches &= result != negate;
                negate = false;
            }
            if (matches
                    && !acted
                    && !words.contains("-exec")
                    && !words.contains("-delete")
                    && !words.contains("-print")) {
                task.out().println(path);
            }
        }
    }
}
