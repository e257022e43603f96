package kubelab.containers.runtime.shell;

import java.io.IOException;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import kubelab.containers.runtime.kernel.Signal;
import kubelab.containers.runtime.kernel.Task;
import org.jspecify.annotations.Nullable;

/**
 * What {@code trap} has set for signals and for the shell's end. A signal comes in another thread, at any moment: it is
 * only noted, and its script runs where the shell is between two commands.
 */
final class Traps {
    private final Interpreter shell;
    private final Task task;
    private final Map<Signal, String> scripts = new EnumMap<>(Signal.class);
    private final Set<Signal> pending = EnumSet.noneOf(Signal.class);
    private @Nullable String exit;

    Traps(Interpreter shell) {
        this.shell = shell;
        this.task = shell.task();
    }

    /** @param script empty to ignore the signal, null for what it does without a trap */
    void on(Signal signal, @Nullable String script) {
        if (script == null) {
            scripts.remove(signal);
            task.handle(signal, null);
        } else if (script.isEmpty()) {
            scripts.put(signal, "");
            task.handle(signal, Task.Handler.IGNORE);
        } else {
            scripts.put(signal, script);
            task.handle(signal, received -> {
                synchronized (pending) {
                    pending.add(received);
                }
                task.wake();
            });
        }
    }

    void onExit(@Nullable String script) {
        exit = script;
    }

    Map<Signal, String> scripts() {
        return scripts;
    }

    @Nullable
    String exitScript() {
        return exit;
    }

    /** Nothing is set, so another program may take this process over. */
    boolean isEmpty() {
        return scripts.isEmpty() && exit == null;
    }

    /** A signal that has come and whose script has not run. */
    @Nullable
    Signal pending() {
        synchronized (pending) {
            return pending.isEmpty() ? null : pending.iterator().next();
        }
    }

    /** Runs the scripts of the signals that have come. */
    void run() throws IOException, InterruptedException {
        while (true) {
            Signal signal;
            synchronized (pending) {
                if (pending.isEmpty()) {
                    return;
                }
                signal = pending.iterator().next();
                pending.remove(signal);
            }
            String script = scripts.get(signal);
            if (script != null && !script.isEmpty()) {
                int before = shell.status();
                shell.evaluateTrap(script);
                shell.status(before);
            }
        }
    }

    /** Runs the EXIT trap, once. @return the exit code */
    int runExit() throws IOException, InterruptedException {
        String script = exit;
        exit = null;
        int code = shell.status();
        if (script != null) {
            try {
                shell.evaluateTrap(script);
                shell.status(code);
            } catch (Jump jump) {
                shell.status(jump.kind() == Jump.Kind.EXIT ? jump.value() : code);
            } catch (ShellError error) {
                shell.complain(error);
                shell.status(error.status());
            }
        }
        return shell.status();
    }
}
