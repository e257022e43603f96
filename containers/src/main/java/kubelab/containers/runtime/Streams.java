package kubelab.containers.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import kubelab.containers.network.BytePipe;
import kubelab.containers.runtime.filesystem.Devices;
import kubelab.containers.runtime.filesystem.OpenFile;
import kubelab.containers.runtime.kernel.FileTable;
import kubelab.containers.runtime.kernel.PipeFile;
import kubelab.containers.runtime.kernel.StreamFile;
import kubelab.containers.runtime.kernel.Task;
import kubelab.containers.runtime.kernel.Terminal;
import org.jspecify.annotations.Nullable;

/** Where a container's processes read from and write to: the log, attached clients, exec's streams, terminals. */
final class Streams {
    private final LogBuffer log;
    private final Executor threads;
    private final List<Attached> attached = new CopyOnWriteArrayList<>();
    private final @Nullable BytePipe stdin;
    private final @Nullable Terminal terminal;

    Streams(LogBuffer log, boolean stdin, boolean tty, Executor threads) {
        this.log = log;
        this.threads = threads;
        this.terminal = tty ? new Terminal(new Sink(false)::write) : null;
        this.stdin = stdin && !tty ? new BytePipe(64 * 1024) : null;
    }

    /** Descriptors 0, 1 and 2 of the main process. */
    FileTable mainProcess() {
        FileTable table = new FileTable();
        Terminal tty = terminal;
        if (tty != null) {
            table.set(0, tty.file());
            table.set(1, tty.file());
            table.set(2, tty.file());
            return table;
        }
        table.set(0, stdin == null ? Devices.nothing() : PipeFile.of(stdin).reader());
        table.set(1, new Sink(false));
        table.set(2, new Sink(true));
        return table;
    }

    void foreground(Task task) {
        if (terminal != null) {
            terminal.session(task);
        }
    }

    /** Descriptors of a further process. */
    FileTable extraProcess(RuntimeContainer.Exec exec) {
        FileTable table = new FileTable();
        InputStream in = exec.stdin();
        if (exec.tty()) {
            Terminal tty = new Terminal((bytes, offset, length) -> {
                exec.stdout().write(bytes, offset, length);
                exec.stdout().flush();
            });
            if (in != null) {
                pump(in, tty);
            }
            table.set(0, tty.file());
            table.set(1, tty.file());
            table.set(2, tty.file());
            return table;
        }
        table.set(0, in == null ? Devices.nothing() : StreamFile.input(in, threads));
        table.set(1, StreamFile.output(exec.stdout()));
        table.set(2, StreamFile.output(exec.stderr()));
        return table;
    }

    /** The process of an exec exists: signals from its terminal go there, and its streams end with it. */
    void opened(RuntimeContainer.Exec exec, Task task) {
        if (task.descriptors().get(0) instanceof Terminal.TerminalFile file) {
            file.terminal().session(task);
        }
        task.exited().thenRun(() -> {
            closeQuietly(exec.stdout());
            closeQuietly(exec.stderr());
        });
    }

    RuntimeContainer.Process attach(
            @Nullable InputStream in,
            @Nullable OutputStream out,
            @Nullable OutputStream err,
            CompletableFuture<RuntimeContainer.Exit> exited) {
        CompletableFuture<Integer> done = new CompletableFuture<>();
        Attached client = new Attached(out, err);
        attached.add(client);
        exited.thenAccept(exit -> {
            attached.remove(client);
            client.close();
            done.complete(exit.code());
        });
        Terminal tty = terminal;
        if (in != null && tty != null) {
            pump(in, tty);
        } else if (in != null && stdin != null) {
            BytePipe pipe = stdin;
            threads.execute(() -> copy(in, pipe::write, pipe::closeWriter));
        }
        return new RuntimeContainer.Process() {
            @Override
            public CompletableFuture<Integer> exitCode() {
                return done;
            }

            @Override
            public void kill() {
                attached.remove(client);
                client.close();
                done.complete(0);
            }
        };
    }

    /** The container has ended. */
    void end() {
        log.end();
    }

    /** A terminal stays open when its client is gone: what reads from it waits. */
    private void pump(InputStream in, Terminal tty) {
        threads.execute(() -> copy(in, tty::type, () -> {}));
    }

    private interface Target {
        void write(byte[] bytes, int offset, int length) throws IOException;
    }

    private static void copy(InputStream in, Target target, Runnable atEnd) {
        byte[] buffer = new byte[4096];
        try {
            for (int n; (n = in.read(buffer)) >= 0; ) {
                target.write(buffer, 0, n);
            }
        } catch (IOException gone) {
            // The client hung up or the process reads no more: that is this stream's end.
        } finally {
            atEnd.run();
        }
    }

    private static void closeQuietly(OutputStream stream) {
        try {
            stream.close();
        } catch (IOException gone) {
            // The client is no longer there to be told.
        }
    }

    private record Attached(
            @Nullable OutputStream out, @Nullable OutputStream err) {
        void write(boolean stderr, byte[] bytes, int offset, int length) {
            OutputStream stream = stderr ? err : out;
            if (stream == null) {
                return;
            }
            try {
                stream.write(bytes, offset, length);
                stream.flush();
            } catch (IOException gone) {
                // A client that hung up must not disturb the container.
            }
        }

        void close() {
            if (out != null) {
                closeQuietly(out);
            }
            if (err != null) {
                closeQuietly(err);
            }
        }
    }

    /** Standard output or error of the main process. */
    private final class Sink extends OpenFile {
        private final boolean stderr;

        Sink(boolean stderr) {
            super("pipe:[" + (stderr ? 3002 : 3001) + "]");
            this.stderr = stderr;
        }

        @Override
        public void write(byte[] from, int offset, int length) {
            log.append(stderr, from, offset, length);
            attached.forEach(client -> client.write(stderr, from, offset, length));
        }
    }
}
