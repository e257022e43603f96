package kubelab.containers.runtime.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import kubelab.containers.runtime.kernel.Task;

/** sort, uniq, comm, tac, rev, nl, fold, paste, cmp, diff. */
final class SortCommands {
    private SortCommands() {}

    private static List<String> lines(Task task, String path) throws IOException {
        List<String> all = new ArrayList<>();
        try (Lines file = Lines.open(task, path)) {
            long size = 0;
            for (String line; (line = file.next()) != null; ) {
                all.add(line);
                size += line.length() + Lines.OVERHEAD;
                if (all.size() % 1024 == 0) {
                    task.memory(512 * 1024 + size);
                }
            }
        }
        return all;
    }

    static int sort(Task task) throws IOException {
        Options options = Options.parse(task, "nrufbdgMcshVz", "kto");
        if (options == null) {
            return 1;
        }
        List<String> all = new ArrayList<>();
        long[] size = new long[1];
        int status = Lines.forEach(task, options.rest(), line -> {
            size[0] += line.length() + Lines.OVERHEAD;
            if (all.size() % 1024 == 0) {
                task.memory(512 * 1024 + size[0]);
            }
            return all.add(line);
        });
        boolean numeric = options.has('n') || options.has('g') || options.has('h');
        Comparator<String> order = null;
        String separator = options.value('t', "");
        for (String key : options.values('k')) {
            boolean keyNumeric = numeric || key.contains("n");
            Comparator<String> one =
                    Comparator.comparing(line -> field(line, key, separator), by(keyNumeric, options.has('f')));
            if (key.contains("r")) {
                one = one.reversed();
            }
            order = order == null ? one : order.thenComparing(one);
        }
        if (order == null) {
            order = by(numeric, options.has('f'));
        }
        Comparator<String> whole =
                options.has('u') || options.has('s') ? order : order.thenComparing(Comparator.naturalOrder());
        if (options.has('r')) {
            whole = whole.reversed();
        }
        if (options.has('c')) {
            for (int i = 1; i < all.size(); i++) {
                if (whole.compare(all.get(i - 1), all.get(i)) > 0) {
                    return 1;
                }
            }
            return 0;
        }
        all.sort(whole);
        StringBuilder text = new StringBuilder();
        String before = null;
        for (String line : all) {
            if (options.has('u') && before != null && order.compare(before, line) == 0) {
                continue;
            }
            text.append(line).append('\n');
            before = line;
        }
        if (options.has('o')) {
            task.files()
                    .write(options.value('o', ""), text.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
        } else {
            task.out().print(text.toString());
        }
        return status;
    }

    private static Comparator<String> by(boolean numeric, boolean fold) {
        if (numeric) {
            return Comparator.comparingDouble(SortCommands::number);
        }
        return fold ? String.CASE_INSENSITIVE_ORDER : Comparator.naturalOrder();
    }

    private static double number(String text) {
        java.util.regex.Matcher matcher =
                java.util.regex.Pattern.compile("^\\s*(-?\\d+(\\.\\d+)?)").matcher(text);
        return matcher.find() ? Double.parseDouble(matcher.group(1)) : 0;
    }

    private static String field(String line, String key, String separator) {
        String[] ends = key.split(",");
        int first = Integer.parseInt(ends[0].replaceAll("[^0-9].*", ""));
        int last = ends.length > 1 ? Integer.parseInt(ends[1].replaceAll("[^0-9].*", "")) : Integer.MAX_VALUE;
        String[] fields = separator.isEmpty()
                ? line.trim().split("\\s+")
                : line.split(java.util.regex.Pattern.quote(separator), -1);
        StringBuilder text = new StringBuilder();
        for (int i = first; i <= Math.min(last, fields.length); i++) {
            text.append(i > first ? " " : "").append(fields[i - 1]);
        }
        return text.toString();
    }

    static int uniq(Task task) throws IOException {
        Options options = Options.parse(task, "cdui", "fsw");
        if (options == null) {
            return 1;
        }
        List<String> all =
                lines(task, options.rest().isEmpty() ? "-" : options.rest().get(0));
        int i = 0;
        while (i < all.size()) {
            int j = i + 1;
            while (j < all.size()
                    && (options.has('i')
                            ? all.get(i).equalsIgnoreCase(all.get(j))
                            : all.get(i).equals(all.get(j)))) {
                j++;
            }
            int count = j - i;
            if ((!options.has('d') || count > 1) && (!options.has('u') || count == 1)) {
                task.out().println((options.has('c') ? String.format("%7d ", count) : "") + all.get(i));
            }
            i = j;
        }
        return 0;
    }

    static int tac(Task task) throws IOException {
        List<String> all = new ArrayList<>();
        int status =
                Lines.forEach(task, task.arguments().subList(1, task.arguments().size()), line -> all.add(line));
        Collections.reverse(all);
        for (String line : all) {
            task.out().println(line);
        }
        return status;
    }

    static int rev(Task task) throws IOException {
        return Lines.forEach(task, task.arguments().subList(1, task.arguments().size()), line -> {
            task.out().println(new StringBuilder(line).reverse().toString());
            return true;
        });
    }

    static int nl(Task task) throws IOException {
        int[] number = {0};
        return Lines.forEach(task, task.arguments().subList(1, task.arguments().size()), line -> {
            task.out().println(line.isEmpty() ? "       " : String.format("%6d\t%s", ++number[0], line));
            return true;
        });
    }

    static int fold(Task task) throws IOException {
        Options options = Options.parse(task, "bs", "w");
        if (options == null) {
            return 1;
        }
        int width = Integer.parseInt(options.value('w', "80"));
        return Lines.forEach(task, options.rest(), line -> {
            for (int i = 0; i < line.length(); i += width) {
                task.out().println(line.substring(i, Math.min(line.length(), i + width)));
            }
            if (line.isEmpty()) {
                task.out().println("");
            }
            return true;
        });
    }

    static int paste(Task task) throws IOException {
        Options options = Options.parse(task, "s", "d");
        if (options == null) {
            return 1;
        }
        String delimiter = Escapes.expand(options.value('d', "\t"), false).text();
        List<List<String>> files = new ArrayList<>();
        for (String path : options.rest().isEmpty() ? List.of("-") : options.rest()) {
            files.add(lines(task, path));
        }
        if (options.has('s')) {
            for (List<String> file : files) {
                task.out().println(String.join(delimiter, file));
            }
            return 0;
        }
        int longest = files.stream().mapToInt(List::size).max().orElse(0);
        for (int i = 0; i < longest; i++) {
            List<String> row = new ArrayList<>();
            for (List<String> file : files) {
                row.add(i < file.size() ? file.get(i) : "");
            }
            task.out().println(String.join(delimiter, row));
        }
        return 0;
    }

    static int comm(Task task) throws IOException {
        Options options = Options.parse(task, "123", "");
        if (options == null || options.rest().size() != 2) {
            return 1;
        }
        List<String> one = lines(task, options.rest().get(0));
        List<String> two = lines(task, options.rest().get(1));
        LinkedHashSet<String> union = new LinkedHashSet<>(one);
        union.addAll(two);
        for (String line : union.stream().sorted().toList()) {
            boolean first = one.contains(line);
            boolean second = two.contains(line);
            char column = first && second ? '3' : first ? '1' : '2';
            if (!options.has(column)) {
                String indent = column == '1'
                        ? ""
                        : column == '2'
                                ? (options.has('1') ? "" : "\t")
                                : (options.has('1') ? "" : "\t") + (options.has('2') ? "" : "\t");
                task.out().println(indent + line);
            }
        }
        return 0;
    }

    static int cmp(Task task) throws IOException {
        Options options = Options.parse(task, "s", "");
        if (options == null || options.rest().size() < 2) {
            return 2;
        }
        String left = options.rest().get(0);
        String right = options.rest().get(1);
        byte[] one = task.files().readAll(left);
        byte[] two = task.files().readAll(right);
        int at = java.util.Arrays.mismatch(one, two);
        if (at < 0) {
            return 0;
        }
        if (!options.has('s')) {
            if (at >= Math.min(one.length, two.length)) {
                task.err().print("cmp: EOF on " + (one.length < two.length ? left : right) + "\n");
            } else {
                int line = 1;
                for (int i = 0; i < at; i++) {
                    line += one[i] == '\n' ? 1 : 0;
                }
                task.out().println(left + " " + right + " differ: char " + (at + 1) + ", line " + line);
            }
        }
        return 1;
    }

    /** Unified, as busybox has it, with all lines as context of one hunk. */
    static int diff(Task task) throws IOException {
        Options options = Options.parse(task, "qurNbBai", "U");
        if (options == null || options.rest().size() < 2) {
            return 2;
        }
        String left = options.rest().get(0);
        String right = options.rest().get(1);
        List<String> one;
        List<String> two;
        try {
            one = lines(task, left);
            two = lines(task, right);
        } catch (kubelab.containers.runtime.filesystem.FileException e) {
            task.err()
                    .print("diff: can't stat '" + (task.files().exists(left) ? right : left) + "': " + e.getMessage()
                            + "\n");
            return 2;
        }
        if (one.equals(two)) {
            return 0;
        }
        if (options.has('q')) {
            task.out().println("Files " + left + " and " + right + " differ");
            return 1;
        }
        int[][] common = new int[one.size() + 1][two.size() + 1];
        for (int i = one.size() - 1; i >= 0; i--) {
            for (int j = two.size() - 1; j >= 0; j--) {
                common[i][j] = one.get(i).equals(two.get(j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        StringBuilder body = new StringBuilder();
        int i = 0;
        int j = 0;
        while (i < one.size() || j < two.size()) {
            if (i < one.size() && j < two.size() && one.get(i).equals(two.get(j))) {
                body.append(' ').append(one.get(i++)).append('\n');
                j++;
            } else if (i < one.size() && (j >= two.size() || common[i + 1][j] >= common[i][j + 1])) {
                body.append('-').append(one.get(i++)).append('\n');
            } else {
                body.append('+').append(two.get(j++)).append('\n');
            }
        }
        task.out()
                .print("--- " + left + "\n+++ " + right + "\n@@ -" + range(one.size()) + " +" + range(two.size())
                        + " @@\n" + body);
        return 1;
    }

    private static String range(int lines) {
        return lines == 1 ? "1" : (lines == 0 ? "0" : "1") + "," + lines;
    }
}
