package kubelab.containers.runtime.command;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import kubelab.containers.clock.Clock;
import kubelab.containers.runtime.kernel.Loader;
import kubelab.containers.runtime.kernel.NodeHardware;
import kubelab.containers.runtime.kernel.ProcTree;
import kubelab.containers.runtime.kernel.Signal;
import kubelab.containers.runtime.kernel.Task;
import org.jspecify.annotations.Nullable;

/** ps, kill, pidof and what else is about processes. */
public final class Processes {
    private Processes() {}

    static int ps(Task task) throws IOException {
        task.out().println("PID   USER     TIME  COMMAND");
        for (Task each : task.namespaces().pids().tasks()) {
            long seconds = each.cpuNanos() / 1_000_000_000;
            task.out()
                    .println(String.format(
                            Locale.ROOT,
                            "%5d %-8s %2d:%02d  %s",
                            each.pid(),
                            Users.name(task, each.credentials().uid()),
                            seconds / 60,
                            seconds % 60,
                            String.join(" ", each.arguments()).replace('\n', ' ')));
        }
        return 0;
    }

    static int top(Task task) throws IOException {
        long used = task.namespaces().cgroup().memoryBytes() / 1024;
        task.out()
                .println("Mem: " + used + "K used, " + (NodeHardware.MEMORY_BYTES / 1024 - used)
                        + "K free, 0K shrd, 0K buff, 0K cached");
        task.out().println("CPU:   0% usr   0% sys   0% nic 100% idle   0% io   0% irq   0% sirq");
        task.out()
                .println("Load average: 0.00 0.00 0.00 1/"
                        + task.namespaces().pids().tasks().size() + " " + task.pid());
        task.out().println("  PID  PPID USER     STAT   VSZ %VSZ CPU %CPU COMMAND");
        for (Task each : task.namespaces().pids().tasks()) {
            task.out()
                    .println(String.format(
                            Locale.ROOT,
                            "%5d %5d %-8s %s %7d   0%%   0   0%% %s",
                            each.pid(),
                            each.parentPid(),
                            Users.name(task, each.credentials().uid()),
                            each == task ? "R  " : "S  ",
                            each.memory() / 1024,
                            String.join(" ", each.arguments()).replace('\n', ' ')));
        }
        return 0;
    }

    public static int kill(Task task) throws IOException {
        List<String> words = task.arguments();
        Signal signal = Signal.TERM;
        int first = 1;
        if (words.size() > 1 && words.get(1).equals("-l")) {
            return list(task, words.subList(2, words.size()));
        }
        if (words.size() > 1 && words.get(1).equals("--")) {
            first = 2;
        } else if (words.size() > 1
                && words.get(1).startsWith("-")
                && words.get(1).length() > 1) {
            boolean named = words.get(1).equals("-s");
            String name = named ? task.argument(2) : words.get(1).substring(1);
            first = named ? 3 : 2;
            if (!name.equals("0")) {
                Signal found = Signal.of(name);
                if (found == null) {
                    task.err().print(shellName(task) + "bad signal name '" + name + "'\n");
                    return 1;
                }
                signal = found;
            } else {
                signal = Signal.CONT;
            }
        }
        if (first >= words.size()) {
            task.err().print(shellName(task) + "you need to specify whom to kill\n");
            return 1;
        }
        int errors = 0;
        for (String word : words.subList(first, words.size())) {
            errors += one(task, word, signal) ? 0 : 1;
        }
        return Math.min(errors, 1);
    }

    private static boolean one(Task task, String word, Signal signal) throws IOException {
        int pid;
        try {
            pid = Integer.parseInt(word);
        } catch (NumberFormatException e) {
            task.err().print(shellName(task) + "invalid number '" + word + "'\n");
            return false;
        }
        if (pid == -1) {
            for (Task each : task.namespaces().pids().tasks()) {
                if (each.pid() != 1 && each != task) {
                    each.signal(signal, task);
                }
            }
            return true;
        }
        Task target = task.namespaces().pids().find(Math.abs(pid));
        if (target == null) {
            task.err().print(shellName(task) + "can't kill pid " + pid + ": No such process\n");
            return false;
        }
        long uid = task.credentials().uid();
        if (uid != 0 && uid != target.credentials().uid()) {
            task.err().print(shellName(task) + "can't kill pid " + pid + ": Operation not permitted\n");
            return false;
        }
        target.signal(signal, task);
        return true;
    }

    /** kill is built into the shell, which puts its own name in front. */
    private static String shellName(Task task) {
        return Usage.name(task).equals("kill") ? "sh: " : Usage.name(task) + ": ";
    }

    private static int list(Task task, List<String> which) throws IOException {
        if (which.isEmpty()) {
            for (Signal signal : Signal.values()) {
                task.out().println(String.format("%2d) %s", signal.number(), signal.name()));
            }
            return 0;
        }
        for (String word : which) {
            Signal signal = Signal.of(
                    word.matches("\\d+") && Integer.parseInt(word) > 128
                            ? Integer.toString(Integer.parseInt(word) - 128)
                            : word);
            if (signal != null) {
                task.out().println(word.matches("\\d+") ? signal.name() : Integer.toString(signal.number()));
            }
        }
        return 0;
    }

    static int pidof(Task task) throws IOException {
        List<String> found = new ArrayList<>();
        Options options = Options.parse(task, "s", "o");
        if (options == null) {
            return 1;
        }
        List<Task> all = task.namespaces().pids().tasks();
        for (int i = all.size() - 1; i >= 0; i--) {
            String name = programName(all.get(i));
            if (options.rest().contains(name)) {
                found.add(Integer.toString(all.get(i).pid()));
            }
        }
        if (!found.isEmpty()) {
            task.out().println(options.has('s') ? found.get(0) : String.join(" ", found));
        }
        return found.isEmpty() ? 1 : 0;
    }

