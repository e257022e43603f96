package kubelab.controlplane.runtime.shell;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kubelab.controlplane.runtime.command.Basics;
import kubelab.controlplane.runtime.command.Processes;
import kubelab.controlplane.runtime.command.TestCommand;
import kubelab.controlplane.runtime.filesystem.FileException;
import kubelab.controlplane.runtime.filesystem.Stat;
import kubelab.controlplane.runtime.filesystem.VirtualFileSystem;
import kubelab.controlplane.runtime.kernel.Loader;
import kubelab.controlplane.runtime.kernel.Program;
import kubelab.controlplane.runtime.kernel.Signal;
import kubelab.controlplane.runtime.kernel.Task;
import org.jspecify.annotations.Nullable;

/** Commands that are part of the shell: they change it, or are built in because they are used so often. */
final class Builtins {
    private static final Set<String> SPECIAL = Set.of(
            ".",
            ":",
            "break",
            "continue",
            "eval",
            "exec",
            "exit",
            "export",
            "readonly",
            "return",
            "set",
            "shift",
            "source",
            "times",
            "trap",
            "unset");
    private static final Set<String> OTHERS = Set.of(
            "[", "[[", "alias", "bg", "cd", "chdir", "command", "echo", "false", "fg", "getopts", "hash", "jobs",
            "kill", "let", "local", "printf", "pwd", "read", "test", "true", "type", "ulimit", "umask", "unalias",
            "wait");
    private static final String[][] NAMED = {
        {"errexit", "e"}, {"noglob", "f"}, {"ignoreeof", "I"}, {"interactive", "i"}, {"monitor", "m"}, {"noexec", "n"},
        {"stdin", "s"}, {"xtrace", "x"}, {"verbose", "v"}, {"noclobber", "C"}, {"allexport", "a"}, {"notify", "b"},
        {"nounset", "u"}, {"vi", "V"}, {"pipefail", "P"}
    };

    private final Interpreter shell;
    private final Task task;

    Builtins(Interpreter shell) {
        this.shell = shell;
        this.task = shell.task();
    }

    interface Builtin {
        int run(List<String> words) throws IOException, InterruptedException;
    }

    /** Special builtins keep assignments before them, and their mistakes end a script. */
    static boolean isSpecial(String name) {
        return SPECIAL.contains(name);
    }

    @Nullable
    Builtin find(String name) {
        return switch (name) {
            case ":", "true" -> words -> 0;
            case "false" -> words -> 1;
            case "echo" -> applet(Basics::echo);
            case "printf" -> applet(Basics::printf);
            case "test", "[", "[[" -> words -> TestCommand.run(task, words);
            case "kill" -> this::kill;
            case "cd", "chdir" -> this::cd;
            case "pwd" -> words -> print(task.directory());
            case "exit" ->
                words -> {
                    throw new Jump(Jump.Kind.EXIT, number(words, shell.status()));
                };
            case "return" ->
                words -> {
                    throw new Jump(
                            shell.nesting().inFunction() ? Jump.Kind.RETURN : Jump.Kind.EXIT,
                            number(words, shell.status()));
                };
            case "break" -> words -> loop(Jump.Kind.BREAK, words);
            case "continue" -> words -> loop(Jump.Kind.CONTINUE, words);
            case "export" -> words -> export(words);
            case "readonly" -> this::readonly;
            case "local" -> this::local;
            case "unset" -> this::unset;
            case "set" -> this::set;
            case "shift" -> this::shift;
            case "eval" ->
                words -> {
                    shell.evaluate(String.join(" ", words.subList(1, words.size())));
                    return shell.status();
                };
            case ".", "source" -> this::source;
            case "exec" -> words -> 0;
            case "trap" -> this::trap;
            case "wait" -> this::waitFor;
            case "read" -> words -> new ReadBuiltin(shell).run(words);
            case "type" -> words -> describe(words.subList(1, words.size()), true);
            case "command" -> this::command;
            case "let" -> this::let;
            case "getopts" -> words -> new GetOpts(shell).run(words);
            case "umask" -> this::umask;
            case "jobs" -> this::jobs;
            case "hash", "alias", "unalias", "bg", "fg" -> words -> 0;
            case "ulimit" -> words -> print("unlimited");
            case "times" -> words -> print("0m0.00s 0m0.00s\n0m0.00s 0m0.00s");
            default -> null;
        };
    }

