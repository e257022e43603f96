package kubelab.containers.runtime.kernel;

/** Unwinds a task's thread after the task has ended. Not an error; never caught by programs. */
public final class TaskExit extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Task task;

    TaskExit(Task task) {
        super(null, null, false, false);
        this.task = task;
    }

    public Task task() {
        return task;
    }
}
