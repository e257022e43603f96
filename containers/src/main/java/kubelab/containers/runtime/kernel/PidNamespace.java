package kubelab.containers.runtime.kernel;

import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that see each other: a container's, or with {@code shareProcessNamespace} a Pod's. Tasks come and go on
 * threads of their own; what it hands out is a copy.
 */
public final class PidNamespace {
    private final TreeMap<Integer, Task> tasks = new TreeMap<>();
    private int last;

    synchronized int add(Task task) {
        tasks.put(++last, task);
        return last;
    }

    synchronized void remove(Task task) {
        tasks.remove(task.pid(), task);
    }

    public synchronized @Nullable Task find(int pid) {
        return tasks.get(pid);
    }

    /** Living tasks by pid. */
    public synchronized List<Task> tasks() {
        return List.copyOf(tasks.values());
    }
}
