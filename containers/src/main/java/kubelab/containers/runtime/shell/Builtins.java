package kubelab.containers.runtime.shell;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import kubelab.containers.runtime.command.Basics;
import kubelab.containers.runtime.command.Processes;
import kubelab.containers.runtime.command.TestCommand;
import kubelab.containers.runtime.filesystem.FileException;
import kubelab.containers.runtime.filesystem.Stat;
import kubelab.containers.runtime.filesystem.VirtualFileSystem;
import kubelab.containers.runtime.kernel.Loader;
import kubelab.containers.runtime.kernel.Program;
import kubelab.containers.runtime.kernel.Task;
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
            "local",
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
            "kill", "let", "printf", "pwd", "read", "test", "true", "type", "ulimit", "umask", "unalias", "wait");
    private final Interpreter shell;
    private final Task task;
    private final VariableBuiltins variables;
    private final ProcessBuiltins processes;

    Builtins(Interpreter shell) {
        this.shell = shell;
        this.task = shell.task();
        this.variables = new VariableBuiltins(shell);
        this.processes = new ProcessBuiltins(shell);
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
            case "printf" -> applet(Basics::shellPrintf);
            case "test", "[", "[[" -> words -> TestCommand.run(task, words);
            case "kill" -> words -> applet(Processes::kill).run(processes.pidsOf(words));
            case "cd", "chdir" -> this::cd;
            case "pwd" -> words -> print(task.directory());
            case "exit" ->
                words -> {
                    throw new Jump(Jump.Kind.EXIT, number(words, shell.exitStatus()));
                };
            case "return" ->
                words -> {
                    throw new Jump(
                            shell.nesting().inFunction() ? Jump.Kind.RETURN : Jump.Kind.EXIT,
                            number(words, shell.status()));
                };
            case "break" -> words -> loop(Jump.Kind.BREAK, words);
            case "continue" -> words -> loop(Jump.Kind.CONTINUE, words);
            case "export" -> variables::export;
            case "readonly" -> variables::readonly;
            case "local" -> variables::local;
            case "unset" -> variables::unset;
            case "set" -> variables::set;
            case "shift" -> this::shift;
            case "eval" ->
                words -> {
                    shell.evaluate(String.join(" ", words.subList(1, words.size())));
                    return shell.status();
                };
            case ".", "source" -> this::source;
            case "exec" -> words -> 0;
            case "trap" -> processes::trap;
            case "wait" -> processes::waitFor;
            case "read" -> words -> new ReadBuiltin(shell).run(words);
            case "type" -> words -> describe(words.subList(1, words.size()), true);
            case "command" -> this::command;
            case "let" -> this::let;
            case "getopts" -> words -> new GetOpts(shell).run(words);
            case "umask" -> this::umask;
            case "jobs" -> processes::jobs;
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
            int number = Integer.parseInt(words.get(1));
            if (number >= 0) {
                return number & 0xff;
            }
        } catch (NumberFormatException e) {
            // The same complaint as for a negative number.
        }
        throw illegalNumber(words.get(1));
    }

    private static ShellError illegalNumber(String word) {
        return new ShellError("Illegal number: " + word, 2);
    }

    private int loop(Jump.Kind kind, List<String> words) {
        int count = number(words, 1);
        if (count == 0) {
            throw illegalNumber(words.get(1));
        }
        if (shell.nesting().loops() == 0) {
            return 0;
        }
        throw new Jump(kind, count);
    }

    private int cd(List<String> words) throws IOException {
        String target = words.size() > 1 ? words.get(1) : shell.variables().get("HOME", "");
        if (target.equals("-P") || target.equals("-L") || target.equals("--")) {
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
            return 0;
        }
        String name = words.get(1);
        String path = name.contains("/")
                ? name
                : Loader.search(task.files(), name, shell.variables().get("PATH", ""));
        if (path == null) {
            throw new ShellError(name + ": not found", 2);
        }
        String text;
        try {
            text = task.files().readText(path);
        } catch (FileException e) {
            throw new ShellError("can't open '" + name + "': " + e.getMessage(), 2);
        }
        List<String> before = shell.positional();
        boolean own = words.size() > 2;
        if (own) {
            shell.positional(words.subList(2, words.size()));
        }
        boolean back = own;
        try {
            shell.source(name, text);
        } catch (Jump jump) {
            back = own && jump.leavesLoop();
            throw jump;
        } catch (ShellError error) {
            // An interactive shell goes on with the file's parameters, and a trap sees them: as in ash.
            back = false;
            throw error;
        } finally {
            if (back) {
                shell.positional(before);
            }
        }
        return shell.status();
    }

    private int command(List<String> words) throws IOException, InterruptedException {
        if (words.size() == 1) {
            return 0;
        }
        if (words.get(1).equals("-v") || words.get(1).equals("-V")) {
            return describe(words.subList(2, words.size()), words.get(1).equals("-V"));
        }
        List<String> rest = words.subList(words.get(1).equals("-p") ? 2 : 1, words.size());
        if (rest.isEmpty()) {
            return 0;
        }
        Builtin builtin = find(rest.get(0));
        if (builtin != null) {
            String outer = shell.speaks(rest.get(0));
            try {
                return builtin.run(rest);
            } catch (ShellError error) {
                shell.complain(error);
                throw error;
            } finally {
                shell.speaks(outer);
            }
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
            if (Parser.isReserved(name)) {
                print(words ? name + " is a shell keyword" : name);
            } else if (shell.functions().containsKey(name)) {
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
        if (words.get(1).equals("-S")) {
            return print("u=" + rights(6) + ",g=" + rights(3) + ",o=" + rights(0));
        }
        try {
            int mask = Integer.parseInt(words.get(1), 8);
            if (mask >= 0 && mask <= 0777) {
                task.umask(mask);
                return 0;
            }
        } catch (NumberFormatException e) {
            // The same complaint as for a number that is too large.
        }
        throw new ShellError("illegal mode: " + words.get(1), 2);
    }

    private String rights(int shift) {
        int given = ~task.umask() >> shift;
        return ((given & 4) != 0 ? "r" : "") + ((given & 2) != 0 ? "w" : "") + ((given & 1) != 0 ? "x" : "");
    }
}
