package kubelab.controlplane.runtime.command;

import java.io.IOException;
import java.util.List;
import kubelab.controlplane.runtime.kernel.Program;
import kubelab.controlplane.runtime.kernel.Task;
import kubelab.controlplane.runtime.shell.Shell;
import org.jspecify.annotations.Nullable;

/** Which command a name stands for. */
public final class Applets {
    /** The program in /bin/busybox: does what its first word says. */
    public static final Program BUSYBOX = Applets::run;

    private Applets() {}

    public static List<String> names() {
        return List.of("ash", "cat", "echo", "sh", "sleep", "true", "false");
    }

    /** @return null when busybox has no such applet */
    public static @Nullable Program find(String name) {
        return switch (name) {
            case "sh", "ash" -> Shell::main;
            case "echo" -> Basics::echo;
            case "sleep" -> Basics::sleep;
            case "true" -> task -> 0;
            case "false" -> task -> 1;
            default -> null;
        };
    }

    private static int run(Task task) throws IOException, InterruptedException {
        String word = task.argument(0);
        String name = word.substring(word.lastIndexOf('/') + 1);
        Program applet = find(name.startsWith("-") ? name.substring(1) : name);
        if (applet == null) {
            task.err().print(name + ": applet not found\n");
            return 127;
        }
        return applet.run(task);
    }
}
