package kubelab.containers.runtime.shell;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kubelab.containers.runtime.kernel.Signal;
import kubelab.containers.runtime.kernel.Task;

/** Builtins about the shell's jobs, and about the signals between it and other processes. */
final class ProcessBuiltins {
    private final Interpreter shell;
    private final Task task;

    ProcessBuiltins(Interpreter shell) {
        this.shell = shell;
        this.task = shell.task();
    }

    int trap(List<String> words) throws IOException {
        if (words.size() == 1) {
            if (shell.traps().exitScript() != null) {
                task.out().println("trap -- " + Quotes.always(shell.traps().exitScript()) + " EXIT");
            }
            for (Map.Entry<Signal, String> entry : shell.traps().scripts().entrySet()) {
                task.out().println("trap -- " + Quotes.always(entry.getValue()) + " " + entry.getKey());
            }
            return 0;
        }
        String option = words.get(1);
        if (option.equals("--")) {
            words = words.subList(1, words.size());
            if (words.size() == 1) {
                return trap(words);
            }
        } else if (option.startsWith("-") && option.length() > 1) {
            throw new ShellError("illegal option " + option.substring(0, 2), 2);
        }
        String action = words.get(1);
        List<String> names = words.subList(2, words.size());
        boolean reset = action.equals("-");
        if (names.isEmpty()) {
            names = List.of(action);
            reset = true;
        }
        for (String name : names) {
            if (name.equals("EXIT") || name.equals("0")) {
                shell.traps().onExit(reset ? null : action);
                continue;
            }
            Signal signal = Signal.of(name);
            if (signal == null) {
                shell.report("trap", name + ": invalid signal specification");
                return 1;
            }
            if (signal != Signal.KILL && signal != Signal.STOP) {
                shell.traps().on(signal, reset ? null : action);
            }
        }
        return 0;
    }

    int waitFor(List<String> words) throws IOException, InterruptedException {
        if (words.size() == 1) {
            for (Task job : List.copyOf(shell.jobs().values())) {
                int code = await(job);
                if (code < 0) {
                    return -code;
                }
            }
            shell.waitedFor().putAll(shell.jobs());
            shell.jobs().clear();
            return 0;
        }
        int result = 0;
        for (String word : words.subList(1, words.size())) {
            int pid = word.startsWith("%") ? jobPid(word) : number(word);
            if (pid < 0) {
                throw new ShellError("Illegal number: " + word, 2);
            }
            Task job = shell.jobs().get(pid);
            if (job == null && shell.waitedFor().containsKey(pid)) {
                result = shell.waitedFor().get(pid).exited().join();
                continue;
            }
            if (job == null) {
                result = 127;
                continue;
            }
            result = await(job);
            if (result < 0) {
                return -result;
            }
            shell.announceDeath(job);
            shell.jobs().remove(pid);
            shell.waitedFor().put(pid, job);
        }
        return result;
    }

    /** The process of a job: {@code %1}, {@code %%}, {@code %-}. Of their names ash knows only with job control. */
    private int jobPid(String word) {
        List<Integer> pids = new ArrayList<>(shell.jobs().keySet());
        String which = word.substring(1);
        boolean previous = which.equals("-");
        int index;
        if (previous || which.isEmpty() || which.equals("%") || which.equals("+")) {
            index = previous ? pids.size() - 1 : pids.size();
            if (index < 1) {
                throw new ShellError(previous ? "No previous job" : "No current job", 2);
            }
        } else {
            index = number(which);
        }
        if (index < 1 || index > pids.size()) {
            throw new ShellError(word + ": no such job", 2);
        }
        return pids.get(index - 1);
    }

    private static int number(String word) {
        try {
            return Integer.parseInt(word);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** @return the exit code; negative when a trapped signal came first */
    private int await(Task job) throws InterruptedException {
        Object bell = new Object();
        job.exited().thenRun(() -> {
            synchronized (bell) {
                bell.notifyAll();
            }
        });
        while (true) {
            task.check();
            Signal signal = shell.traps().pending();
            if (signal != null) {
                return -(128 + signal.number());
            }
            if (job.exited().isDone()) {
                return job.exited().join();
            }
            synchronized (bell) {
                if (job.exited().isDone()) {
                    continue;
                }
                try {
                    bell.wait();
                } catch (InterruptedException e) {
                    // A signal: the checks above say what it was.
                }
            }
        }
    }

    int jobs(List<String> words) throws IOException {
        int number = 1;
        for (Task job : shell.jobs().values()) {
            if (words.contains("-p")) {
                task.out().println(Integer.toString(job.pid()));
            } else if (!job.dead()) {
                task.out().println("[" + number + "]+  Running                 " + String.join(" ", job.arguments()));
            }
            number++;
        }
        return 0;
    }

    /** {@code kill} knows processes only: its words with a job such as {@code %1} as the number of its process. */
    List<String> pidsOf(List<String> words) {
        List<String> all = new ArrayList<>(words);
        for (int i = 1; i < all.size(); i++) {
            if (all.get(i).startsWith("%")) {
                all.set(i, Integer.toString(jobPid(all.get(i))));
            }
        }
        return all;
    }
}
