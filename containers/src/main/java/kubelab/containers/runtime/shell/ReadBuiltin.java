package kubelab.containers.runtime.shell;

import java.io.IOException;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import kubelab.containers.clock.Clock;
import kubelab.containers.runtime.filesystem.OpenFile;
import kubelab.containers.runtime.kernel.Task;
import org.jspecify.annotations.Nullable;

/** {@code read}: a line of standard input into variables, split as IFS says. */
final class ReadBuiltin {
    private final Interpreter shell;
    private final Task task;

    ReadBuiltin(Interpreter shell) {
        this.shell = shell;
        this.task = shell.task();
    }

    int run(List<String> words) throws IOException, InterruptedException {
        boolean raw = false;
        int limit = -1;
        char end = '\n';
        String prompt = "";
        int descriptor = 0;
        @Nullable Duration patience = null;
        int i = 1;
        for (; i < words.size() && words.get(i).startsWith("-") && words.get(i).length() > 1; i++) {
            String word = words.get(i);
            for (int j = 1; j < word.length(); j++) {
                char option = word.charAt(j);
                if (option == 'r') {
                    raw = true;
                } else if ("pntdu".indexOf(option) >= 0) {
                    if (j + 1 == word.length() && i + 1 == words.size()) {
                        throw new ShellError("no arg for -" + option + " option", 2);
                    }
                    String value = j + 1 < word.length() ? word.substring(j + 1) : words.get(++i);
                    switch (option) {
                        case 'p' -> prompt = value;
                        case 'n' -> {
                            try {
                                limit = Integer.parseInt(value);
                            } catch (NumberFormatException e) {
                                shell.report("read", "invalid count");
                                return 2;
                            }
                        }
                        case 't' -> {
                            try {
                                patience = Duration.ofMillis((long) (Double.parseDouble(value) * 1000));
                            } catch (NumberFormatException e) {
                                shell.report("read", "invalid timeout");
                                return 2;
                            }
                        }
                        case 'u' -> {
                            try {
                                descriptor = Integer.parseInt(value);
                            } catch (NumberFormatException e) {
                                shell.report("read", "invalid file descriptor");
                                return 2;
                            }
                        }
                        case 'd' -> end = value.isEmpty() ? '\0' : value.charAt(0);
                        default -> {}
                    }
                    break;
                } else if (option != 's') {
                    throw new ShellError("illegal option -" + option, 2);
                }
            }
        }
        List<String> names = i < words.size() ? words.subList(i, words.size()) : List.of("REPLY");
        for (String name : names) {
            if (!Variables.isName(name)) {
                task.err().print(shell.name() + ": read: '" + name + "': bad variable name\n");
                return 1;
            }
        }
        OpenFile input = task.descriptors().get(descriptor);
        if (input != null && input.isTerminal()) {
            task.err().print(prompt);
        }
        if (patience != null && patience.isZero()) {
            return input != null && input.ready() ? 0 : 1;
        }
        LineReader reader = new LineReader(task, descriptor, raw, limit, end);
        String line = patience == null ? reader.read() : timed(reader, patience);
        boolean ended = reader.atEnd();
        assignFields(names, line, reader.escaped());
        return ended ? 1 : 0;
    }

    /** What came before the time was over is lost, as in the original. */
    private String timed(LineReader reader, Duration patience) throws IOException {
        Clock.Timer timer = task.clock().schedule(patience, () -> {
            reader.expire();
            task.wake();
        });
        try {
            String line = reader.read();
            return reader.expired() ? "" : line;
        } finally {
            timer.cancel();
        }
    }

    private void assignFields(List<String> names, String line, BitSet escaped) {
        String separators = shell.variables().get("IFS", " \t\n");
        int position = 0;
        int length = line.length();
        while (position < length && isSpace(line.charAt(position), separators) && !escaped.get(position)) {
            position++;
        }
        for (int n = 0; n < names.size(); n++) {
            if (n == names.size() - 1) {
                int end = length;
                while (end > position && isSpace(line.charAt(end - 1), separators) && !escaped.get(end - 1)) {
                    end--;
                }
                shell.variables().set(names.get(n), line.substring(Math.min(position, end), end));
                return;
            }
            int begin = position;
            while (position < length && (separators.indexOf(line.charAt(position)) < 0 || escaped.get(position))) {
                position++;
            }
            shell.variables().set(names.get(n), line.substring(begin, position));
            boolean hard = false;
            while (position < length && separators.indexOf(line.charAt(position)) >= 0 && !escaped.get(position)) {
                if (!Character.isWhitespace(line.charAt(position))) {
                    if (hard) {
                        break;
                    }
                    hard = true;
                }
                position++;
            }
        }
    }

    private static boolean isSpace(char c, String separators) {
        return Character.isWhitespace(c) && separators.indexOf(c) >= 0;
    }
}
