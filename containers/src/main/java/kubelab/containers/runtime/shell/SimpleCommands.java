package kubelab.containers.runtime.shell;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kubelab.containers.runtime.filesystem.FileException;
import kubelab.containers.runtime.kernel.Signal;
import kubelab.containers.runtime.kernel.Task;

/** Commands of words: assignments alone, else a function, a builtin or a program, whichever has the first word's name. */
final class SimpleCommands {
    private static final int MAX_CALLS = 1000;

    private final Interpreter shell;
    private final Redirections redirections;
    private final ExternalCommands external;
    private final Builtins builtins;
    private final Task task;
    private final Variables variables;
    private final Expander expander;
    private final Nesting nesting;

    SimpleCommands(Interpreter shell, Redirections redirections, Builtins builtins, ExternalCommands external) {
        this.shell = shell;
        this.redirections = redirections;
        this.builtins = builtins;
        this.external = external;
        this.task = shell.task();
        this.variables = shell.variables();
        this.expander = shell.expander();
        this.nesting = shell.nesting();
    }

    void run(Node.Simple simple, boolean last) throws IOException, InterruptedException {
        shell.line(simple.line());
        shell.substituted(0);
        task.charge(Interpreter.BUILTIN_COST);
        List<String> words = expander.fields(simple.words());
        if (words.isEmpty()) {
            assignOnly(simple);
            return;
        }
        if (shell.option('x')) {
            simple = settled(simple);
            trace(simple.assignments(), words);
        }
        String command = words.get(0);
        Node function = shell.functions().get(command);
        if (function != null && !Builtins.isSpecial(command)) {
            call(function, words, simple);
            return;
        }
        Builtins.Builtin builtin = builtins.find(command);
        if (builtin != null) {
            runBuiltin(builtin, words, simple);
            return;
        }
        external.run(words, simple, last);
        shell.traps().run();
    }

    private void assignOnly(Node.Simple simple) throws IOException, InterruptedException {
        List<Node.Assignment> done = new ArrayList<>();
        try (Redirections.Applied applied = redirections.temporarily(simple.redirections())) {
            if (!applied.worked()) {
                return;
            }
            for (Node.Assignment assignment : simple.assignments()) {
                String value = expander.text(assignment.value());
                variables.set(assignment.name(), value);
                done.add(new Node.Assignment(assignment.name(), Word.literal(value)));
                remember(value);
                if (shell.option('a')) {
                    variables.export(assignment.name(), true);
                }
            }
        }
        shell.status(shell.substituted());
        if (shell.option('x') && !done.isEmpty()) {
            trace(done, List.of());
        }
    }

    /** Large values count as this process's memory, and while one is put together it is there two more times. */
    private void remember(String value) {
        if (value.length() > 64 * 1024) {
            long sum = 512 * 1024;
            for (String each : variables.all().values()) {
                sum += each.length();
            }
            task.memory(sum + 2L * value.length());
            task.memory(sum);
        }
    }

    private void call(Node function, List<String> words, Node.Simple simple) throws IOException, InterruptedException {
        if (nesting.calls() >= MAX_CALLS) {
            task.signal(Signal.SEGV, null);
            task.check();
            throw new ShellError("maximum recursion depth exceeded", 2);
        }
        List<String> before = shell.positional();
        int outerLoops = nesting.enterFunction();
        variables.enterFunction();
        try (Redirections.Applied applied = redirections.temporarily(simple.redirections())) {
            for (Node.Assignment assignment : simple.assignments()) {
                variables.local(assignment.name());
                variables.set(assignment.name(), expander.text(assignment.value()));
            }
            shell.positional(words.subList(1, words.size()));
            if (applied.worked()) {
                shell.run(function, false);
            }
        } catch (Jump jump) {
            if (jump.kind() != Jump.Kind.RETURN) {
                throw jump;
            }
            shell.status(jump.value());
        } finally {
            shell.positional(before);
            nesting.leaveFunction(outerLoops);
            variables.leaveFunction();
        }
    }

    private void runBuiltin(Builtins.Builtin builtin, List<String> words, Node.Simple simple)
            throws IOException, InterruptedException {
        boolean special = Builtins.isSpecial(words.get(0));
        if (words.get(0).equals("exec")) {
            external.exec(words, simple);
            return;
        }
        Map<String, String> before = new LinkedHashMap<>();
        try (Redirections.Applied applied = redirections.temporarily(simple.redirections())) {
            if (!applied.worked()) {
                if (special && !shell.isInteractive()) {
                    throw new Jump(Jump.Kind.EXIT, shell.status());
                }
                return;
            }
            for (Node.Assignment assignment : simple.assignments()) {
                if (!special) {
                    before.put(assignment.name(), variables.get(assignment.name(), "\0"));
                }
                variables.set(assignment.name(), expander.text(assignment.value()));
            }
            // What command runs speaks for itself.
            String outer = words.get(0).equals("command") ? shell.speaker() : shell.speaks(words.get(0));
            try {
                shell.status(builtin.run(words));
                task.out().flush();
            } catch (FileException e) {
                shell.complain(e.getMessage() == null ? "" : e.getMessage());
                shell.status(1);
            } catch (ShellError error) {
                shell.complain(error);
                if (special) {
                    throw error;
                }
                shell.status(error.status());
            } finally {
                shell.speaks(outer);
            }
        } finally {
            variables.restore(before);
        }
        shell.traps().run();
    }

    /** With its assignments' values in place of what they come from, which must not run twice. */
    private Node.Simple settled(Node.Simple simple) throws IOException, InterruptedException {
        List<Node.Assignment> assignments = new ArrayList<>();
        for (Node.Assignment each : simple.assignments()) {
            assignments.add(new Node.Assignment(each.name(), Word.literal(expander.text(each.value()))));
        }
        return new Node.Simple(assignments, simple.words(), simple.redirections(), simple.line());
    }

    private void trace(List<Node.Assignment> assignments, List<String> words) throws IOException, InterruptedException {
        StringBuilder text = new StringBuilder(variables.get("PS4", "+ "));
        for (Node.Assignment assignment : assignments) {
            text.append(assignment.name())
                    .append('=')
                    .append(Quotes.ifNeeded(expander.text(assignment.value())))
                    .append(' ');
        }
        text.append(String.join(" ", words.stream().map(Quotes::ifNeeded).toList()));
        task.err().print(text.toString().stripTrailing() + "\n");
    }
}