    private Builtin applet(Program program) {
        return words -> {
            List<String> before = task.arguments();
            task.rename(words);
            try {
                return program.run(task);
            } finally {
                task.rename(before);
            }
        };
    }

    private int print(String text) throws IOException {
        task.out().println(text);
        return 0;
    }

    private int fail(String builtin, String text, int status) throws IOException {
        shell.report(builtin, text);
        return status;
    }

    private static int number(List<String> words, int otherwise) {
        if (words.size() < 2) {
            return otherwise;
        }
        try {
            return Integer.parseInt(words.get(1)) & 0xff;
        } catch (NumberFormatException e) {
            throw new ShellError(words.get(0) + ": Illegal number: " + words.get(1), 2);
        }
    }

    private int loop(Jump.Kind kind, List<String> words) {
        if (shell.nesting().loops() == 0) {
            return 0;
        }
        throw new Jump(kind, Math.max(1, number(words, 1)));
    }

    private int cd(List<String> words) throws IOException {
        String target = words.size() > 1 ? words.get(1) : shell.variables().get("HOME", "");
        if (target.equals("-P") || target.equals("-L")) {
            target = words.size() > 2 ? words.get(2) : shell.variables().get("HOME", "");
        }
        boolean back = target.equals("-");
        if (back) {
            target = shell.variables().get("OLDPWD", task.directory());
        }
        if (target.isEmpty()) {
            return 0;
        }
        String path = VirtualFileSystem.normalise(task.files().absolute(target));
        try {
            Stat stat = task.files().stat(path);
            if (!stat.isDirectory()) {
                return fail("cd", "can't cd to " + target + ": Not a directory", 2);
            }
            if (!task.files().may(path, 1)) {
                return fail("cd", "can't cd to " + target + ": Permission denied", 2);
            }
        } catch (FileException e) {
            return fail("cd", "can't cd to " + target + ": " + e.getMessage(), 2);
        }
        shell.variables().set("OLDPWD", task.directory());
        task.directory(path);
        shell.variables().set("PWD", path);
        if (back) {
            print(path);
        }
        return 0;
    }

    private int export(List<String> words) throws IOException {
        boolean yes = true;
        for (String word : words.subList(1, words.size())) {
            if (word.equals("-n")) {
                yes = false;
                continue;
            }
            if (word.equals("-p")) {
                return list("export ", shell.variables()::isExported);
            }
            String name = assign(word);
            shell.variables().export(name, yes);
        }
        return words.size() == 1 ? list("export ", shell.variables()::isExported) : 0;
    }

    private int readonly(List<String> words) throws IOException {
        for (String word : words.subList(1, words.size())) {
            shell.variables().protect(assign(word));
        }
        return words.size() == 1 ? list("readonly ", shell.variables().protectedNames()::contains) : 0;
    }

    private int list(String prefix, java.util.function.Predicate<String> which) throws IOException {
        for (Map.Entry<String, String> entry : shell.variables().all().entrySet()) {
            if (which.test(entry.getKey())) {
                task.out().println(prefix + entry.getKey() + "=" + quote(entry.getValue()));
            }
        }
        return 0;
    }

    /** {@code name} or {@code name=value}. @return the name */
    private String assign(String word) {
        int equals = word.indexOf('=');
        String name = equals < 0 ? word : word.substring(0, equals);
        if (!Variables.isName(name)) {
            throw new ShellError(name + ": bad variable name", 2);
        }
        if (equals >= 0) {
            shell.variables().set(name, word.substring(equals + 1));
        }
        return name;
    }

    private int local(List<String> words) throws IOException {
        for (String word : words.subList(1, words.size())) {
            int equals = word.indexOf('=');
            if (!shell.variables().local(equals < 0 ? word : word.substring(0, equals))) {
                throw new ShellError("local: not in a function", 2);
            }
            if (equals >= 0) {
                assign(word);
            }
        }
        return 0;
    }

    private int unset(List<String> words) {
        boolean functions = false;
        for (String word : words.subList(1, words.size())) {
            if (word.equals("-f") || word.equals("-v")) {
                functions = word.equals("-f");
            } else if (functions) {
                shell.functions().remove(word);
            } else {
                shell.variables().unset(word);
            }
        }
        return 0;
    }

