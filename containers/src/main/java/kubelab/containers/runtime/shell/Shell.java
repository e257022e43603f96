package kubelab.containers.runtime.shell;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kubelab.containers.runtime.filesystem.FileException;
import kubelab.containers.runtime.filesystem.OpenFile;
import kubelab.containers.runtime.kernel.Signal;
import kubelab.containers.runtime.kernel.Task;
import org.jspecify.annotations.Nullable;

/**
 * The program {@code sh}: where the script comes from, and an interactive shell's prompt.
 *
 * <p>Simplified: no aliases, no {@code <( )}, no {@code wait -n}; {@code umask} takes numbers only; {@code hash} has
 * no effect; numbers beyond 64 bits differ from busybox.
 */
public final class Shell {
    private Shell() {}

    public static int main(Task task) throws IOException, InterruptedException {
        Set<Character> options = new HashSet<>();
        List<String> arguments = task.arguments();
        boolean command = false;
        boolean forceInteractive = false;
        boolean fromStandardInput = false;
        int i = 1;
        for (; i < arguments.size(); i++) {
            String word = arguments.get(i);
            if (word.length() < 2 || word.charAt(0) != '-' && word.charAt(0) != '+') {
                break;
            }
            if (word.equals("--")) {
                i++;
                break;
            }
            boolean on = word.charAt(0) == '-';
            for (char letter : word.substring(1).toCharArray()) {
                switch (letter) {
                    case 'c' -> {
                        command = true;
                        options.add('c');
                    }
                    case 'i' -> forceInteractive = true;
                    case 's' -> fromStandardInput = true;
                    case 'l' -> {}
                    case 'o' -> {
                        String option = ++i < arguments.size() ? arguments.get(i) : "";
                        if (!VariableBuiltins.namedOption(options, option, on)) {
                            task.err().print("sh: illegal option " + word.charAt(0) + "o " + option + "\n");
                            return 0;
                        }
                    }
                    default -> {
                        if ("aefuxnvCbmh".indexOf(letter) < 0) {
                            task.err().print("sh: illegal option -" + letter + "\n");
                            return 2;
                        }
                        if (on) {
                            options.add(letter);
                        } else {
                            options.remove(letter);
                        }
                    }
                }
            }
        }
        Variables variables = variables(task);
        List<String> rest = arguments.subList(Math.min(i, arguments.size()), arguments.size());
        String name = task.argument(0);
        if (command) {
            if (rest.isEmpty()) {
                task.err().print("sh: -c requires an argument\n");
                return 2;
            }
            List<String> parameters = rest.size() > 2 ? rest.subList(2, rest.size()) : List.of();
            String called = rest.size() > 1 ? rest.get(1) : name;
            return script(new Interpreter(task, called, parameters, variables, options), rest.get(0));
        }
        if (!rest.isEmpty() && !fromStandardInput) {
            Interpreter shell = new Interpreter(task, rest.get(0), rest.subList(1, rest.size()), variables, options);
            String text;
            try {
                text = task.files().readText(rest.get(0));
            } catch (FileException e) {
                task.err().print(name + ": can't open '" + rest.get(0) + "': " + e.getMessage() + "\n");
                return 2;
            }
            shell.fromFile();
            return script(shell, text);
        }
        OpenFile input = task.descriptors().get(0);
        boolean terminal = forceInteractive || input != null && input.isTerminal();
        options.add('s');
        if (terminal) {
            options.add('i');
        }
        Interpreter shell = new Interpreter(task, name, rest, variables, options);
        return new Session(shell, terminal).run();
    }

    private static Variables variables(Task task) {
        Variables variables = new Variables();
        task.environment().forEach((name, value) -> {
            if (Variables.isName(name)) {
                variables.set(name, value);
                variables.export(name, true);
            } else {
                variables.pass(name, value);
            }
        });
        variables.set("IFS", " \t\n");
        variables.set("PS1", task.credentials().uid() == 0 ? "\\w # " : "\\w $ ");
        variables.set("PS2", "> ");
        variables.set("PS4", "+ ");
        variables.set("OPTIND", "1");
        variables.set("PPID", Integer.toString(task.parentPid()));
        variables.set("PWD", task.directory());
        variables.export("PWD", true);
        int level = 0;
        try {
            level = Integer.parseInt(variables.get("SHLVL", "0"));
        } catch (NumberFormatException noNumber) {
            // Somebody has set it to something else: start again.
        }
        variables.set("SHLVL", Integer.toString(level + 1));
        variables.export("SHLVL", true);
        if (variables.get("PATH") == null) {
            variables.set("PATH", "/sbin:/usr/sbin:/bin:/usr/bin");
        }
        return variables;
    }

