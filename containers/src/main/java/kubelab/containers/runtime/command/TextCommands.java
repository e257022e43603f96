package kubelab.containers.runtime.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kubelab.containers.runtime.filesystem.FileException;
import kubelab.containers.runtime.kernel.Task;
import kubelab.containers.runtime.shell.Glob;

/** cat, head, tail, wc, grep, cut, tr and others that pass lines on. */
final class TextCommands {
    private static final int BLOCK = 16 * 1024;

    private TextCommands() {}

    static int cat(Task task) throws IOException {
        Options options = Options.parse(task, "nbvteA", "");
        if (options == null) {
            return 1;
        }
        if (options.has('n')) {
            int[] number = {0};
            return Lines.forEach(task, options.rest(), line -> {
                task.out().println(String.format("%6d\t%s", ++number[0], line));
                return true;
            });
        }
        int status = 0;
        byte[] block = new byte[BLOCK];
        for (String path : options.rest().isEmpty() ? List.of("-") : options.rest()) {
            try (Lines file = Lines.open(task, path)) {
                for (int n; (n = file.read(block, 0, BLOCK)) > 0; ) {
                    task.out().write(block, 0, n);
                    task.out().flush();
                }
            } catch (FileException e) {
                String verb = e.errno() == kubelab.containers.runtime.filesystem.Errno.EISDIR ? "read error: " : "";
                status = verb.isEmpty() ? Usage.cannotOpen(task, path, e) : Usage.error(task, verb + e.getMessage());
            }
        }
        return status;
    }

    static int head(Task task) throws IOException {
        List<String> words = new ArrayList<>(task.arguments());
        if (words.size() > 1 && words.get(1).matches("-\\d+")) {
            words.set(1, "-n" + words.get(1).substring(1));
            task.rename(words);
        }
        Options options = Options.parse(task, "qv", "nc");
        if (options == null) {
            return 1;
        }
        boolean bytes = options.has('c');
        long count = count(bytes ? options.value('c', "10") : options.value('n', "10"));
        int status = 0;
        boolean first = true;
        List<String> paths = options.rest().isEmpty() ? List.of("-") : options.rest();
        for (String path : paths) {
            try (Lines file = Lines.open(task, path)) {
                if ((paths.size() > 1 || options.has('v')) && !options.has('q')) {
                    task.out()
                            .print((first ? "" : "\n") + "==> " + (path.equals("-") ? "standard input" : path)
                                    + " <==\n");
                }
                first = false;
                headOf(task, file, bytes, count);
            } catch (FileException e) {
                task.err().print("head: " + path + ": " + e.getMessage() + "\n");
                status = 1;
            }
        }
        return status;
    }

    private static void headOf(Task task, Lines file, boolean bytes, long count) throws IOException {
        if (bytes) {
            byte[] block = new byte[BLOCK];
            long left = count;
            while (left > 0) {
                int n = file.read(block, 0, (int) Math.min(BLOCK, left));
                if (n <= 0) {
                    return;
                }
                task.out().write(block, 0, n);
                left -= n;
            }
            return;
        }
        if (count < 0) {
            List<String> all = new ArrayList<>();
            for (String line; (line = file.next()) != null; ) {
                all.add(line);
            }
            for (int i = 0; i < all.size() + count; i++) {
                task.out().println(all.get(i));
            }
            return;
        }
        for (long i = 0; i < count; i++) {
            String line = file.next();
            if (line == null) {
                return;
            }
            task.out().print(file.lastHadEnd() ? line + "\n" : line);
        }
    }

    private static long count(String text) {
        long factor =
                switch (text.charAt(text.length() - 1)) {
                    case 'k', 'K' -> 1024;
                    case 'm', 'M' -> 1 << 20;
                    case 'g', 'G' -> 1 << 30;
                    case 'b' -> 512;
                    default -> 1;
                };
        return Long.parseLong(factor == 1 ? text : text.substring(0, text.length() - 1)) * factor;
    }

