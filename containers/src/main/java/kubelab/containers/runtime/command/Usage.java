package kubelab.containers.runtime.command;

import java.io.IOException;
import kubelab.containers.runtime.kernel.Task;

/** Complaints in busybox's form. */
final class Usage {
    static final String BANNER = "BusyBox v1.36.1 (2024-01-01 00:00:00 UTC) multi-call binary.";

    private Usage() {}

    /** @return 1 */
    static int fail(Task task, String applet, String synopsis) throws IOException {
        task.err().print(BANNER + "\n\nUsage: " + applet + (synopsis.isEmpty() ? "" : " " + synopsis) + "\n");
        return 1;
    }

    /** {@code applet: message}. @return 1 */
    static int error(Task task, String message) throws IOException {
        task.err().print(name(task) + ": " + message + "\n");
        return 1;
    }

    /** {@code applet: can't open 'path': why}. @return 1 */
    static int cannotOpen(Task task, String path, IOException why) throws IOException {
        return error(task, "can't open '" + path + "': " + why.getMessage());
    }

    static String name(Task task) {
        String word = task.argument(0);
        String name = word.substring(word.lastIndexOf('/') + 1);
        return name.equals("busybox") && !task.argument(1).isEmpty() ? task.argument(1) : name;
    }
}
