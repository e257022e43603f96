package kubelab.containers.runtime.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kubelab.containers.runtime.filesystem.FileException;
import kubelab.containers.runtime.kernel.Task;
import org.jspecify.annotations.Nullable;

/** {@code sed} with s, d, p, q, y, a, i, c, =, n and addresses. */
final class Sed {
    private final Task task;
    private final boolean extended;
    private final boolean silent;
    private final List<Rule> rules = new ArrayList<>();
    private StringBuilder out = new StringBuilder();

    private Sed(Task task, boolean extended, boolean silent) {
        this.task = task;
        this.extended = extended;
        this.silent = silent;
    }

    /** @param line 0 when the address is no number; -1 for the last line */
    private record Address(int line, @Nullable Pattern pattern) {}

    private static final class Rule {
        @Nullable
        Address from;

        @Nullable
        Address to;

        boolean negated;
        boolean active;
        char command;
        String text = "";

        @Nullable
        Pattern pattern;

        String replacement = "";
        String flags = "";
        int depth;
    }

    static int main(Task task) throws IOException {
        Options options =
                Options.parse(task, "nrEiszu", "ef", "expression=e", "quiet=n", "in-place=i", "regexp-extended=E");
        if (options == null) {
            return 1;
        }
        List<String> rest = new ArrayList<>(options.rest());
        List<String> scripts = new ArrayList<>(options.values('e'));
        for (String file : options.values('f')) {
            scripts.add(task.files().readText(file));
        }
        if (scripts.isEmpty()) {
            if (rest.isEmpty()) {
                return Usage.fail(task, "sed", "[-i[SFX]] [-nrE] [-f FILE]... [-e CMD]... [FILE]...");
            }
            scripts.add(rest.remove(0));
        }
        Sed sed = new Sed(task, options.has('E') || options.has('r'), options.has('n'));
        try {
            sed.parse(String.join("\n", scripts));
        } catch (IllegalArgumentException e) {
            return Usage.error(task, String.valueOf(e.getMessage()));
        }
        return sed.run(rest, options.has('i'));
    }

    private int run(List<String> paths, boolean inPlace) throws IOException {
        int status = 0;
        List<String> lines = new ArrayList<>();
        boolean ended = true;
        for (String path : paths.isEmpty() ? List.of("-") : paths) {
            if (inPlace) {
                lines.clear();
            }
            try (Lines file = Lines.open(task, path)) {
                for (String line; (line = file.next()) != null; ) {
                    lines.add(line);
                }
                ended = endsWithNewline(path);
            } catch (FileException e) {
                task.err().print("sed: " + path + ": " + e.getMessage() + "\n");
                status = 1;
                continue;
            }
            if (inPlace) {
                process(lines);
                task.files().write(path, out.toString().getBytes(StandardCharsets.UTF_8));
                out = new StringBuilder();
            }
        }
        if (!inPlace) {
            process(lines);
            String text = out.toString();
            task.out().print(ended || !text.endsWith("\n") ? text : text.substring(0, text.length() - 1));
        }
        return status;
    }

    /** Standard input is gone when it could be asked; there a line's end is assumed. */
    private boolean endsWithNewline(String path) throws IOException {
        if (path.equals("-")) {
            return true;
        }
        byte[] all = task.files().readAll(path);
        return all.length == 0 || all[all.length - 1] == '\n';
    }

