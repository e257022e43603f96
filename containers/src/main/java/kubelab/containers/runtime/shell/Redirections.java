package kubelab.containers.runtime.shell;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kubelab.containers.network.BytePipe;
import kubelab.containers.runtime.filesystem.Errno;
import kubelab.containers.runtime.filesystem.FileException;
import kubelab.containers.runtime.filesystem.OpenFile;
import kubelab.containers.runtime.filesystem.OpenMode;
import kubelab.containers.runtime.kernel.PipeFile;
import kubelab.containers.runtime.kernel.Task;

/** Opens what a command's redirections name, and puts the shell's own descriptors back after it. */
final class Redirections {
    private final Interpreter shell;
    private final Task task;

    Redirections(Interpreter shell) {
        this.shell = shell;
        this.task = shell.task();
    }

    /** @param text the target as it is after all expansions */
    record Expanded(int descriptor, String operator, String text) {}

    /** Before any of them is opened: a mistake in the last one's target leaves no file of the first behind. */
    List<Expanded> expand(List<Node.Redirection> redirections) throws IOException, InterruptedException {
        List<Expanded> all = new ArrayList<>();
        for (Node.Redirection each : redirections) {
            all.add(new Expanded(
                    each.descriptor(), each.operator(), shell.expander().text(each.target())));
        }
        return all;
    }

    /** For good, in a child or in a shell that gives way to another program. @return false after a complaint; the status is set */
    boolean apply(Task target, List<Expanded> redirections) throws IOException {
        for (Expanded redirection : redirections) {
            if (!redirectOne(target, redirection)) {
                shell.status(1);
                return false;
            }
        }
        return true;
    }

    private boolean redirectOne(Task target, Expanded redirection) throws IOException {
        int number = redirection.descriptor();
        String text = redirection.text();
        String operator = redirection.operator();
        switch (operator) {
            case "<<" -> {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                PipeFile.Ends ends = PipeFile.of(new BytePipe(Math.max(1, bytes.length)));
                ends.writer().write(bytes, 0, bytes.length);
                ends.writer().release();
                target.descriptors().set(number, ends.reader());
                return true;
            }
            case ">&", "<&" -> {
                if (text.equals("-")) {
                    target.descriptors().set(number, null);
                    return true;
                }
                if (text.chars().allMatch(Character::isDigit)) {
                    OpenFile source = target.descriptors().get(Integer.parseInt(text));
                    if (source == null) {
                        shell.complain(text + ": " + Errno.EBADF.text());
                        return false;
                    }
                    target.descriptors().set(number, source.retain());
                    return true;
                }
                return open(target, 1, redirection, OpenMode.WRITE, true);
            }
            case "&>" -> {
                return open(target, 1, redirection, OpenMode.WRITE, true);
            }
            case "&>>" -> {
                return open(target, 1, redirection, OpenMode.APPEND, true);
            }
            default -> {
                OpenMode mode =
                        switch (operator) {
                            case "<" -> OpenMode.READ;
                            case ">>" -> OpenMode.APPEND;
                            case "<>" -> OpenMode.READ_WRITE;
                            default -> OpenMode.WRITE;
                        };
                return open(target, number, redirection, mode, false);
            }
        }
    }

    private boolean open(Task target, int number, Expanded redirection, OpenMode mode, boolean both)
            throws IOException {
        String path = redirection.text();
        boolean keep = shell.option('C')
                && mode == OpenMode.WRITE
                && !redirection.operator().equals(">|");
        OpenFile file;
        try {
            if (keep && target.files().exists(path) && target.files().stat(path).isFile()) {
                throw new FileException(Errno.EEXIST);
            }
            file = target.files().open(path, mode);
        } catch (FileException e) {
            boolean missing = e.errno() == Errno.ENOENT;
            String verb = mode.create() ? "create" : "open";
            String why = missing
                    ? mode.create() ? "nonexistent directory" : "no such file"
                    : e.errno().text();
            shell.complain("can't " + verb + " " + path + ": " + why);
            return false;
        }
        target.descriptors().set(number, file);
        if (both) {
            target.descriptors().set(2, file.retain());
        }
        return true;
    }

    /** For the shell itself, until the answer is closed. */
    Applied temporarily(List<Node.Redirection> redirections) throws IOException, InterruptedException {
        if (redirections.isEmpty()) {
            return Applied.NONE;
        }
        List<Expanded> expanded = expand(redirections);
        task.out().flush();
        Map<Integer, OpenFile> saved = new HashMap<>();
        task.descriptors().all().forEach((number, file) -> saved.put(number, file.retain()));
        Applied.Undo undo = () -> {
            try {
                task.out().flush();
            } finally {
                for (int number : task.descriptors().all().keySet()) {
                    if (!saved.containsKey(number)) {
                        task.descriptors().set(number, null);
                    }
                }
                saved.forEach(task.descriptors()::set);
            }
        };
        try {
            return new Applied(apply(task, expanded), undo);
        } catch (IOException | RuntimeException e) {
            undo.run();
            throw e;
        }
    }

    record Applied(boolean worked, Undo undo) implements AutoCloseable {
        static final Applied NONE = new Applied(true, () -> {});

        @Override
        public void close() throws IOException {
            undo.run();
        }

        interface Undo {
            void run() throws IOException;
        }
    }
}
