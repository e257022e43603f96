package kubelab.containers.runtime.command;

import java.io.IOException;
import java.util.List;
import kubelab.containers.runtime.filesystem.OpenFile;
import kubelab.containers.runtime.filesystem.Stat;
import kubelab.containers.runtime.kernel.Task;
import kubelab.containers.runtime.shell.Glob;
import org.jspecify.annotations.Nullable;

/** {@code test}, {@code [} and {@code [[}. */
public final class TestCommand {
    private final Task task;
    private final List<String> words;
    private final boolean extended;
    private int position;

    private TestCommand(Task task, List<String> words, boolean extended) {
        this.task = task;
        this.words = words;
        this.extended = extended;
    }

    private static final class BadTest extends RuntimeException {
        private static final long serialVersionUID = 1L;

        BadTest(String message) {
            super(message, null, false, false);
        }
    }

    /** @return 0 true, 1 false, 2 not understood */
    public static int run(Task task, List<String> command) throws IOException {
        String name = command.get(0).substring(command.get(0).lastIndexOf('/') + 1);
        List<String> words = command.subList(1, command.size());
        if (name.startsWith("[")) {
            String end = name.equals("[") ? "]" : "]]";
            if (words.isEmpty() || !words.get(words.size() - 1).equals(end)) {
                task.err().print("sh: missing " + end + "\n");
                return 2;
            }
            words = words.subList(0, words.size() - 1);
        }
        if (words.isEmpty()) {
            return 1;
        }
        TestCommand test = new TestCommand(task, words, name.equals("[["));
        try {
            boolean result = test.or();
            if (test.position < words.size()) {
                throw new BadTest(words.get(test.position) + ": unknown operand");
            }
            return result ? 0 : 1;
        } catch (BadTest bad) {
            task.err().print("sh: " + bad.getMessage() + "\n");
            return 2;
        }
    }

    private boolean or() {
        boolean value = and();
        while (peekIs("-o") || peekIs("||")) {
            position++;
            value |= and();
        }
        return value;
    }

    private boolean and() {
        boolean value = not();
        while (peekIs("-a") || peekIs("&&")) {
            position++;
            value &= not();
        }
        return value;
    }

    private boolean not() {
        if (peekIs("!") && position + 1 < words.size()) {
            position++;
            return !not();
        }
        return primary();
    }

    private boolean primary() {
        if (position >= words.size()) {
            throw new BadTest("argument expected");
        }
        int left = words.size() - position;
        if (left >= 3 && isBinary(words.get(position + 1))) {
            String first = words.get(position);
            String operator = words.get(position + 1);
            String second = words.get(position + 2);
            position += 3;
            return binary(first, operator, second);
        }
        String word = words.get(position);
        if (word.equals("(") && left > 1) {
            position++;
            boolean value = or();
            if (!peekIs(")")) {
                throw new BadTest("closing paren expected");
            }
            position++;
            return value;
        }
        if (left >= 2
                && word.length() == 2
                && word.charAt(0) == '-'
                && "bcdefghknprstuwxzLSGO".indexOf(word.charAt(1)) >= 0) {
            position += 2;
            return unary(word.charAt(1), words.get(position - 1));
        }
        if (left == 2 && isBinary(words.get(position + 1))) {
            throw new BadTest(words.get(position + 1) + ": argument expected");
        }
        position++;
        return !word.isEmpty();
    }

    private boolean isBinary(String word) {
        return switch (word) {
            case "=", "==", "!=", "<", ">", "-eq", "-ne", "-gt", "-ge", "-lt", "-le", "-nt", "-ot", "-ef" -> true;
            case "=~" -> extended;
            default -> false;
        };
    }

    private boolean binary(String first, String operator, String second) {
        return switch (operator) {
            case "=", "==" -> extended ? Glob.matches(second, first) : first.equals(second);
            case "!=" -> extended ? !Glob.matches(second, first) : !first.equals(second);
            case "=~" -> java.util.regex.Pattern.compile(second).matcher(first).find();
            case "<" -> first.compareTo(second) < 0;
            case ">" -> first.compareTo(second) > 0;
            case "-eq" -> number(first) == number(second);
            case "-ne" -> number(first) != number(second);
            case "-gt" -> number(first) > number(second);
            case "-ge" -> number(first) >= number(second);
            case "-lt" -> number(first) < number(second);
            case "-le" -> number(first) <= number(second);
            default -> files(first, operator, second);
        };
    }

    private boolean files(String first, String operator, String second) {
        Stat one = task.files().find(first);
        Stat two = task.files().find(second);
        if (one == null || two == null) {
            return false;
        }
        return switch (operator) {
            case "-nt" -> seconds(one) > seconds(two);
            case "-ot" -> seconds(one) < seconds(two);
            default -> one.inode() == two.inode();
        };
    }

    /** Both times in whole seconds, as the original compares them. */
    private static long seconds(Stat stat) {
        return stat.modified().getEpochSecond();
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text.trim());
        } catch (NumberFormatException e) {
            throw new BadTest((text.isEmpty() ? "" : text + ": ") + "bad number");
        }
    }

    private boolean unary(char operator, String word) {
        switch (operator) {
            case 'n' -> {
                return !word.isEmpty();
            }
            case 'z' -> {
                return word.isEmpty();
            }
            case 't' -> {
                OpenFile file = task.descriptors().get((int) number(word));
                return file != null && file.isTerminal();
            }
            default -> {}
        }
        @Nullable Stat stat = task.files().find(word, operator != 'L' && operator != 'h');
        if (stat == null) {
            return false;
        }
        return switch (operator) {
            case 'd' -> stat.isDirectory();
            case 'f' -> stat.isFile();
            case 'L', 'h' -> stat.isSymlink();
            case 'c' -> stat.kind() == Stat.Kind.DEVICE;
            case 'p' -> stat.kind() == Stat.Kind.PIPE;
            case 'S' -> stat.kind() == Stat.Kind.SOCKET;
            case 'b' -> false;
            case 's' -> stat.size() > 0;
            case 'r' -> task.files().may(word, 4);
            case 'w' -> task.files().may(word, 2);
            case 'x' -> task.files().may(word, 1);
            case 'u' -> (stat.mode() & 04000) != 0;
            case 'g' -> (stat.mode() & 02000) != 0;
            case 'k' -> (stat.mode() & 01000) != 0;
            case 'O' -> stat.uid() == task.credentials().uid();
            case 'G' -> stat.gid() == task.credentials().gid();
            default -> true;
        };
    }

    private boolean peekIs(String word) {
        return position < words.size() && words.get(position).equals(word);
    }
}
