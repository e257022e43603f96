package kubelab.containers.runtime.command;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kubelab.containers.runtime.filesystem.FileException;
import kubelab.containers.runtime.filesystem.OpenFile;
import kubelab.containers.runtime.filesystem.OpenMode;
import kubelab.containers.runtime.kernel.Loader;
import kubelab.containers.runtime.kernel.NodeHardware;
import kubelab.containers.runtime.kernel.Task;

/** env, date, id, uname, free, mount, dd, checksums and dumps. */
final class SystemCommands {
    private SystemCommands() {}

    static String stampWithNanos(Instant time) {
        return DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.nnnnnnnnn Z", Locale.ROOT)
                .withZone(ZoneOffset.UTC)
                .format(time);
    }

    static int env(Task task) throws IOException {
        Options options = Options.parse(task, "i0", "u", false);
        if (options == null) {
            return 1;
        }
        Map<String, String> variables = new LinkedHashMap<>(options.has('i') ? Map.of() : task.environment());
        options.values('u').forEach(variables::remove);
        int i = 0;
        List<String> rest = options.rest();
        while (i < rest.size() && rest.get(i).contains("=")) {
            int equals = rest.get(i).indexOf('=');
            variables.put(rest.get(i).substring(0, equals), rest.get(i).substring(equals + 1));
            i++;
        }
        if (i == rest.size()) {
            for (Map.Entry<String, String> entry : variables.entrySet()) {
                task.out().println(entry.getKey() + "=" + entry.getValue());
            }
            return 0;
        }
        List<String> words = rest.subList(i, rest.size());
        Loader.Executable found = Commands.find(task, words);
        if (found == null) {
            task.err().print("env: can't execute '" + words.get(0) + "': No such file or directory\n");
            return 127;
        }
        task.environment(variables);
        Task child = task.fork(found.words());
        return task.runInline(child, found.program());
    }

    static int printenv(Task task) throws IOException {
        if (task.arguments().size() < 2) {
            return env(task);
        }
        int status = 0;
        for (String name : task.arguments().subList(1, task.arguments().size())) {
            String value = task.environment().get(name);
            if (value == null) {
                status = 1;
            } else {
                task.out().println(value);
            }
        }
        return status;
    }

    static int date(Task task) throws IOException {
        Options options = Options.parse(task, "uRI", "dDrs", "date=d");
        if (options == null) {
            return 1;
        }
        Instant now = task.clock().now();
        String wanted = options.value('d', "");
        try {
            now = wanted.isEmpty() ? now : instant(wanted);
        } catch (java.time.DateTimeException | NumberFormatException e) {
            return Usage.error(task, "invalid date '" + wanted + "'");
        }
        String format = options.rest().isEmpty() ? "" : options.rest().get(0);
        if (options.has('R')) {
            format = "+%a, %d %b %Y %H:%M:%S %z";
        } else if (options.has('I')) {
            format = task.arguments().contains("-Iseconds") ? "+%Y-%m-%dT%H:%M:%S+00:00" : "+%Y-%m-%d";
        }
        task.out().println(strftime(format.isEmpty() ? "%a %b %e %H:%M:%S UTC %Y" : format.substring(1), now));
        return 0;
    }

    /** @param text {@code @SECONDS}, {@code YYYY-MM-DD} or {@code YYYY-MM-DD HH:MM:SS} */
    static Instant instant(String text) {
        if (text.startsWith("@")) {
            return Instant.ofEpochSecond(Long.parseLong(text.substring(1)));
        }
        return ZonedDateTime.parse(text.trim().replace(' ', 'T') + (text.contains(":") ? "Z" : "T00:00:00Z"))
                .toInstant();
    }