    /** Runs a script command by command: what stands before a mistake has its effect. */
    private static int script(Interpreter shell, String text) throws IOException, InterruptedException {
        Parser parser = new Parser(text);
        try {
            Node next = parser.next();
            while (next != null) {
                Node node = next;
                SyntaxException mistake = null;
                try {
                    next = parser.next();
                } catch (SyntaxException e) {
                    mistake = e;
                    next = null;
                }
                int code = step(shell, node, next == null && mistake == null);
                if (code >= 0) {
                    return code;
                }
                if (mistake != null) {
                    throw mistake;
                }
            }
        } catch (SyntaxException e) {
            shell.line(e.line());
            shell.complain(String.valueOf(e.getMessage()));
            return 2;
        }
        return shell.leave();
    }

    /** @return the exit code when the script ends here, else -1 */
    private static int step(Interpreter shell, Node node, boolean last) throws IOException, InterruptedException {
        try {
            shell.run(node, last && shell.traps().isEmpty());
            shell.traps().run();
            return -1;
        } catch (Jump jump) {
            if (jump.kind() == Jump.Kind.EXIT) {
                return exit(shell, jump.value());
            }
            return -1;
        } catch (ShellError error) {
            shell.complain(error);
            return exit(shell, error.status());
        }
    }

    private static int exit(Interpreter shell, int status) throws IOException, InterruptedException {
        shell.status(status);
        return shell.leave();
    }

    /** A shell that reads its commands line by line: from a terminal with a prompt, from a pipe without. */
    private static final class Session {
        private final Interpreter shell;
        private final boolean interactive;
        private int lines;
        private int firstLine = 1;

        Session(Interpreter shell, boolean interactive) {
            this.shell = shell;
            this.interactive = interactive;
            shell.fromInput();
            if (interactive) {
                shell.interactive();
                shell.task().handle(Signal.INT, signal -> {});
                shell.task().handle(Signal.QUIT, signal -> {});
                shell.task().handle(Signal.TERM, signal -> {});
            }
        }

        int run() throws IOException, InterruptedException {
            StringBuilder text = new StringBuilder();
            while (true) {
                prompt(text.length() == 0 ? "PS1" : "PS2");
                String line = line();
                if (line == null) {
                    if (interactive) {
                        shell.task().err().print("\n");
                    }
                    return shell.leave();
                }
                if (text.length() == 0) {
                    firstLine = lines + 1;
                }
                lines++;
                text.append(line);
                int code = feed(text);
                if (code >= 0) {
                    return code;
                }
            }
        }

        private int feed(StringBuilder text) throws IOException, InterruptedException {
            try {
                Parser parser = new Parser(text.toString(), firstLine);
                List<Node> nodes = new java.util.ArrayList<>();
                for (Node node; (node = parser.next()) != null; ) {
                    nodes.add(node);
                }
                if (parser.waitsForHereDocument()) {
                    return -1;
                }
                text.setLength(0);
                for (Node node : nodes) {
                    int code = interactive ? interactively(node) : step(shell, node, false);
                    if (code >= 0) {
                        return code;
                    }
                }
            } catch (SyntaxException e) {
                if (e.incomplete()) {
                    return -1;
                }
                text.setLength(0);
                shell.task().err().print(shell.name() + ": " + e.getMessage() + "\n");
                shell.status(2);
                if (!interactive) {
                    return 2;
                }
            }
            return -1;
        }

        private int interactively(Node node) throws IOException, InterruptedException {
            try {
                shell.run(node, false);
                shell.traps().run();
                return -1;
            } catch (Jump jump) {
                return jump.kind() == Jump.Kind.EXIT ? exit(shell, jump.value()) : -1;
            } catch (ShellError error) {
                shell.complain(error);
                shell.status(error.status());
                return -1;
            }
        }

        private void prompt(String variable) throws IOException {
            if (!interactive) {
                return;
            }
            String directory = shell.task().directory();
            String home = shell.variables().get("HOME", "");
            String shown = !home.isEmpty() && !home.equals("/") && (directory + "/").startsWith(home + "/")
                    ? "~" + directory.substring(home.length())
                    : directory;
            String text = shell.variables()
                    .get(variable, "")
                    .replace("\\w", shown)
                    .replace("\\h", shell.task().namespaces().hostname())
                    .replace("\\u", "root")
                    .replace("\\$", shell.task().credentials().uid() == 0 ? "#" : "$");
            shell.task().err().print(text);
        }

        /** A byte at a time: what follows belongs to the commands. */
        private @Nullable String line() throws IOException {
            java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
            byte[] one = new byte[1];
            while (true) {
                int n = shell.task().read(0, one, 0, 1);
                if (n < 0) {
                    return bytes.size() == 0 ? null : bytes.toString(StandardCharsets.UTF_8) + "\n";
                }
                bytes.write(one[0]);
                if (one[0] == '\n') {
                    return bytes.toString(StandardCharsets.UTF_8);
                }
            }
        }
    }
}
