package kubelab.containers.runtime.image;

import kubelab.containers.runtime.kernel.Program;
import kubelab.containers.runtime.kernel.Signal;
import kubelab.containers.runtime.kernel.Task;

/** Does nothing until it is told to end. Source: build/pause/linux/pause.c in Kubernetes. */
final class Pause implements Program {
    @Override
    public int run(Task task) {
        task.handle(Signal.TERM, signal -> end(task));
        task.handle(Signal.INT, signal -> end(task));
        return STAYS;
    }

    private static void end(Task task) {
        try {
            task.err().print("Shutting down, got signal\n");
        } catch (java.io.IOException nobodyListens) {
            // It ends all the same.
        }
        task.exit(0);
    }
}
