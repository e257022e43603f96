package kubelab.containers.runtime.shell;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kubelab.containers.runtime.filesystem.Errno;
import kubelab.containers.runtime.filesystem.FileException;
import kubelab.containers.runtime.kernel.Loader;
import kubelab.containers.runtime.kernel.Task;
import org.jspecify.annotations.Nullable;

/** Commands that are programs: found on the PATH, then run in a child or in place of the shell. */
final class ExternalCommands {
    private final Interpreter shell;
    private final Redirections redirections;
    private final Task task;

    ExternalCommands(Interpreter shell, Redirections redirections) {
        this.shell = shell;
        this.redirections = redirections;
        this.task = shell.task();
    }

    /** {@code exec} with a command replaces this process; without, its redirections stay. */
    void exec(List<String> words, Node.Simple simple) throws IOException, InterruptedException {
        if (!redirections.apply(task, redirections.expand(simple.redirections()))) {
            throw new Jump(Jump.Kind.EXIT, 1);
        }
        shell.status(0);
        if (words.size() == 1) {
            return;
        }
        Map<String, String> environment = environment(simple);
        String outer = shell.speaks("exec");
        Loader.Executable found;
        try {
            found = load(task, words.subList(1, words.size()), path(simple, environment));
        } finally {
            shell.speaks(outer);
        }
        if (found == null) {
            throw new Jump(Jump.Kind.EXIT, shell.status());
        }
        replace(found, environment);
    }

    private void replace(Loader.Executable found, Map<String, String> environment)
            throws IOException, InterruptedException {
        task.environment(environment);
        int code = task.runExec(found.words(), found.program());
        task.out().flush();
        shell.traps().onExit(null);
        throw new Jump(Jump.Kind.EXIT, code);
    }

    private Map<String, String> environment(Node.Simple simple) throws IOException, InterruptedException {
        Map<String, String> environment = shell.variables().environment();
        if (simple.assignments().isEmpty()) {
            return environment;
        }
        // An assignment sees those before it, and none of them outlives the command.
        Map<String, String> before = new LinkedHashMap<>();
        try {
            for (Node.Assignment assignment : simple.assignments()) {
                String name = assignment.name();
                String value = shell.expander().text(assignment.value());
                before.putIfAbsent(name, shell.variables().get(name, "\0"));
                shell.variables().set(name, value);
                environment.put(name, value);
            }
        } finally {
            shell.variables().restore(before);
        }
        return environment;
    }

    void run(List<String> words, Node.Simple simple, boolean last) throws IOException, InterruptedException {
        if (last
                && !shell.nesting().inTest()
                && !shell.isInteractive()
                && shell.traps().isEmpty()) {
            if (!redirections.apply(task, redirections.expand(simple.redirections()))) {
                return;
            }
            Map<String, String> environment = environment(simple);
            Loader.Executable found = load(task, words, path(simple, environment));
            if (found != null) {
                replace(found, environment);
            }
            return;
        }
        task.charge(Interpreter.FORK_COST);
        // What can fail comes before there is a child that would have to end.
        List<Redirections.Expanded> expanded = redirections.expand(simple.redirections());
        Map<String, String> environment = environment(simple);
        Task child = task.fork(words);
        child.environment(environment);
        if (!redirections.apply(child, expanded)) {
            child.exit(1);
            return;
        }
        Loader.Executable found = load(child, words, path(simple, environment));
        if (found == null) {
            child.exit(shell.status());
            return;
        }
        child.rename(found.words());
        shell.status(task.runInline(child, found.program()));
        shell.announceDeath(child);
    }

    /** Where a command is looked for: an assignment before it counts already. */
    private String path(Node.Simple simple, Map<String, String> environment) {
        boolean assigned = simple.assignments().stream()
                .anyMatch(assignment -> assignment.name().equals("PATH"));
        return assigned
                ? environment.getOrDefault("PATH", "")
                : shell.variables().get("PATH", "");
    }

    /** @return null after a complaint, which goes where the command's errors go; the status is set */
    private Loader.@Nullable Executable load(Task target, List<String> words, String directories) throws IOException {
        String path = Loader.search(task.files(), words.get(0), directories);
        if (path == null) {
            shell.status(127);
            shell.complain(target, words.get(0) + ": not found");
            return null;
        }
        try {
            return Loader.load(task.namespaces(), task.files(), path, words);
        } catch (FileException e) {
            boolean missing = e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR;
            shell.status(missing ? 127 : 126);
            shell.complain(target, words.get(0) + ": " + (missing ? "not found" : e.getMessage()));
            return null;
        }
    }
}