    static void namedOption(Set<Character> options, String name, boolean on) {
        for (String[] each : NAMED) {
            if (each[0].equals(name)) {
                if (on) {
                    options.add(each[1].charAt(0));
                } else {
                    options.remove(each[1].charAt(0));
                }
                return;
            }
        }
        throw new ShellError("set: illegal option -o " + name, 2);
    }

    private int set(List<String> words) throws IOException {
        if (words.size() == 1) {
            return list("", name -> true);
        }
        for (int i = 1; i < words.size(); i++) {
            String word = words.get(i);
            boolean on = word.startsWith("-");
            if (word.equals("--") || word.equals("-") || !on && !word.startsWith("+") || word.equals("+")) {
                shell.positional(words.subList(word.equals("--") || word.equals("-") ? i + 1 : i, words.size()));
                return 0;
            }
            for (char letter : word.substring(1).toCharArray()) {
                if (letter == 'o' && i + 1 < words.size()) {
                    namedOption(shell.options(), words.get(++i), on);
                } else if (letter == 'o') {
                    for (String[] each : NAMED) {
                        print(String.format("%-16s%s", each[0], shell.option(each[1].charAt(0)) ? "on" : "off"));
                    }
                } else if ("efimnsxvCabuV".indexOf(letter) < 0) {
                    throw new ShellError("set: illegal option " + (on ? "-" : "+") + letter, 2);
                } else if (on) {
                    shell.options().add(letter);
                } else {
                    shell.options().remove(letter);
                }
            }
        }
        return 0;
    }

    private int shift(List<String> words) {
        int count = number(words, 1);
        List<String> values = shell.positional();
        if (count > values.size()) {
            return 1;
        }
        shell.positional(values.subList(count, values.size()));
        return 0;
    }

    private int source(List<String> words) throws IOException, InterruptedException {
        if (words.size() < 2) {
            throw new ShellError(words.get(0) + ": filename argument required", 2);
        }
        String name = words.get(1);
        String path = name.contains("/")
                ? name
                : Loader.search(task.files(), name, shell.variables().get("PATH", "") + ":.");
        String text;
        try {
            text = task.files().readText(path == null ? name : path);
        } catch (FileException e) {
            throw new ShellError(words.get(0) + ": can't open '" + name + "': " + e.getMessage(), 2);
        }
        List<String> before = shell.positional();
        if (words.size() > 2) {
            shell.positional(words.subList(2, words.size()));
        }
        shell.source(text);
        shell.positional(before);
        return shell.status();
    }

    private int trap(List<String> words) throws IOException {
        if (words.size() == 1) {
            if (shell.traps().exitScript() != null) {
                print("trap -- " + quote(shell.traps().exitScript()) + " EXIT");
            }
            for (Map.Entry<Signal, String> entry : shell.traps().scripts().entrySet()) {
                print("trap -- " + quote(entry.getValue()) + " " + entry.getKey());
            }
            return 0;
        }
        String action = words.get(1);
        List<String> names = words.subList(2, words.size());
        boolean reset = action.equals("-");
        if (names.isEmpty()) {
            names = List.of(action);
            reset = true;
        }
        for (String name : names) {
            if (name.equals("EXIT") || name.equals("0")) {
                shell.traps().onExit(reset ? null : action);
                continue;
            }
            Signal signal = Signal.of(name);
            if (signal == null) {
                return fail("trap", name + ": invalid signal specification", 1);
            }
            if (signal != Signal.KILL && signal != Signal.STOP) {
                shell.traps().on(signal, reset ? null : action);
            }
        }
        return 0;
    }

    private int waitFor(List<String> words) throws IOException, InterruptedException {
        if (words.size() == 1) {
            for (Task job : List.copyOf(shell.jobs().values())) {
                int code = await(job);
                if (code < 0) {
                    return -code;
                }
            }
            shell.jobs().clear();
            return 0;
        }
        int result = 0;
        for (String word : words.subList(1, words.size())) {
            int pid = jobPid(word);
            Task job = shell.jobs().get(pid);
            if (job == null) {
                result = 127;
                continue;
            }
            result = await(job);
            if (result < 0) {
                return -result;
            }
            shell.announceDeath(job);
            shell.jobs().remove(pid);
        }
        return result;
    }