    static int tail(Task task) throws IOException {
        List<String> words = new ArrayList<>(task.arguments());
        if (words.size() > 1 && words.get(1).matches("[-+]\\d+")) {
            words.set(1, "-n" + words.get(1).replace("-", ""));
            task.rename(words);
        }
        Options options = Options.parse(task, "fFqvr", "ncs");
        if (options == null) {
            return 1;
        }
        boolean bytes = options.has('c');
        String amount = bytes ? options.value('c', "10") : options.value('n', "10");
        boolean fromStart = amount.startsWith("+");
        long count = Math.abs(count(fromStart ? amount.substring(1) : amount));
        boolean follow = options.has('f') || options.has('F');
        int status = 0;
        List<String> paths = options.rest().isEmpty() ? List.of("-") : options.rest();
        boolean first = true;
        for (String path : paths) {
            try (Lines file = Lines.open(task, path)) {
                if (paths.size() > 1 && !options.has('q')) {
                    task.out().print((first ? "" : "\n") + "==> " + path + " <==\n");
                }
                first = false;
                tailOf(task, file, bytes, fromStart, count);
                task.out().flush();
                if (follow && paths.size() == 1) {
                    followFile(task, file);
                }
            } catch (FileException e) {
                task.err().print("tail: can't open '" + path + "': " + e.getMessage() + "\n");
                if (paths.size() == 1) {
                    task.err().print("tail: no files\n");
                }
                status = 1;
            }
        }
        return status;
    }

    private static void tailOf(Task task, Lines file, boolean bytes, boolean fromStart, long count) throws IOException {
        if (bytes) {
            byte[] all = file.stream().readAllBytes();
            int begin =
                    (int) (fromStart ? Math.min(all.length, Math.max(0, count - 1)) : Math.max(0, all.length - count));
            task.out().write(all, begin, all.length - begin);
            return;
        }
        Deque<String> last = new ArrayDeque<>();
        long number = 0;
        long held = 0;
        boolean ended = true;
        for (String line; (line = file.next()) != null; ) {
            ended = file.lastHadEnd();
            number++;
            if (fromStart) {
                if (number >= count) {
                    task.out().print(ended ? line + "\n" : line);
                }
                continue;
            }
            last.add(line);
            held += line.length() + Lines.OVERHEAD;
            if (last.size() > count) {
                held -= last.remove().length() + Lines.OVERHEAD;
            }
            if (number % 1024 == 0 || line.length() > 1 << 16) {
                task.memory(512 * 1024 + held);
            }
        }
        while (!last.isEmpty()) {
            String line = last.remove();
            task.out().print(!last.isEmpty() || ended ? line + "\n" : line);
        }
    }

    private static void followFile(Task task, Lines file) throws IOException {
        byte[] block = new byte[BLOCK];
        while (true) {
            int n = file.read(block, 0, BLOCK);
            if (n > 0) {
                task.out().write(block, 0, n);
                task.out().flush();
            } else {
                task.sleepQuietly(Duration.ofSeconds(1));
            }
        }
    }

    static int wc(Task task) throws IOException {
        Options options = Options.parse(task, "lwcmL", "");
        if (options == null) {
            return 1;
        }
        boolean all = !options.has('l') && !options.has('w') && !options.has('c') && !options.has('m');
        List<String> paths = options.rest().isEmpty() ? List.of("") : options.rest();
        long[] total = new long[3];
        int status = 0;
        boolean alone = options.rest().isEmpty()
                && (options.has('l') ? 1 : 0)
                                + (options.has('w') ? 1 : 0)
                                + (options.has('c') || options.has('m') ? 1 : 0)
                        == 1;
        for (String path : paths) {
            long[] counts = new long[3];
            try (Lines file = Lines.open(task, path.isEmpty() ? "-" : path)) {
                byte[] block = new byte[BLOCK];
                boolean inWord = false;
                for (int n; (n = file.read(block, 0, BLOCK)) > 0; ) {
                    for (int i = 0; i < n; i++) {
                        counts[0] += block[i] == '\n' ? 1 : 0;
                        boolean space = block[i] == ' ' || block[i] >= 9 && block[i] <= 13;
                        counts[1] += !space && !inWord ? 1 : 0;
                        inWord = !space;
                    }
                    counts[2] += n;
                }
            } catch (FileException e) {
                status = Usage.cannotOpen(task, path, e);
                continue;
            }
            for (int i = 0; i < 3; i++) {
                total[i] += counts[i];
            }
            printCounts(task, options, all, alone || paths.size() == 1 && !all && single(options), counts, path);
        }
        if (paths.size() > 1) {
            printCounts(task, options, all, false, total, "total");
        }
        return status;
    }

    private static boolean single(Options options) {
        return (options.has('l') ? 1 : 0) + (options.has('w') ? 1 : 0) + (options.has('c') || options.has('m') ? 1 : 0)
                == 1;
    }

    private static void printCounts(Task task, Options options, boolean all, boolean bare, long[] counts, String path)
            throws IOException {
        StringBuilder text = new StringBuilder();
        String flags = "lwc";
        for (int i = 0; i < 3; i++) {
            if (all || options.has(flags.charAt(i)) || i == 2 && options.has('m')) {
                text.append(text.length() > 0 ? " " : "")
                        .append(bare ? Long.toString(counts[i]) : String.format("%9d", counts[i]));
            }
        }
        task.out().println(text + (path.isEmpty() ? "" : " " + path));
    }

