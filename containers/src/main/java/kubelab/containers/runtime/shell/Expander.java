package kubelab.containers.runtime.shell;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns words into the texts a command gets: parameters, commands, arithmetic, field splitting, patterns, quotes. */
final class Expander {
    private final Interpreter shell;

    Expander(Interpreter shell) {
        this.shell = shell;
    }

    /** With splitting and path names: one word can become none or many. */
    List<String> fields(List<Word> words) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>();
        for (Word word : words) {
            String bare = word.bare();
            if (bare != null && !bare.startsWith("~") && !Glob.hasMagic(bare) && bare.indexOf('\\') < 0) {
                all.add(bare);
                continue;
            }
            Fields fields = new Fields();
            expand(word, fields, true);
            fields.end();
            for (Field field : fields.done) {
                List<String> paths = field.magic && !shell.option('f')
                        ? Glob.expand(shell.task().files(), field.pattern.toString())
                        : List.of();
                if (paths.isEmpty()) {
                    all.add(field.text.toString());
                } else {
                    all.addAll(paths);
                }
            }
        }
        return all;
    }

    /** Without splitting and path names: an assignment's value, a redirection's target. */
    String text(Word word) throws IOException, InterruptedException {
        Fields fields = new Fields();
        expand(word, fields, false);
        return fields.joined(false);
    }

    /** As a pattern: what was quoted stands for itself. */
    String pattern(Word word) throws IOException, InterruptedException {
        Fields fields = new Fields();
        expand(word, fields, false);
        return fields.joined(true);
    }

    private void expand(Word word, Fields into, boolean split) throws IOException, InterruptedException {
        boolean first = true;
        for (Word.Part part : word.parts()) {
            if (part instanceof Word.Literal literal) {
                String text = literal.text();
                if (first && !literal.quoted() && text.startsWith("~")) {
                    int slash = text.indexOf('/');
                    String user = text.substring(1, slash < 0 ? text.length() : slash);
                    if (user.isEmpty() || user.equals("root")) {
                        String home = user.isEmpty() ? shell.variables().get("HOME", "~") : "/root";
                        into.add(home, true);
                        text = slash < 0 ? "" : text.substring(slash);
                        if (text.isEmpty()) {
                            first = false;
                            continue;
                        }
                    }
                }
                into.add(text, literal.quoted());
            } else if (part instanceof Word.Parameter parameter) {
                parameter(parameter, into, split);
            } else if (part instanceof Word.Command command) {
                String output = shell.subshells().capture(command.script());
                value(output, command.quoted(), into, split);
            } else if (part instanceof Word.Arithmetic arithmetic) {
                value(Long.toString(shell.arithmetic(text(arithmetic.expression()))), arithmetic.quoted(), into, split);
            }
            first = false;
        }
    }

    private void value(String text, boolean quoted, Fields into, boolean split) {
        if (quoted || !split) {
            into.add(text, quoted);
        } else {
            into.split(text, shell.variables().get("IFS", " \t\n"));
        }
    }

    private void parameter(Word.Parameter parameter, Fields into, boolean split)
            throws IOException, InterruptedException {
        String name = parameter.name();
        String operator = parameter.operator();
        boolean list = name.equals("@") || name.equals("*");
        if (list && operator.isEmpty()) {
            positional(parameter, into, split);
            return;
        }
        String value = list ? joinedPositional(" ") : shell.parameter(name);
        boolean set = list ? !shell.positional().isEmpty() : value != null;
        String present = value == null ? "" : value;
        boolean full = operator.startsWith(":") && operator.length() == 2 ? set && !present.isEmpty() : set;
        switch (operator) {
            case ":-", "-" -> {
                if (full) {
                    value(present, parameter.quoted(), into, split);
                } else {
                    nested(parameter, into, split);
                }
            }
            case ":=", "=" -> {
                if (!full) {
                    present = text(parameter.argument());
                    shell.variables().set(name, present);
                }
                value(present, parameter.quoted(), into, split);
            }
            case ":?", "?" -> {
                if (!full) {
                    String message = text(parameter.argument());
                    throw new ShellError(
                            name + ": "
                                    + (message.isEmpty()
                                            ? operator.equals("?") ? "parameter not set" : "parameter not set or null"
                                            : message),
                            2);
                }
                value(present, parameter.quoted(), into, split);
            }
            case ":+", "+" -> {
                if (full) {
                    nested(parameter, into, split);
                } else if (parameter.quoted()) {
                    into.add("", true);
                }
            }
            default -> {
                if (!set && shell.option('u') && !list) {
                    throw new ShellError(name + ": parameter not set", 2);
                }
                value(operate(parameter, present), parameter.quoted(), into, split);
            }
        }
    }

    private void nested(Word.Parameter parameter, Fields into, boolean split) throws IOException, InterruptedException {
        if (parameter.quoted()) {
            into.add(text(parameter.argument()), true);
            return;
        }
        for (Word.Part part : parameter.argument().parts()) {
            if (part instanceof Word.Literal literal && !literal.quoted() && split) {
                into.split(literal.text(), shell.variables().get("IFS", " \t\n"));
            } else {
                expand(new Word(List.of(part)), into, split);
            }
        }
    }

    private String operate(Word.Parameter parameter, String value) throws IOException, InterruptedException {
        Word second = parameter.second();
        return switch (parameter.operator()) {
            case "length" -> Integer.toString(value.codePointCount(0, value.length()));
            case "#" -> cutFront(value, pattern(parameter.argument()), false);
            case "##" -> cutFront(value, pattern(parameter.argument()), true);
            case "%" -> cutBack(value, pattern(parameter.argument()), false);
            case "%%" -> cutBack(value, pattern(parameter.argument()), true);
            case "/" -> replace(value, pattern(parameter.argument()), second == null ? "" : text(second), false);
            case "//" -> replace(value, pattern(parameter.argument()), second == null ? "" : text(second), true);
            case ":" ->
                substring(
                        value,
                        shell.arithmetic(text(parameter.argument())),
                        second == null ? null : shell.arithmetic(text(second)));
            default -> value;
        };
    }

    private void positional(Word.Parameter parameter, Fields into, boolean split) {
        List<String> values = shell.positional();
        if (parameter.name().equals("*") && parameter.quoted()) {
            String separator = shell.variables().get("IFS", " ");
            into.add(joinedPositional(separator.isEmpty() ? "" : separator.substring(0, 1)), true);
            return;
        }
        if (!split) {
            into.add(joinedPositional(" "), parameter.quoted());
            return;
        }
        for (int i = 0; i < values.size(); i++) {
            if (i > 0) {
                into.end();
            }
            value(values.get(i), parameter.quoted(), into, true);
        }
    }

    private String joinedPositional(String separator) {
        return String.join(separator, shell.positional());
    }

    private static String cutFront(String value, String pattern, boolean longest) {
        for (int i = 0; i <= value.length(); i++) {
            int n = longest ? value.length() - i : i;
            if (Glob.matches(pattern, value.substring(0, n))) {
                return value.substring(n);
            }
        }
        return value;
    }

    private static String cutBack(String value, String pattern, boolean longest) {
        for (int i = 0; i <= value.length(); i++) {
            int n = longest ? i : value.length() - i;
            if (Glob.matches(pattern, value.substring(n))) {
                return value.substring(0, n);
            }
        }
        return value;
    }

    private static String replace(String value, String pattern, String by, boolean all) {
        if (pattern.isEmpty()) {
            return value;
        }
        StringBuilder text = new StringBuilder();
        int i = 0;
        while (i < value.length()) {
            int end = value.length();
            while (end > i && !Glob.matches(pattern, value.substring(i, end))) {
                end--;
            }
            if (end == i) {
                text.append(value.charAt(i++));
                continue;
            }
            text.append(by);
            i = end;
            if (!all) {
                break;
            }
        }
        return text.append(value.substring(i)).toString();
    }

    private static String substring(String value, long offset, @Nullable Long length) {
        int size = value.length();
        int begin = (int) Math.min(size, offset < 0 ? Math.max(0, size + offset) : offset);
        int end = length == null
                ? size
                : (int) (length < 0 ? Math.max(begin, size + length) : Math.min(size, begin + length));
        return value.substring(begin, end);
    }

    /** A field that grows: its text, and the same as a pattern with quoted characters escaped. */
    private static final class Field {
        private final StringBuilder text = new StringBuilder();
        private final StringBuilder pattern = new StringBuilder();
        private boolean magic;
        private boolean quoted;
    }

    private static final class Fields {
        private final List<Field> done = new ArrayList<>();
        private @Nullable Field open;

        void add(String text, boolean quoted) {
            if (text.isEmpty() && !quoted) {
                return;
            }
            Field field = current();
            field.quoted |= quoted;
            field.text.append(text);
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                boolean special = c == '*' || c == '?' || c == '[' || c == '\\';
                if (special && (quoted || c == '\\')) {
                    field.pattern.append('\\');
                } else if (special) {
                    field.magic = true;
                }
                field.pattern.append(c);
            }
        }

        /** Adds text of an unquoted expansion: separators in it end fields. */
        void split(String text, String separators) {
            if (separators.isEmpty()) {
                add(text, false);
                return;
            }
            int begin = 0;
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (separators.indexOf(c) < 0) {
                    continue;
                }
                add(text.substring(begin, i), false);
                if (Character.isWhitespace(c)) {
                    end();
                } else {
                    // A separator that is no space ends a field even when there is nothing in it.
                    current();
                    end();
                    while (i + 1 < text.length()
                            && Character.isWhitespace(text.charAt(i + 1))
                            && separators.indexOf(text.charAt(i + 1)) >= 0) {
                        i++;
                    }
                }
                begin = i + 1;
            }
            add(text.substring(begin), false);
        }

        void end() {
            if (open != null) {
                done.add(open);
                open = null;
            }
        }

        String joined(boolean asPattern) {
            end();
            StringBuilder all = new StringBuilder();
            for (Field field : done) {
                all.append(asPattern ? field.pattern : field.text);
            }
            return all.toString();
        }

        private Field current() {
            Field field = open;
            if (field == null) {
                field = new Field();
                open = field;
            }
            return field;
        }
    }
}
