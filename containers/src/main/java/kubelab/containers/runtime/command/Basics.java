package kubelab.containers.runtime.command;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import kubelab.containers.clock.Clock;
import kubelab.containers.runtime.kernel.Program;
import kubelab.containers.runtime.kernel.Task;

/** echo, printf, sleep, seq, yes, expr and their like: commands about nothing but their arguments. */
public final class Basics {
    private Basics() {}

    public static int echo(Task task) throws IOException {
        List<String> words = task.arguments();
        boolean newline = true;
        boolean escapes = false;
        int i = 1;
        for (; i < words.size() && words.get(i).matches("-[neE]+"); i++) {
            String flags = words.get(i);
            newline &= flags.indexOf('n') < 0;
            escapes = flags.lastIndexOf('e') > flags.lastIndexOf('E') || escapes && flags.indexOf('E') < 0;
        }
        String text = String.join(" ", words.subList(i, words.size()));
        if (escapes) {
            Escapes.Expanded expanded = Escapes.expand(text, true);
            text = expanded.text();
            newline &= !expanded.stopped();
        }
        task.out().print(newline ? text + "\n" : text);
        return 0;
    }

    public static int sleep(Task task) throws IOException {
        List<String> words = task.arguments();
        if (words.size() < 2) {
            return Usage.fail(task, "sleep", "[N]...");
        }
        double seconds = 0;
        for (String word : words.subList(1, words.size())) {
            double factor =
                    switch (word.charAt(word.length() - 1)) {
                        case 'm' -> 60;
                        case 'h' -> 3600;
                        case 'd' -> 86400;
                        default -> 1;
                    };
            String number = word.matches(".*[smhd]") && !word.equals("inf") && !word.startsWith("infinit")
                    ? word.substring(0, word.length() - 1)
                    : word;
            try {
                if (number.startsWith("-")) {
                    throw new NumberFormatException(number);
                }
                seconds += number.startsWith("inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(number) * factor;
            } catch (NumberFormatException e) {
                task.err().print("sleep: invalid number '" + word + "'\n");
                return 1;
            }
        }
        if (seconds < 0.000001) {
            return 0;
        }
        if (seconds < 1e9) {
            Clock.Timer timer = task.clock().schedule(Duration.ofNanos((long) (seconds * 1e9)), () -> task.exit(0));
            task.own(timer::cancel);
        }
        return Program.STAYS;
    }

    public static int usleep(Task task) throws InterruptedException {
        task.sleep(Duration.ofNanos(Long.parseLong(task.argument(1)) * 1000));
        return 0;
    }

    public static int seq(Task task) throws IOException {
        Options options = Options.parse(task, "w", "s", false);
        if (options == null) {
            return 1;
        }
        List<String> words = options.rest();
        if (words.isEmpty() || words.size() > 3) {
            return Usage.fail(task, "seq", "[-w] [-s SEP] [FIRST [INC]] LAST");
        }
        double first = words.size() > 1 ? Double.parseDouble(words.get(0)) : 1;
        double step = words.size() > 2 ? Double.parseDouble(words.get(1)) : 1;
        double last = Double.parseDouble(words.get(words.size() - 1));
        int decimals = 0;
        for (String word : words) {
            int dot = word.indexOf('.');
            decimals = Math.max(decimals, dot < 0 ? 0 : word.length() - dot - 1);
        }
        String separator = options.value('s', "\n");
        int width = 0;
        if (options.has('w')) {
            width = Math.max(
                    format(first, decimals).length(), format(last, decimals).length());
        }
        boolean any = false;
        for (long i = 0; step >= 0 ? first + i * step <= last + 1e-9 : first + i * step >= last - 1e-9; i++) {
            String number = format(first + i * step, decimals);
            task.out().print((any ? separator : "") + "0".repeat(Math.max(0, width - number.length())) + number);
            any = true;
            task.charge(500);
        }
        if (any) {
            task.out().print("\n");
        }
        return 0;
    }

    private static String format(double number, int decimals) {
        return decimals == 0 ? Long.toString((long) number) : String.format(Locale.ROOT, "%." + decimals + "f", number);
    }

    public static int yes(Task task) throws IOException {
        String line = task.arguments().size() > 1
                ? String.join(" ", task.arguments().subList(1, task.arguments().size()))
                : "y";
        String block = (line + "\n").repeat(Math.max(1, 2048 / (line.length() + 1)));
        while (true) {
            task.out().print(block);
            task.charge(20_000);
        }
    }

    public static int printf(Task task) throws IOException {
        List<String> words = printfWords(task);
        if (words.isEmpty()) {
            return Usage.fail(task, "printf", "FORMAT [ARG]...");
        }
        return new Printf(task, "printf", words.get(0), words.subList(1, words.size())).run();
    }

    /** As a builtin, where it complains in the shell's name. */
    public static int shellPrintf(Task task) throws IOException {
        List<String> words = printfWords(task);
        if (words.isEmpty()) {
            task.err().print("sh: usage: printf FORMAT [ARGUMENT...]\n");
            return 2;
        }
        return new Printf(task, "sh", words.get(0), words.subList(1, words.size())).run();
    }

    private static List<String> printfWords(Task task) {
        List<String> words = task.arguments();
        int first = words.size() > 1 && words.get(1).equals("--") ? 2 : 1;
        return words.subList(Math.min(first, words.size()), words.size());
    }
}