    private int jobPid(String word) throws IOException {
        try {
            if (word.startsWith("%")) {
                List<Integer> pids = new ArrayList<>(shell.jobs().keySet());
                String number = word.substring(1);
                int index = number.isEmpty() || number.equals("%") || number.equals("+")
                        ? pids.size()
                        : Integer.parseInt(number);
                return index >= 1 && index <= pids.size() ? pids.get(index - 1) : -1;
            }
            return Integer.parseInt(word);
        } catch (NumberFormatException e) {
            throw new ShellError("wait: Illegal number: " + word, 2);
        }
    }

    /** @return the exit code; negative when a trapped signal came first */
    private int await(Task job) throws InterruptedException {
        Object bell = new Object();
        job.exited().thenRun(() -> {
            synchronized (bell) {
                bell.notifyAll();
            }
        });
        while (true) {
            task.check();
            if (shell.traps().pending()) {
                return -(128 + Signal.TERM.number());
            }
            synchronized (bell) {
                if (job.exited().isDone()) {
                    return job.exited().join();
                }
                try {
                    bell.wait();
                } catch (InterruptedException e) {
                    // A signal: the checks above say what it was.
                }
            }
        }
    }

    private int command(List<String> words) throws IOException, InterruptedException {
        if (words.size() == 1) {
            return 0;
        }
        if (words.get(1).equals("-v") || words.get(1).equals("-V")) {
            return describe(words.subList(2, words.size()), words.get(1).equals("-V"));
        }
        List<String> rest = words.subList(words.get(1).equals("-p") ? 2 : 1, words.size());
        Builtin builtin = find(rest.get(0));
        if (builtin != null) {
            return builtin.run(rest);
        }
        List<Word> literal = rest.stream().map(Word::literal).toList();
        String name = rest.get(0);
        Node function = shell.functions().remove(name);
        try {
            shell.run(new Node.Simple(List.of(), literal, List.of(), shell.line()), false);
        } finally {
            if (function != null) {
                shell.functions().put(name, function);
            }
        }
        return shell.status();
    }

    private int describe(List<String> names, boolean words) throws IOException {
        int result = 0;
        for (String name : names) {
            if (shell.functions().containsKey(name)) {
                print(words ? name + " is a function" : name);
            } else if (SPECIAL.contains(name) || OTHERS.contains(name)) {
                print(words ? name + " is a " + (SPECIAL.contains(name) ? "special " : "") + "shell builtin" : name);
            } else {
                String path =
                        Loader.search(task.files(), name, shell.variables().get("PATH", ""));
                if (path == null || !task.files().exists(path)) {
                    if (words) {
                        print(name + ": not found");
                    }
                    result = 127;
                } else {
                    print(words ? name + " is " + path : path);
                }
            }
        }
        return result;
    }

    private int let(List<String> words) {
        long value = 0;
        for (String word : words.subList(1, words.size())) {
            value = shell.arithmetic(word);
        }
        return value == 0 ? 1 : 0;
    }

    private int umask(List<String> words) throws IOException {
        if (words.size() == 1) {
            return print(String.format("%04o", task.umask()));
        }
        try {
            task.umask(Integer.parseInt(words.get(1), 8) & 0777);
            return 0;
        } catch (NumberFormatException e) {
            throw new ShellError("umask: Illegal number: " + words.get(1), 2);
        }
    }

    private int jobs(List<String> words) throws IOException {
        int number = 1;
        for (Task job : shell.jobs().values()) {
            if (words.contains("-p")) {
                print(Integer.toString(job.pid()));
            } else if (!job.dead()) {
                print("[" + number + "]+  Running                 " + String.join(" ", job.arguments()));
            }
            number++;
        }
        return 0;
    }

    private int kill(List<String> words) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(words);
        for (int i = 1; i < all.size(); i++) {
            if (all.get(i).startsWith("%")) {
                all.set(i, Integer.toString(jobPid(all.get(i))));
            }
        }
        return applet(Processes::kill).run(all);
    }

    /** As {@code set} and {@code export -p} print a value. */
    static String quote(String value) {
        return "'" + value.replace("'", "'\"'\"'") + "'";
    }

    /** As {@code set -x} prints a word. */
    static String quoteIfNeeded(String word) {
        boolean plain = !word.isEmpty()
                && word.chars().allMatch(c -> Character.isLetterOrDigit(c) || "_-./:,=+@%^".indexOf(c) >= 0);
        return plain ? word : quote(word);
    }
}
