package kubelab.controlplane.runtime.shell;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import kubelab.controlplane.runtime.filesystem.Errno;
import kubelab.controlplane.runtime.filesystem.FileException;
import kubelab.controlplane.runtime.kernel.Loader;
import kubelab.controlplane.runtime.kernel.Task;
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
        if (!redirections.apply(task, simple.redirections())) {
            throw new Jump(Jump.Kind.EXIT, 1);
        }
        shell.status(0);
        if (words.size() == 1) {
            return;
        }
        Loader.Executable found = load(words.subList(1, words.size()), "exec: ");
        if (found == null) {
            throw new Jump(Jump.Kind.EXIT, shell.status());
        }
        replace(found, simple);
    }

    private void replace(Loader.Executable found, Node.Simple simple) throws IOException, InterruptedException {
        task.environment(environment(simple));
        int code = task.runExec(found.words(), found.program());
        task.out().flush();
        shell.traps().onExit(null);
        throw new Jump(Jump.Kind.EXIT, code);
    }

    private Map<String, String> environment(Node.Simple simple) throws IOException, InterruptedException {
        Map<String, String> environment = shell.variables().environment();
        for (Node.Assignment assignment : simple.assignments()) {
            environment.put(assignment.name(), shell.expander().text(assignment.value()));
        }
        return environment;
    }

    void run(List<String> words, Node.Simple simple, boolean last) throws IOException, InterruptedException {
        if (last
                && !shell.nesting().inTest()
                && !shell.isInteractive()
                && shell.traps().isEmpty()) {
            if (!redirections.apply(task, simple.redirections())) {
                return;
            }
            Loader.Executable found = load(words, "");
            if (found != null) {
                replace(found, simple);
            }
            return;
        }
        task.charge(Interpreter.FORK_COST);
        Task child = task.fork(words);
        child.environment(environment(simple));
        if (!redirections.apply(child, simple.redirections())) {
            child.exit(1);
            return;
        }
        // Complaints about the command go where its errors go.
        String path =
                Loader.search(task.files(), words.get(0), shell.variables().get("PATH", ""));
        Loader.Executable found = null;
        try {
            if (path == null) {
                shell.status(127);
                shell.complain(child, words.get(0) + ": not found");
            } else {
                found = Loader.load(task.world(), task.files(), path, words);
            }
        } catch (FileException e) {
            shell.status(e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR ? 127 : 126);
            String why = e.errno() == Errno.ENOENT ? "not found" : String.valueOf(e.getMessage());
            shell.complain(child, words.get(0) + ": " + why);
        }
        if (found == null) {
            child.exit(shell.status());
            return;
        }
        child.rename(found.words());
        shell.status(task.runInline(child, found.program()));
        shell.announceDeath(child);
    }

    /** @return null after a complaint; the status is set */
    private Loader.@Nullable Executable load(List<String> words, String prefix) throws IOException {
        String path =
                Loader.search(task.files(), words.get(0), shell.variables().get("PATH", ""));
        if (path == null) {
            shell.status(127);
            shell.complain(prefix + words.get(0) + ": not found");
            return null;
        }
        try {
            return Loader.load(task.world(), task.files(), path, words);
        } catch (FileException e) {
            boolean missing = e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR;
            shell.status(missing ? 127 : 126);
            shell.complain(prefix + words.get(0) + ": " + (missing ? "not found" : e.getMessage()));
            return null;
        }
    }
}
