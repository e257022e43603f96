package kubelab.containers.runtime.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import kubelab.containers.runtime.kernel.Task;

/**
 * {@code awk}: the values and fields that a program works on; {@link AwkParser} turns its text into closures over this.
 *
 * <p>Simplified: no user functions, no getline, no output to files or pipes.
 */
final class Awk {
    private final Task task;
    private final Map<String, String> variables = new HashMap<>();
    private final Map<String, Map<String, String>> arrays = new HashMap<>();
    private List<String> fields = new ArrayList<>(List.of(""));

    private Awk(Task task) {
        this.task = task;
        variables.putAll(Map.of("FS", " ", "OFS", " ", "ORS", "\n", "NR", "0", "NF", "0", "SUBSEP", "\034"));
    }

    /** Leaves loops, the record or the program. */
    static final class Leave extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final String how;
        private final int code;

        Leave(String how, int code) {
            super(null, null, false, false);
            this.how = how;
            this.code = code;
        }

        String how() {
            return how;
        }
    }

    static int main(Task task) throws IOException {
        Options options = Options.parse(task, "", "Fvf", false);
        if (options == null) {
            return 1;
        }
        Awk awk = new Awk(task);
        List<String> rest = new ArrayList<>(options.rest());
        awk.variables.put("FS", Escapes.expand(options.value('F', " "), false).text());
        options.values('v').forEach(awk::assignment);
        String text =
                options.has('f') ? task.files().readText(options.value('f', "")) : rest.isEmpty() ? "" : rest.remove(0);
        if (text.isEmpty()) {
            return Usage.fail(task, "awk", "[OPTIONS] [AWK_PROGRAM] [FILE]...");
        }
        List<AwkParser.Rule> rules;
        try {
            rules = new AwkParser(awk, text).rules();
        } catch (IllegalArgumentException mistake) {
            task.err().print("awk: cmd. line:1: " + mistake.getMessage() + "\n");
            return 1;
        }
        return awk.run(rules, rest);
    }

    private void assignment(String text) {
        int equals = text.indexOf('=');
        variables.put(
                text.substring(0, equals),
                Escapes.expand(text.substring(equals + 1), false).text());
    }

    private int run(List<AwkParser.Rule> rules, List<String> files) throws IOException {
        int status = 0;
        try {
            for (AwkParser.Rule rule : rules) {
                if (rule.kind().equals("BEGIN")) {
                    rule.body().run();
                }
            }
            boolean reads = rules.stream().anyMatch(rule -> !rule.kind().equals("BEGIN"));
            if (reads) {
                status = Lines.forEach(task, files, line -> {
                    record(rules, line);
                    return true;
                });
            }
        } catch (Leave leave) {
            status = leave.code;
        }
        try {
            for (AwkParser.Rule rule : rules) {
                if (rule.kind().equals("END")) {
                    rule.body().run();
                }
            }
        } catch (Leave leave) {
            status = leave.code;
        }
        return status;
    }

    private void record(List<AwkParser.Rule> rules, String line) throws IOException {
        task.charge(5_000);
        variables.put("NR", text(number(get("NR")) + 1));
        split(line);
        try {
            for (AwkParser.Rule rule : rules) {
                if (rule.kind().isEmpty() && rule.matches()) {
                    rule.body().run();
                }
            }
        } catch (Leave leave) {
            if (!leave.how.equals("next")) {
                throw leave;
            }
        }
    }

    private void split(String line) {
        fields = new ArrayList<>();
        fields.add(line);
        fields.addAll(pieces(line, get("FS")));
        variables.put("NF", Integer.toString(fields.size() - 1));
    }

    static List<String> pieces(String text, String separator) {
        if (text.isEmpty() || separator.equals(" ") && text.isBlank()) {
            return List.of();
        }
        return separator.equals(" ")
                ? List.of(text.trim().split("[ \t\n]+"))
                : List.of(
                        text.split(separator.length() == 1 ? Pattern.quote(separator) : Regex.extended(separator), -1));
    }

    String field(int index) {
        return index < fields.size() ? fields.get(index) : "";
    }

    void field(int index, String value) {
        if (index == 0) {
            split(value);
            return;
        }
        while (fields.size() <= index) {
            fields.add("");
        }
        fields.set(index, value);
        fields.set(0, String.join(get("OFS"), fields.subList(1, fields.size())));
        variables.put("NF", Integer.toString(fields.size() - 1));
    }

    String get(String name) {
        return variables.getOrDefault(name, "");
    }

    void set(String name, String value) {
        variables.put(name, value);
    }

    Map<String, String> array(String name) {
        return arrays.computeIfAbsent(name, n -> new java.util.LinkedHashMap<>());
    }

    void print(String text) throws IOException {
        task.out().print(text);
    }

    String format(List<String> values) throws IOException {
        return Printf.text(task, values.get(0), values.subList(1, values.size()));
    }

    static double number(String text) {
        java.util.regex.Matcher matcher = Pattern.compile("^\\s*([-+]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][-+]?\\d+)?)")
                .matcher(text);
        return matcher.find() ? Double.parseDouble(matcher.group(1)) : 0;
    }

    static boolean looksNumeric(String text) {
        return text.matches("\\s*[-+]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][-+]?\\d+)?\\s*");
    }

    static String text(double number) {
        if (number == Math.rint(number) && Math.abs(number) < 1e15) {
            return Long.toString((long) number);
        }
        String text = String.format(Locale.ROOT, "%.6g", number);
        return text.contains("e") || !text.contains(".")
                ? text
                : text.replaceAll("0+$", "").replaceAll("\\.$", "");
    }
}