    private static String programName(Task task) {
        String name = ProcTree.comm(task);
        return name.startsWith("nginx:") ? "nginx" : name;
    }

    static int pkill(Task task) throws IOException {
        List<String> words =
                new ArrayList<>(task.arguments().subList(1, task.arguments().size()));
        boolean print = Usage.name(task).equals("pgrep");
        Signal signal = Signal.TERM;
        boolean full = false;
        while (!words.isEmpty() && words.get(0).startsWith("-")) {
            String option = words.remove(0).substring(1);
            Signal named = Signal.of(option);
            full |= option.equals("f");
            signal = named == null ? signal : named;
        }
        if (words.isEmpty()) {
            return Usage.fail(task, Usage.name(task), "[-l|-SIGNAL] [PATTERN]");
        }
        java.util.regex.Pattern pattern = java.util.regex.Pattern.compile(words.get(0));
        boolean any = false;
        for (Task each : task.namespaces().pids().tasks()) {
            String text = full ? String.join(" ", each.arguments()) : programName(each);
            if (each != task && pattern.matcher(text).find()) {
                any = true;
                if (print) {
                    task.out().println(Integer.toString(each.pid()));
                } else {
                    each.signal(signal, task);
                }
            }
        }
        return any ? 0 : 1;
    }

    static int killall(Task task) throws IOException {
        Signal signal = Signal.TERM;
        int errors = 0;
        for (String word : task.arguments().subList(1, task.arguments().size())) {
            if (word.startsWith("-")) {
                Signal named = Signal.of(word.substring(1));
                signal = named == null ? signal : named;
                continue;
            }
            boolean any = false;
            for (Task each : task.namespaces().pids().tasks()) {
                if (each != task && programName(each).equals(word)) {
                    each.signal(signal, task);
                    any = true;
                }
            }
            if (!any) {
                task.err().print("killall: " + word + ": no process killed\n");
                errors++;
            }
        }
        return errors == 0 ? 0 : 1;
    }

    static int timeout(Task task) throws IOException, InterruptedException {
        Options options = Options.parse(task, "", "sk", false);
        if (options == null || options.rest().size() < 2) {
            return options == null ? 1 : Usage.fail(task, "timeout", "[-s SIG] [-k KILL_SECS] SECS PROG ARGS");
        }
        Signal signal = Signal.of(options.value('s', "TERM"));
        List<String> words = options.rest().subList(1, options.rest().size());
        String seconds = options.rest().get(0);
        double limit = Double.parseDouble(seconds.endsWith("s") ? seconds.substring(0, seconds.length() - 1) : seconds);
        Loader.Executable found = Commands.find(task, words);
        if (found == null) {
            task.err().print("timeout: can't execute '" + words.get(0) + "': No such file or directory\n");
            return 127;
        }
        Task child = task.fork(found.words());
        boolean[] late = new boolean[1];
        Clock.Timer timer = task.clock().schedule(Duration.ofNanos((long) (limit * 1e9)), () -> {
            late[0] = true;
            child.signal(signal == null ? Signal.TERM : signal, null);
        });
        int code = task.runInline(child, found.program());
        timer.cancel();
        if (late[0]) {
            // The real one becomes the command, and a watcher kills it: whoever waits sees a death by signal.
            task.signal(signal == null ? Signal.TERM : signal, null);
            task.check();
        }
        return code;
    }

    /** How long a command takes; all its processor time is the user's, and that of its own children is not in it. */
    static int time(Task task) throws IOException {
        List<String> words = task.arguments().subList(1, task.arguments().size());
        if (words.isEmpty()) {
            return Usage.fail(task, "time", "[-vpa] [-o FILE] PROG ARGS");
        }
        Instant begin = task.clock().now();
        Loader.Executable found = find(task, "time", words);
        if (found == null) {
            return 127;
        }
        Task child = task.fork(found.words());
        int code = task.runInline(child, found.program());
        if (code != 0) {
            task.err().print("Command exited with non-zero status " + code + "\n");
        }
        task.err()
                .print("real\t" + minutes(Duration.between(begin, task.clock().now())) + "\nuser\t"
                        + minutes(Duration.ofNanos(child.cpuNanos())) + "\nsys\t" + minutes(Duration.ZERO) + "\n");
        return code;
    }

    private static String minutes(Duration time) {
        long hundredths = time.toMillis() / 10;
        return String.format(Locale.ROOT, "%dm %d.%02ds", hundredths / 6000, hundredths / 100 % 60, hundredths % 100);
    }

    static int nohup(Task task) throws IOException {
        List<String> words = task.arguments().subList(1, task.arguments().size());
        if (words.isEmpty()) {
            Usage.fail(task, "nohup", "PROG ARGS");
            return 127;
        }
        task.handle(Signal.HUP, Task.Handler.IGNORE);
        Loader.Executable found = find(task, "nohup", words);
        return found == null ? 127 : task.runInline(task.fork(found.words()), found.program());
    }

    /** @return null after a complaint */
    private static Loader.@Nullable Executable find(Task task, String name, List<String> words) throws IOException {
        Loader.Executable found = Commands.find(task, words);
        if (found == null) {
            task.err().print(name + ": can't execute '" + words.get(0) + "': No such file or directory\n");
        }
        return found;
    }

    static int nproc(Task task) throws IOException {
        task.out().println(Integer.toString(NodeHardware.PROCESSORS));
        return 0;
    }
}