    private void process(List<String> lines) {
        String hold = "";
        for (int i = 0; i < lines.size(); i++) {
            String space = lines.get(i);
            StringBuilder after = new StringBuilder();
            boolean deleted = false;
            boolean quit = false;
            int skip = 0;
            for (Rule rule : rules) {
                if (rule.depth > 0 && skip > 0 && rule.depth >= skip) {
                    continue;
                }
                skip = 0;
                if (!selected(rule, space, i + 1, i == lines.size() - 1)) {
                    skip = rule.command == '{' ? rule.depth + 1 : 0;
                    continue;
                }
                switch (rule.command) {
                    case 's' -> space = substitute(rule, space);
                    case 'd' -> deleted = true;
                    case 'p' -> out.append(space).append('\n');
                    case '=' -> out.append(i + 1).append('\n');
                    case 'q' -> quit = true;
                    case 'a' -> after.append(rule.text).append('\n');
                    case 'i' -> out.append(rule.text).append('\n');
                    case 'c' -> {
                        out.append(rule.text).append('\n');
                        deleted = true;
                    }
                    case 'y' -> space = transliterate(rule, space);
                    case 'h' -> hold = space;
                    case 'H' -> hold = hold + "\n" + space;
                    case 'g' -> space = hold;
                    case 'G' -> space = space + "\n" + hold;
                    case 'x' -> {
                        String swap = hold;
                        hold = space;
                        space = swap;
                    }
                    case 'n' -> {
                        if (!silent) {
                            out.append(space).append('\n');
                        }
                        if (i + 1 < lines.size()) {
                            space = lines.get(++i);
                        } else {
                            deleted = true;
                        }
                    }
                    case 'N' -> {
                        if (i + 1 < lines.size()) {
                            space = space + "\n" + lines.get(++i);
                        }
                    }
                    default -> {}
                }
                if (deleted || quit) {
                    break;
                }
            }
            if (!deleted && !silent) {
                out.append(space).append('\n');
            }
            out.append(after);
            if (quit) {
                return;
            }
        }
    }

    private static boolean selected(Rule rule, String space, int number, boolean last) {
        boolean result;
        Address from = rule.from;
        Address to = rule.to;
        if (from == null) {
            result = true;
        } else if (to == null) {
            result = matches(from, space, number, last);
        } else if (rule.active) {
            result = true;
            rule.active = to.pattern != null || to.line == -1 ? !matches(to, space, number, last) : number < to.line;
        } else {
            result = matches(from, space, number, last);
            rule.active = result && (to.pattern != null || to.line == -1 ? !last : number < to.line);
        }
        return result != rule.negated;
    }

    private static boolean matches(Address address, String space, int number, boolean last) {
        if (address.pattern != null) {
            return address.pattern.matcher(space).find();
        }
        return address.line == -1 ? last : address.line == number;
    }

    private String substitute(Rule rule, String space) {
        Pattern pattern = rule.pattern;
        if (pattern == null) {
            return space;
        }
        Matcher matcher = pattern.matcher(space);
        String digits = rule.flags.replaceAll("\\D", "");
        int which = digits.isEmpty() ? 1 : Integer.parseInt(digits);
        boolean all = rule.flags.contains("g");
        StringBuilder text = new StringBuilder();
        int end = 0;
        int count = 0;
        while (matcher.find()) {
            count++;
            if (count < which) {
                continue;
            }
            text.append(space, end, matcher.start()).append(expand(rule.replacement, matcher));
            end = matcher.end();
            if (!all) {
                break;
            }
        }
        boolean changed = end > 0 || text.length() > 0 || count >= which;
        text.append(space.substring(end));
        if (changed && rule.flags.contains("p")) {
            out.append(text).append('\n');
        }
        return text.toString();
    }

