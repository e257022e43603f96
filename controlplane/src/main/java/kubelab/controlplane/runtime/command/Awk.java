package kubelab.controlplane.runtime.command;

import java.io.IOException;
import kubelab.controlplane.runtime.kernel.Task;

/** {@code awk}. */
final class Awk {
    private Awk() {}

    static int main(Task task) throws IOException {
        return Usage.error(task, "not available");
    }
}