    static int grep(Task task) throws IOException {
        Options options = Options.parse(task, "EFivnclLqoswxhHrRaI", "eAmBCf", "include=e");
        if (options == null) {
            return 2;
        }
        List<String> rest = new ArrayList<>(options.rest());
        List<String> patterns = new ArrayList<>(options.values('e'));
        if (patterns.isEmpty()) {
            if (rest.isEmpty()) {
                Usage.fail(
                        task,
                        "grep",
                        "[-HhnlLoqvsrRiwFE] [-m N] [-A|B|C N] { PATTERN | -e PATTERN... | -f FILE... } [FILE]...");
                return 2;
            }
            patterns.add(rest.remove(0));
        }
        boolean extended = options.has('E') || Usage.name(task).equals("egrep");
        boolean fixed = options.has('F') || Usage.name(task).equals("fgrep");
        StringBuilder regex = new StringBuilder();
        for (String pattern : patterns) {
            for (String each : pattern.split("\n", -1)) {
                String one = fixed ? Pattern.quote(each) : extended ? Regex.extended(each) : Regex.basic(each);
                if (options.has('x')) {
                    one = "^(?:" + one + ")$";
                } else if (options.has('w')) {
                    one = "(?<!\\w)(?:" + one + ")(?!\\w)";
                }
                regex.append(regex.length() > 0 ? "|" : "").append(one);
            }
        }
        Pattern compiled = Pattern.compile(regex.toString(), options.has('i') ? Pattern.CASE_INSENSITIVE : 0);
        List<String> paths = new ArrayList<>();
        boolean recursive = options.has('r') || options.has('R');
        for (String path : rest.isEmpty() ? List.of(recursive ? "." : "-") : rest) {
            if (recursive) {
                FileCommands.walk(task, path, paths);
            } else {
                paths.add(path);
            }
        }
        return new Grep(task, options, compiled, paths.size() > 1 || recursive).run(paths);
    }

    static int cut(Task task) throws IOException {
        Options options = Options.parse(task, "sn", "dfcb", "delimiter=d");
        if (options == null) {
            return 1;
        }
        String list = options.value('f', options.value('c', options.value('b', "")));
        if (list.isEmpty()) {
            return Usage.error(task, "expected a list of bytes, characters, or fields");
        }
        List<int[]> ranges = new ArrayList<>();
        for (String part : list.split(",")) {
            int dash = part.indexOf('-');
            int low = dash == 0 ? 1 : Integer.parseInt(dash < 0 ? part : part.substring(0, dash));
            int high = dash < 0
                    ? low
                    : dash == part.length() - 1 ? Integer.MAX_VALUE : Integer.parseInt(part.substring(dash + 1));
            ranges.add(new int[] {low, high});
        }
        String delimiter = options.value('d', "\t");
        return Lines.forEach(task, options.rest(), line -> {
            StringBuilder out = new StringBuilder();
            if (!options.has('f')) {
                for (int i = 1; i <= line.length(); i++) {
                    if (inRanges(ranges, i)) {
                        out.append(line.charAt(i - 1));
                    }
                }
            } else if (line.contains(delimiter)) {
                String[] fields = line.split(Pattern.quote(delimiter), -1);
                boolean any = false;
                for (int i = 1; i <= fields.length; i++) {
                    if (inRanges(ranges, i)) {
                        out.append(any ? delimiter : "").append(fields[i - 1]);
                        any = true;
                    }
                }
            } else if (options.has('s')) {
                return true;
            } else {
                out.append(line);
            }
            task.out().println(out.toString());
            return true;
        });
    }

    private static boolean inRanges(List<int[]> ranges, int index) {
        return ranges.stream().anyMatch(range -> index >= range[0] && index <= range[1]);
    }