    private static String expand(String replacement, Matcher matcher) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < replacement.length(); i++) {
            char c = replacement.charAt(i);
            if (c == '&') {
                text.append(matcher.group());
            } else if (c == '\\' && i + 1 < replacement.length()) {
                char next = replacement.charAt(++i);
                if (Character.isDigit(next)) {
                    int group = next - '0';
                    String found = group <= matcher.groupCount() ? matcher.group(group) : "";
                    text.append(found == null ? "" : found);
                } else {
                    text.append(next == 'n' ? '\n' : next == 't' ? '\t' : next);
                }
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }

    private static String transliterate(Rule rule, String space) {
        StringBuilder text = new StringBuilder();
        for (char c : space.toCharArray()) {
            int index = rule.text.indexOf(c);
            text.append(index < 0 ? c : rule.replacement.charAt(index));
        }
        return text.toString();
    }

    private void parse(String script) {
        int[] at = {0};
        int depth = 0;
        while (at[0] < script.length()) {
            char c = script.charAt(at[0]);
            if (Character.isWhitespace(c) || c == ';') {
                at[0]++;
                continue;
            }
            if (c == '#') {
                int end = script.indexOf('\n', at[0]);
                at[0] = end < 0 ? script.length() : end;
                continue;
            }
            if (c == '}') {
                depth--;
                at[0]++;
                continue;
            }
            Rule rule = new Rule();
            rule.depth = depth;
            rule.from = address(script, at);
            if (rule.from != null && at[0] < script.length() && script.charAt(at[0]) == ',') {
                at[0]++;
                boolean relative = script.startsWith("+", at[0]);
                at[0] += relative ? 1 : 0;
                Address to = address(script, at);
                rule.to =
                        relative && to != null && rule.from.line > 0 ? new Address(rule.from.line + to.line, null) : to;
            }
            while (at[0] < script.length() && (script.charAt(at[0]) == ' ' || script.charAt(at[0]) == '!')) {
                rule.negated |= script.charAt(at[0]++) == '!';
            }
            if (at[0] >= script.length()) {
                throw new IllegalArgumentException("missing command");
            }
            rule.command = script.charAt(at[0]++);
            depth += rule.command == '{' ? 1 : 0;
            command(rule, script, at);
            rules.add(rule);
        }
    }

    private void command(Rule rule, String script, int[] at) {
        switch (rule.command) {
            case 's', 'y' -> {
                char mark = script.charAt(at[0]++);
                String first = upTo(script, at, mark);
                rule.replacement = upTo(script, at, mark);
                if (rule.command == 'y') {
                    rule.text = first;
                    return;
                }
                int begin = at[0];
                while (at[0] < script.length() && "gpiI0123456789".indexOf(script.charAt(at[0])) >= 0) {
                    at[0]++;
                }
                rule.flags = script.substring(begin, at[0]);
                boolean fold = rule.flags.contains("i") || rule.flags.contains("I");
                rule.pattern = compile(first, fold);
            }
            case 'a', 'i', 'c' -> {
                int end = script.indexOf('\n', at[0]);
                String text = script.substring(at[0], end < 0 ? script.length() : end);
                if (text.trim().equals("\\") && end >= 0) {
                    int next = script.indexOf('\n', end + 1);
                    text = script.substring(end + 1, next < 0 ? script.length() : next);
                    end = next;
                }
                at[0] = end < 0 ? script.length() : end;
                rule.text = text.replaceFirst("^\\s*\\\\?", "");
            }
            case '{', 'd', 'p', '=', 'q', 'h', 'H', 'g', 'G', 'x', 'n', 'N' -> {}
            default -> throw new IllegalArgumentException("unsupported command " + rule.command);
        }
    }

    private @Nullable Address address(String script, int[] at) {
        if (at[0] >= script.length()) {
            return null;
        }
        char c = script.charAt(at[0]);
        if (Character.isDigit(c)) {
            int begin = at[0];
            while (at[0] < script.length() && Character.isDigit(script.charAt(at[0]))) {
                at[0]++;
            }
            return new Address(Integer.parseInt(script.substring(begin, at[0])), null);
        }
        if (c == '$') {
            at[0]++;
            return new Address(-1, null);
        }
        if (c == '/' || c == '\\') {
            at[0] += c == '\\' ? 2 : 1;
            String text = upTo(script, at, c == '\\' ? script.charAt(at[0] - 1) : '/');
            boolean fold = script.startsWith("I", at[0]);
            at[0] += fold ? 1 : 0;
            return new Address(0, compile(text, fold));
        }
        return null;
    }

    private Pattern compile(String text, boolean fold) {
        return Pattern.compile(
                extended ? Regex.extended(text) : Regex.basic(text), fold ? Pattern.CASE_INSENSITIVE : 0);
    }

    private static String upTo(String script, int[] at, char mark) {
        StringBuilder text = new StringBuilder();
        boolean bracket = false;
        while (at[0] < script.length()) {
            char c = script.charAt(at[0]++);
            if (c == '\\' && at[0] < script.length()) {
                char next = script.charAt(at[0]++);
                if (next == mark) {
                    text.append(next);
                } else {
                    text.append(c).append(next);
                }
                continue;
            }
            if (c == '[') {
                bracket = true;
            } else if (c == ']') {
                bracket = false;
            } else if (c == mark && !bracket) {
                return text.toString();
            }
            text.append(c);
        }
        throw new IllegalArgumentException("unmatched '" + mark + "'");
    }
}