    private static String strftime(String format, Instant instant) {
        ZonedDateTime time = instant.atZone(ZoneOffset.UTC);
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%' || i + 1 == format.length()) {
                out.append(c);
                continue;
            }
            char kind = format.charAt(++i);
            out.append(
                    switch (kind) {
                        case 'Y' -> time.getYear();
                        case 'm' -> two(time.getMonthValue());
                        case 'd' -> two(time.getDayOfMonth());
                        case 'e' -> String.format("%2d", time.getDayOfMonth());
                        case 'C' -> two(time.getYear() / 100);
                        case 'H' -> two(time.getHour());
                        case 'k' -> String.format("%2d", time.getHour());
                        case 'l' -> String.format("%2d", (time.getHour() + 11) % 12 + 1);
                        case 'I' -> two((time.getHour() + 11) % 12 + 1);
                        case 'M' -> two(time.getMinute());
                        case 'S' -> two(time.getSecond());
                        case 'N' -> String.format("%09d", time.getNano());
                        case 's' -> instant.getEpochSecond();
                        case 'y' -> two(time.getYear() % 100);
                        case 'j' -> String.format("%03d", time.getDayOfYear());
                        case 'a' -> pattern("EEE", time);
                        case 'A' -> pattern("EEEE", time);
                        case 'b', 'h' -> pattern("MMM", time);
                        case 'B' -> pattern("MMMM", time);
                        case 'p' -> time.getHour() < 12 ? "AM" : "PM";
                        case 'u' -> time.getDayOfWeek().getValue();
                        case 'w' -> time.getDayOfWeek().getValue() % 7;
                        case 'z' -> "+0000";
                        case 'Z' -> "UTC";
                        case 'F' -> pattern("yyyy-MM-dd", time);
                        case 'T' -> pattern("HH:mm:ss", time);
                        case 'R' -> pattern("HH:mm", time);
                        case 'D' -> pattern("MM/dd/yy", time);
                        case 'c' -> pattern("EEE MMM d HH:mm:ss yyyy", time);
                        case 'n' -> "\n";
                        case 't' -> "\t";
                        case '%' -> "%";
                        default -> "%" + kind;
                    });
        }
        return out.toString();
    }

    private static String two(int number) {
        return String.format("%02d", number);
    }

    private static String pattern(String pattern, ZonedDateTime time) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(time);
    }

    static int id(Task task) throws IOException {
        Options options = Options.parse(task, "ugnGr", "");
        if (options == null) {
            return 1;
        }
        long uid = task.credentials().uid();
        long gid = task.credentials().gid();
        if (options.has('u') || options.has('g')) {
            long number = options.has('u') ? uid : gid;
            String name = options.has('u') ? Users.name(task, uid) : Users.group(task, gid);
            if (options.has('n') && name.equals(Long.toString(number))) {
                return Usage.error(task, "unknown ID " + number);
            }
            task.out().println(options.has('n') ? name : Long.toString(number));
            return 0;
        }
        String groups = task.credentials().groups().stream()
                .sorted()
                .map(each -> named(each, Users.group(task, each)))
                .collect(Collectors.joining(","));
        if (options.has('G')) {
            // The group of new files first.
            task.out()
                    .println(Stream.concat(
                                    Stream.of(gid),
                                    task.credentials().groups().stream()
                                            .filter(each -> each != gid)
                                            .sorted())
                            .map(String::valueOf)
                            .collect(Collectors.joining(" ")));
            return 0;
        }
        task.out()
                .println("uid=" + named(uid, Users.name(task, uid)) + " gid=" + named(gid, Users.group(task, gid))
                        + (groups.isEmpty() ? "" : " groups=" + groups));
        return 0;
    }

    private static String named(long number, String name) {
        return name.equals(Long.toString(number)) ? name : number + "(" + name + ")";
    }

    static int whoami(Task task) throws IOException {
        String name = Users.name(task, task.credentials().uid());
        if (name.equals(Long.toString(task.credentials().uid()))) {
            return Usage.error(task, "unknown uid " + name);
        }
        task.out().println(name);
        return 0;
    }

    static int uname(Task task) throws IOException {
        Options options = Options.parse(task, "amnrspvio", "");
        if (options == null) {
            return 1;
        }
        List<String> parts = new ArrayList<>();
        boolean all = options.has('a');
        if (all || options.has('s') || task.arguments().size() == 1) {
            parts.add("Linux");
        }
        if (all || options.has('n')) {
            parts.add(task.namespaces().hostname());
        }
        if (all || options.has('r')) {
            parts.add(NodeHardware.RELEASE);
        }
        if (all || options.has('v')) {
            parts.add(NodeHardware.VERSION);
        }
        if (all || options.has('m')) {
            parts.add("x86_64");
        }
        if (all || options.has('o')) {
            parts.add("GNU/Linux");
        }
        task.out().println(String.join(" ", parts));
        return 0;
    }

    static int free(Task task) throws IOException {
        Options options = Options.parse(task, "bkmgh", "");
        if (options == null) {
            return 1;
        }
        long unit = options.has('m') ? 1 << 20 : options.has('b') ? 1 : options.has('g') ? 1 << 30 : 1024;
        long total = NodeHardware.MEMORY_BYTES / unit;
        long used = task.namespaces().cgroup().memoryBytes() / unit;
        task.out().println("              total        used        free      shared  buff/cache   available");
        task.out()
                .println(String.format(
                        "Mem:     %10d  %10d  %10d  %10d  %10d  %10d", total, used, total - used, 0, 0, total - used));
        task.out().println(String.format("Swap:    %10d  %10d  %10d", 0, 0, 0));
        return 0;
    }

    static int mount(Task task) throws IOException {
        if (task.arguments().size() > 1) {
            return Usage.error(task, "permission denied (are you root?)");
        }
        for (Map.Entry<String, kubelab.containers.runtime.filesystem.Tree> mount :
                task.namespaces().files().mounts().entrySet()) {
            String[] words =
                    NodeHardware.mountLine(mount.getKey(), mount.getValue()).split(" ");
            task.out().println(words[0] + " on " + words[1] + " type " + words[2] + " (" + words[3] + ")");
        }
        return 0;
    }

    static int which(Task task) throws IOException {
        int status = 0;
        for (String name : task.arguments().subList(1, task.arguments().size())) {
            String path = Loader.search(task.files(), name, task.environment().getOrDefault("PATH", "/bin"));
            if (path == null || !task.files().may(path, 1)) {
                status = 1;
            } else {
                task.out().println(path);
            }
        }
        return status;
    }

    static int uptime(Task task) throws IOException {
        Duration up =
                Duration.between(task.namespaces().bootTime(), task.clock().now());
        task.out()
                .println(String.format(
                        " %s up %d min,  load average: 0.00, 0.00, 0.00",
                        pattern("HH:mm:ss", task.clock().now().atZone(ZoneOffset.UTC)), up.toMinutes()));
        return 0;
    }

    static int dd(Task task) throws IOException {
        String in = "-";
        String out = "";
        long size = 512;
        long count = Long.MAX_VALUE;
        boolean quiet = false;
        boolean truncate = true;
        for (String word : task.arguments().subList(1, task.arguments().size())) {
            int equals = word.indexOf('=');
            String value = word.substring(equals + 1);
            switch (equals < 0 ? word : word.substring(0, equals)) {
                case "if" -> in = value;
                case "of" -> out = value;
                case "bs" -> size = bytes(value);
                case "count" -> count = bytes(value);
                case "status" -> quiet = value.equals("none");
                case "conv" -> truncate = !value.contains("notrunc");
                default -> {}
            }
        }
        long full = 0;
        long partial = 0;
        long total = 0;
        OpenFile target = null;
        try (Lines source = Lines.open(task, in)) {
            if (!out.isEmpty()) {
                target = task.files().open(out, truncate ? OpenMode.WRITE : OpenMode.UPDATE);
            }
            byte[] block = new byte[(int) Math.min(size, 1 << 20)];
            long left = count == Long.MAX_VALUE ? Long.MAX_VALUE : count * size;
            while (left > 0) {
                int n = source.read(block, 0, (int) Math.min(block.length, left));
                if (n <= 0) {
                    break;
                }
                if (target == null) {
                    task.out().write(block, 0, n);
                } else {
                    target.write(block, 0, n);
                    task.charge(n / 2);
                }
                total += n;
                left -= n;
            }
            full = total / size;
            partial = total % size == 0 ? 0 : 1;
        } catch (FileException e) {
            task.out().flush();
            if (total == 0 && target == null) {
                return Usage.cannotOpen(task, out.isEmpty() ? in : task.files().exists(in) ? out : in, e);
            }
            task.err().print("dd: error writing '" + out + "': " + e.getMessage() + "\n");
            return 1;
        } finally {
            if (target != null) {
                target.release();
            }
        }
        task.out().flush();
        if (!quiet) {
            String records = full + "+" + partial;
            task.err()
                    .print(records + " records in\n" + records + " records out\n" + total + " bytes ("
                            + FileCommands.human(total) + "B) copied, 0.000100 seconds\n");
        }
        return 0;
    }

    private static long bytes(String text) {
        long factor =
                switch (text.charAt(text.length() - 1)) {
                    case 'k', 'K' -> 1024;
                    case 'M', 'm' -> 1 << 20;
                    case 'G', 'g' -> 1 << 30;
                    default -> 1;
                };
        return Long.parseLong(factor == 1 ? text : text.substring(0, text.length() - 1)) * factor;
    }

    static int digest(Task task, String algorithm) throws IOException {
        Options options = Options.parse(task, "csw", "");
        if (options == null) {
            return 1;
        }
        int status = 0;
        for (String path : options.rest().isEmpty() ? List.of("-") : options.rest()) {
            try (Lines file = Lines.open(task, path)) {
                MessageDigest digest = MessageDigest.getInstance(algorithm);
                byte[] block = new byte[16 * 1024];
                for (int n; (n = file.read(block, 0, block.length)) > 0; ) {
                    digest.update(block, 0, n);
                    task.charge(n * 3L);
                }
                task.out().println(HexFormat.of().formatHex(digest.digest()) + "  " + path);
            } catch (NoSuchAlgorithmException e) {
                return Usage.error(task, "not available");
            } catch (FileException e) {
                status = Usage.cannotOpen(task, path, e);
            }
        }
        return status;
    }

    static int base64(Task task) throws IOException {
        Options options = Options.parse(task, "di", "w");
        if (options == null) {
            return 1;
        }
        byte[] bytes;
        String path = options.rest().isEmpty() ? "-" : options.rest().get(0);
        try (Lines file = Lines.open(task, path)) {
            bytes = file.stream().readAllBytes();
        } catch (FileException e) {
            return Usage.cannotOpen(task, path, e);
        }
        if (options.has('d')) {
            try {
                task.out().write(Base64.getMimeDecoder().decode(bytes));
            } catch (IllegalArgumentException e) {
                return Usage.error(task, "truncated input");
            }
            return 0;
        }
        int width = Integer.parseInt(options.value('w', "76"));
        String text = width == 0
                ? Base64.getEncoder().encodeToString(bytes)
                : Base64.getMimeEncoder(width / 4 * 4, new byte[] {'\n'}).encodeToString(bytes) + "\n";
        task.out().print(text);
        return 0;
    }

    static int od(Task task) throws IOException {
        Options options = Options.parse(task, "cbxdoCv", "AtNjn");
        if (options == null) {
            return 1;
        }
        byte[] bytes;
        try (Lines file =
                Lines.open(task, options.rest().isEmpty() ? "-" : options.rest().get(0))) {
            bytes = file.stream().readAllBytes();
        }
        boolean hex = Usage.name(task).equals("hexdump") || Usage.name(task).equals("xxd");
        for (int i = 0; i < bytes.length; i += 16) {
            StringBuilder line = new StringBuilder(String.format(hex ? "%08x " : "%07o", i));
            StringBuilder text = new StringBuilder();
            for (int j = i; j < Math.min(bytes.length, i + 16); j++) {
                int b = bytes[j] & 0xff;
                line.append(
                        options.has('c') ? character(b) : hex ? String.format(" %02x", b) : String.format(" %03o", b));
                text.append(b >= 32 && b < 127 ? (char) b : '.');
            }
            task.out().println(options.has('C') ? String.format("%-58s  |%s|", line, text) : line.toString());
        }
        task.out().println(String.format(hex ? "%08x" : "%07o", bytes.length));
        return 0;
    }

    private static String character(int b) {
        return switch (b) {
            case 0 -> "  \\0";
            case '\n' -> "  \\n";
            case '\t' -> "  \\t";
            case '\r' -> "  \\r";
            default -> b >= 32 && b < 127 ? "   " + (char) b : String.format(" %03o", b);
        };
    }

    static int expr(Task task) throws IOException {
        List<String> words = task.arguments().subList(1, task.arguments().size());
        if (words.isEmpty()) {
            return Usage.fail(task, "expr", "EXPRESSION");
        }
        try {
            String value = new Expr(words).evaluate();
            task.out().println(value);
            return value.isEmpty() || value.equals("0") ? 1 : 0;
        } catch (IllegalArgumentException e) {
            task.err().print("expr: " + e.getMessage() + "\n");
            return 2;
        }
    }

    /** Precedence climbing over words. */
    private static final class Expr {
        private static final List<List<String>> LEVELS = List.of(
                List.of("|"),
                List.of("&"),
                List.of("=", "==", "!=", "<", "<=", ">", ">="),
                List.of("+", "-"),
                List.of("*", "/", "%"),
                List.of(":"));
        private final List<String> words;
        private int position;

        Expr(List<String> words) {
            this.words = words;
        }

        String evaluate() {
            String value = level(0);
            if (position < words.size()) {
                throw new IllegalArgumentException("syntax error");
            }
            return value;
        }

        private String level(int level) {
            if (level == LEVELS.size()) {
                return primary();
            }
            String left = level(level + 1);
            while (position < words.size() && LEVELS.get(level).contains(words.get(position))) {
                String operator = words.get(position++);
                left = apply(operator, left, level(level + 1));
            }
            return left;
        }

        private String primary() {
            if (position >= words.size()) {
                throw new IllegalArgumentException("syntax error");
            }
            String word = words.get(position++);
            if (word.equals("(")) {
                String value = level(0);
                position++;
                return value;
            }
            if (word.equals("length") && position < words.size()) {
                return Integer.toString(words.get(position++).length());
            }
            if (word.equals("substr") && position + 2 < words.size()) {
                String text = words.get(position);
                int begin = Integer.parseInt(words.get(position + 1)) - 1;
                int end = Math.min(text.length(), begin + Integer.parseInt(words.get(position + 2)));
                position += 3;
                return text.substring(begin, end);
            }
            return word;
        }

        private static String apply(String operator, String left, String right) {
            switch (operator) {
                case "|" -> {
                    return left.isEmpty() || left.equals("0") ? right : left;
                }
                case "&" -> {
                    return left.isEmpty() || left.equals("0") || right.isEmpty() || right.equals("0") ? "0" : left;
                }
                case ":" -> {
                    java.util.regex.Matcher matcher =
                            java.util.regex.Pattern.compile(Regex.basic(right)).matcher(left);
                    boolean found = matcher.lookingAt();
                    if (matcher.groupCount() > 0) {
                        String group = found ? matcher.group(1) : null;
                        return group == null ? "" : group;
                    }
                    return Integer.toString(found ? matcher.end() : 0);
                }
                default -> {}
            }
            boolean numbers = left.matches("-?\\d+") && right.matches("-?\\d+");
            if (LEVELS.get(2).contains(operator)) {
                int order = numbers ? Long.compare(Long.parseLong(left), Long.parseLong(right)) : left.compareTo(right);
                boolean value =
                        switch (operator) {
                            case "=", "==" -> order == 0;
                            case "!=" -> order != 0;
                            case "<" -> order < 0;
                            case "<=" -> order <= 0;
                            case ">" -> order > 0;
                            default -> order >= 0;
                        };
                return value ? "1" : "0";
            }
            if (!numbers) {
                throw new IllegalArgumentException("non-numeric argument");
            }
            long a = Long.parseLong(left);
            long b = Long.parseLong(right);
            if (b == 0 && (operator.equals("/") || operator.equals("%"))) {
                throw new IllegalArgumentException("division by zero");
            }
            return Long.toString(
                    switch (operator) {
                        case "+" -> a + b;
                        case "-" -> a - b;
                        case "*" -> a * b;
                        case "/" -> a / b;
                        default -> a % b;
                    });
        }
    }

    static int watch(Task task) throws IOException {
        Options options = Options.parse(task, "t", "n", false);
        if (options == null || options.rest().isEmpty()) {
            return 1;
        }
        List<String> command = List.of("sh", "-c", String.join(" ", options.rest()));
        long millis = (long) (Double.parseDouble(options.value('n', "2")) * 1000);
        while (true) {
            task.out()
                    .print("\033[H\033[JEvery " + options.value('n', "2") + "s: " + String.join(" ", options.rest())
                            + "\n\n");
            Commands.run(task, command);
            task.sleepQuietly(Duration.ofMillis(millis));
        }
    }
}