    static int tr(Task task) throws IOException {
        Options options = Options.parse(task, "dscC", "", false);
        if (options == null || options.rest().isEmpty()) {
            return options == null ? 1 : Usage.fail(task, "tr", "[-cds] STRING1 [STRING2]");
        }
        String from = set(options.rest().get(0));
        String to = options.rest().size() > 1 ? set(options.rest().get(1)) : "";
        boolean complement = options.has('c') || options.has('C');
        boolean delete = options.has('d');
        boolean squeeze = options.has('s');
        byte[] block = new byte[BLOCK];
        int last = -1;
        try (Lines in = Lines.open(task, "-")) {
            for (int n; (n = in.read(block, 0, BLOCK)) > 0; ) {
                StringBuilder out = new StringBuilder();
                for (int i = 0; i < n; i++) {
                    char c = (char) (block[i] & 0xff);
                    int index = complement ? (from.indexOf(c) < 0 ? Integer.MAX_VALUE : -1) : from.indexOf(c);
                    if (index >= 0 && delete) {
                        continue;
                    }
                    char mapped = index < 0 || to.isEmpty() || delete ? c : to.charAt(Math.min(index, to.length() - 1));
                    boolean squeezable = to.isEmpty() || delete ? index >= 0 || to.indexOf(mapped) >= 0 : index >= 0;
                    if (squeeze && squeezable && mapped == last) {
                        continue;
                    }
                    last = mapped;
                    out.append(mapped);
                }
                task.out().write(out.toString().getBytes(StandardCharsets.ISO_8859_1));
                task.out().flush();
            }
        }
        return 0;
    }

    private static String set(String text) {
        String expanded = Escapes.expand(text, false).text();
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < expanded.length(); i++) {
            if (expanded.startsWith("[:", i)) {
                int end = expanded.indexOf(":]", i);
                if (end > 0) {
                    String name = expanded.substring(i + 2, end);
                    for (char c = 0; c < 128; c++) {
                        if (Glob.inClass(name, c)) {
                            all.append(c);
                        }
                    }
                    i = end + 1;
                    continue;
                }
            }
            if (i + 2 < expanded.length() && expanded.charAt(i + 1) == '-') {
                for (char c = expanded.charAt(i); c <= expanded.charAt(i + 2); c++) {
                    all.append(c);
                }
                i += 2;
                continue;
            }
            all.append(expanded.charAt(i));
        }
        return all.toString();
    }

    /** grep over its files. */
    private static final class Grep {
        private final Task task;
        private final Options options;
        private final Pattern pattern;
        private final boolean names;
        private boolean any;

        Grep(Task task, Options options, Pattern pattern, boolean many) {
            this.task = task;
            this.options = options;
            this.pattern = pattern;
            this.names = options.has('H') || many && !options.has('h');
        }

        int run(List<String> paths) throws IOException {
            boolean failed = false;
            for (String path : paths) {
                try (Lines file = Lines.open(task, path)) {
                    if (search(file, path.equals("-") ? "(standard input)" : path)) {
                        return 0;
                    }
                } catch (FileException e) {
                    if (!options.has('s')) {
                        task.err().print("grep: " + path + ": " + e.getMessage() + "\n");
                    }
                    failed = true;
                }
            }
            return failed ? 2 : any ? 0 : 1;
        }

        /** @return whether nothing more is asked for */
        private boolean search(Lines file, String path) throws IOException {
            int before = Integer.parseInt(options.value('B', options.value('C', "0")));
            int after = Integer.parseInt(options.value('A', options.value('C', "0")));
            int most = Integer.parseInt(options.value('m', "-1"));
            Deque<String> earlier = new ArrayDeque<>();
            int number = 0;
            int found = 0;
            int trailing = 0;
            for (String line; (line = file.next()) != null; ) {
                number++;
                Matcher matcher = pattern.matcher(line);
                boolean hit = matcher.find() != options.has('v');
                if (!hit) {
                    if (trailing > 0) {
                        trailing--;
                        print(path, number, '-', line);
                    } else if (before > 0) {
                        earlier.add(line);
                        if (earlier.size() > before) {
                            earlier.remove();
                        }
                    }
                    continue;
                }
                any = true;
                found++;
                if (options.has('q')) {
                    return true;
                }
                if (options.has('l') || options.has('L')) {
                    break;
                }
                if (!options.has('c')) {
                    int start = number - earlier.size();
                    while (!earlier.isEmpty()) {
                        print(path, start++, '-', earlier.remove());
                    }
                    if (options.has('o') && !options.has('v')) {
                        do {
                            if (!matcher.group().isEmpty()) {
                                print(path, number, ':', matcher.group());
                            }
                        } while (matcher.find());
                    } else {
                        print(path, number, ':', line);
                    }
                    trailing = after;
                }
                if (found == most) {
                    break;
                }
            }
            if (options.has('c')) {
                task.out().println((names ? path + ":" : "") + found);
            }
            if (options.has('l') && found > 0 || options.has('L') && found == 0) {
                task.out().println(path);
            }
            return false;
        }

        private void print(String path, int number, char mark, String line) throws IOException {
            task.out().println((names ? path + mark : "") + (options.has('n') ? "" + number + mark : "") + line);
            if (task.arguments().contains("--line-buffered")) {
                task.out().flush();
            }
        }
    }
}
