package kubelab.containers.runtime.shell;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import kubelab.containers.runtime.filesystem.Devices;
import kubelab.containers.runtime.filesystem.OpenFile;
import kubelab.containers.runtime.kernel.PipeFile;
import kubelab.containers.runtime.kernel.Program;
import kubelab.containers.runtime.kernel.Signal;
import kubelab.containers.runtime.kernel.Task;

/** The parts of a script that are processes of their own: ( ), $( ), a pipeline's stages and what runs after an &. */
final class Subshells {
    private final Interpreter shell;
    private final Redirections redirections;
    private final Task task;

    Subshells(Interpreter shell, Redirections redirections) {
        this.shell = shell;
        this.redirections = redirections;
        this.task = shell.task();
    }

    /** {@code ( )} */
    void run(Node.Subshell node) throws IOException, InterruptedException {
        List<Redirections.Expanded> expanded = redirections.expand(node.redirections());
        Task child = task.fork(task.arguments());
        Program body = shell.subshell(node.body());
        if (redirections.apply(child, expanded)) {
            shell.status(task.runInline(child, body));
            shell.announceDeath(child);
        } else {
            // The child itself opens its files, and ends as after any mistake.
            shell.status(2);
            child.exit(2);
        }
        shell.checked();
    }

    /** {@code $( )}: what a script prints, without the line ends at its end. */
    String capture(Node script) throws IOException, InterruptedException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Task child = task.fork(task.arguments());
        child.descriptors().set(1, new Collector(bytes));
        shell.substituted(task.runInline(child, shell.substitution(script)));
        int end = bytes.size();
        byte[] all = bytes.toByteArray();
        while (end > 0 && all[end - 1] == '\n') {
            end--;
        }
        return new String(all, 0, end, StandardCharsets.UTF_8).replace("\0", "");
    }

    private static final class Collector extends OpenFile {
        private final ByteArrayOutputStream bytes;

        Collector(ByteArrayOutputStream bytes) {
            super("pipe:[3998]");
            this.bytes = bytes;
        }

        @Override
        public synchronized void write(byte[] from, int offset, int length) {
            bytes.write(from, offset, length);
        }
    }

    /** The last stage runs in this thread, the others beside it. */
    void pipeline(Node.Pipeline pipeline) throws IOException, InterruptedException {
        List<Node> stages = pipeline.stages();
        List<Task> children = new ArrayList<>();
        OpenFile input = null;
        for (int i = 0; i < stages.size(); i++) {
            Task child = task.fork(task.arguments());
            if (input != null) {
                child.descriptors().set(0, input);
            }
            Program stage = shell.subshell(stages.get(i));
            children.add(child);
            if (i == stages.size() - 1) {
                shell.status(task.runInline(child, stage));
            } else {
                PipeFile.Ends ends = PipeFile.create();
                child.descriptors().set(1, ends.writer());
                input = ends.reader();
                child.start(stage);
            }
        }
        int failed = 0;
        for (Task child : children) {
            int code = child.await();
            task.check();
            if (shell.option('P') && code != 0) {
                failed = code;
            }
        }
        shell.announceDeath(children.get(children.size() - 1));
        if (shell.option('P')) {
            shell.status(failed);
        }
        shell.traps().run();
    }

    void background(Node.Background background) throws IOException {
        Task child = task.fork(task.arguments());
        if (!shell.isInteractive()) {
            child.descriptors().set(0, Devices.nothing());
            child.handle(Signal.INT, Task.Handler.IGNORE);
            child.handle(Signal.QUIT, Task.Handler.IGNORE);
        }
        child.start(shell.subshell(background.command()));
        shell.began(child);
        shell.status(0);
    }
}
