package kubelab.containers.runtime.command;

import java.io.IOException;
import java.util.List;
import kubelab.containers.runtime.kernel.Loader;
import kubelab.containers.runtime.kernel.Task;
import org.jspecify.annotations.Nullable;

/** Starting other commands from a command: xargs, find -exec, timeout, env. */
public final class Commands {
    private Commands() {}

    /** @return null when there is no such program, or it may not be run */
    public static Loader.@Nullable Executable find(Task task, List<String> words) {
        String path =
                Loader.search(task.files(), words.get(0), task.environment().getOrDefault("PATH", "/bin"));
        if (path == null) {
            return null;
        }
        try {
            return Loader.load(task.namespaces(), task.files(), path, words);
        } catch (IOException notRunnable) {
            return null;
        }
    }

    /** Runs a command as a child and waits. @return its exit code; 127 when there is none of that name */
    public static int run(Task task, List<String> words) throws IOException {
        task.out().flush();
        Loader.Executable found = find(task, words);
        if (found == null) {
            task.err().print(Usage.name(task) + ": " + words.get(0) + ": No such file or directory\n");
            return 127;
        }
        Task child = task.fork(found.words());
        return task.runInline(child, found.program());
    }
}
