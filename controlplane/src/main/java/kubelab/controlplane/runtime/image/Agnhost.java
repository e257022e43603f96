package kubelab.controlplane.runtime.image;

import java.io.IOException;
import kubelab.controlplane.runtime.kernel.Program;
import kubelab.controlplane.runtime.kernel.Signal;
import kubelab.controlplane.runtime.kernel.Task;

/** agnhost, the Swiss army knife of Kubernetes' own end-to-end tests. Source: test/images/agnhost in Kubernetes 1.34. */
final class Agnhost implements Program {
    @Override
    public long memory() {
        return 12 << 20;
    }

    @Override
    public int run(Task task) throws IOException, InterruptedException {
        // A Go program's runtime exits with 2 on TERM even where the kernel would not let the signal through.
        task.handle(Signal.TERM, signal -> task.exit(2));
        task.handle(Signal.INT, signal -> task.exit(2));
        return switch (task.argument(1)) {
            case "pause", "" -> STAYS;
            default -> {
                task.err()
                        .print("Error: unknown command \"" + task.argument(1) + "\" for \"app\"\n"
                                + "Run 'app --help' for usage.\n");
                yield 1;
            }
        };
    }
}
