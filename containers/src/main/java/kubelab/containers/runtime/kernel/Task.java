package kubelab.containers.runtime.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import kubelab.containers.clock.Clock;
import kubelab.containers.clock.OneShotSignal;
import kubelab.containers.runtime.filesystem.Credentials;
import kubelab.containers.runtime.filesystem.Errno;
import kubelab.containers.runtime.filesystem.FileException;
import kubelab.containers.runtime.filesystem.FileView;
import kubelab.containers.runtime.filesystem.OpenFile;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process. It has ended as soon as {@link #exit} or a deadly signal says so; its thread, if it has one, notices at its
 * next system call and unwinds by {@link TaskExit}.
 */
public final class Task {
    private static final Logger LOG = LoggerFactory.getLogger(Task.class);
    private static final ThreadLocal<Task> CURRENT = new ThreadLocal<>();

    private final ContainerNamespaces namespaces;
    private final int pid;
    private final Instant started;
    private final FileTable descriptors;
    private final FileView files;
    private final Cgroup.Meter meter;
    private final Output out;
    private final Output err;
    private final CompletableFuture<Integer> exited = new CompletableFuture<>();
    private final Map<Signal, Handler> handlers = new EnumMap<>(Signal.class);
    private final List<AutoCloseable> owned = new ArrayList<>();
    private volatile @Nullable Task parent;
    private volatile List<String> arguments;
    private Map<String, String> environment;
    private volatile String directory;
    private volatile Credentials credentials;
    private int umask = 022;
    private volatile @Nullable Signal deathSignal;
    private volatile boolean dead;
    private long memory;
    /** What its program takes from the start; what goes beyond it is held on the node. */
    private long basis;

    private long cpuCharged;
    /** Where it runs now, and whether a child runs on that thread in its place. Guarded by {@link #pidLock()}. */
    private @Nullable Thread thread;

    private @Nullable Task inline;

    /** Reacts to a signal, on the sender's thread: it must be quick. */
    public interface Handler {
        Handler IGNORE = signal -> {};

        void handle(Signal signal);
    }

    /** A process nobody in the container has started: a container's main process, or one of exec. */
    public Task(
            ContainerNamespaces namespaces,
            List<String> arguments,
            Map<String, String> environment,
            String directory,
            Credentials credentials,
            FileTable descriptors) {
        this(namespaces, null, arguments, environment, directory, credentials, descriptors);
    }

    private Task(
            ContainerNamespaces namespaces,
            @Nullable Task parent,
            List<String> arguments,
            Map<String, String> environment,
            String directory,
            Credentials credentials,
            FileTable descriptors) {
        this.namespaces = namespaces;
        this.parent = parent;
        this.arguments = List.copyOf(arguments);
        this.environment = new LinkedHashMap<>(environment);
        this.directory = directory;
        this.credentials = credentials;
        this.descriptors = descriptors;
        this.started = namespaces.clock().now();
        this.meter = namespaces.cgroup().new Meter();
        this.files = new FileView(namespaces.files(), () -> this.directory, () -> this.credentials, () -> this.umask);
        this.out = new Output(this, 1);
        this.err = new Output(this, 2);
        this.pid = namespaces.pids().add(this);
    }

    /** The task that runs on this thread; null outside containers. */
    public static @Nullable Task current() {
        return CURRENT.get();
    }

    /** A child with copies of everything, not yet running. */
    public Task fork(List<String> arguments) {
        Task child = new Task(namespaces, this, arguments, environment, directory, credentials, descriptors.copy());
        child.umask = umask;
        synchronized (handlers) {
            handlers.forEach((signal, handler) -> {
                if (handler == Handler.IGNORE) {
                    child.handlers.put(signal, handler);
                }
            });
        }
        return child;
    }

    public ContainerNamespaces namespaces() {
        return namespaces;
    }

    public int pid() {
        return pid;
    }

    public int parentPid() {
        Task up = parent;
        return up == null ? 0 : up.pid;
    }

    public Instant started() {
        return started;
    }

    public List<String> arguments() {
        return arguments;
    }

    /** As after exec: ps shows this from now on. */
    public void rename(List<String> words) {
        arguments = List.copyOf(words);
    }

    public String argument(int index) {
        return index < arguments.size() ? arguments.get(index) : "";
    }

    public Map<String, String> environment() {
        return environment;
    }

    public void environment(Map<String, String> variables) {
        environment = new LinkedHashMap<>(variables);
    }

    public String directory() {
        return directory;
    }

    public void directory(String path) {
        directory = path;
    }

    public Credentials credentials() {
        return credentials;
    }

    public void credentials(Credentials who) {
        credentials = who;
    }

    public int umask() {
        return umask;
    }

    public void umask(int mask) {
        umask = mask;
    }

    public FileTable descriptors() {
        return descriptors;
    }

    public FileView files() {
        return files;
    }

    public Clock clock() {
        return namespaces.clock();
    }

    /** Standard output, buffered; flushed when the program ends. */
    public Output out() {
        return out;
    }

    /** Standard error, not buffered. */
    public Output err() {
        return err;
    }

    public InputStream in() {
        return new Input(this, 0);
    }

    // ---- system calls that may block

    public int read(int descriptor, byte[] into, int offset, int length) throws IOException {
        while (true) {
            check();
            OpenFile file = descriptors.get(descriptor);
            if (file == null) {
                throw new FileException(Errno.EBADF);
            }
            try {
                return file.read(into, offset, length);
            } catch (InterruptedIOException e) {
                Thread.interrupted();
                check();
                if (!(e.getClass() == InterruptedIOException.class)) {
                    throw e;
                }
            }
        }
    }

    public void write(int descriptor, byte[] from, int offset, int length) throws IOException {
        check();
        OpenFile file = descriptors.get(descriptor);
        if (file == null) {
            throw new FileException(Errno.EBADF);
        }
        try {
            file.write(from, offset, length);
        } catch (InterruptedIOException e) {
            Thread.interrupted();
            check();
            throw e;
        } catch (IOException e) {
            if ("Broken pipe".equals(e.getMessage())) {
                signal(Signal.PIPE, this);
                check();
            }
            throw e;
        }
    }

    /** Sleeps in cluster time. A handled signal does not cut it short. */
    public void sleep(Duration duration) throws InterruptedException {
        Instant end = clock().now().plus(duration);
        while (true) {
            check();
            Duration left = Duration.between(clock().now(), end);
            if (left.isNegative() || left.isZero()) {
                return;
            }
            try {
                clock().sleep(left);
            } catch (Clock.Stopped e) {
                throw new TaskExit(this);
            } catch (InterruptedException e) {
                check();
            }
        }
    }

    /** As {@link #sleep}, where an interrupt can only mean that the task has ended. */
    public void sleepQuietly(Duration duration) {
        try {
            sleep(duration);
        } catch (InterruptedException e) {
            check();
        }
    }

    /** Uses the processor for so long, in ns: waits when this is more than the clock or a limit allows. */
    public void charge(long nanos) {
        check();
        try {
            cpuCharged += nanos;
            meter.charge(nanos);
        } catch (Clock.Stopped e) {
            throw new TaskExit(this);
        } catch (InterruptedException e) {
            check();
        }
    }

    public long cpuNanos() {
        return cpuCharged;
    }

    /** Says how much memory it uses beyond its program, in bytes. */
    public void memory(long bytes) {
        long delta;
        long held;
        synchronized (this) {
            if (dead) {
                return;
            }
            delta = bytes - memory;
            held = Math.max(0, bytes - basis) - Math.max(0, memory - basis);
            memory = bytes;
        }
        namespaces.cgroup().memory(delta);
        namespaces.cgroup().held(held);
        check();
    }

    public long memory() {
        return memory;
    }

    /** Unwinds when the task has ended. */
    public void check() {
        if (dead) {
            throw new TaskExit(this);
        }
    }

    // ---- life and death

    /** Closes something when the task ends; at once if it has. */
    public void own(AutoCloseable resource) {
        synchronized (owned) {
            if (!dead) {
                owned.add(resource);
                return;
            }
        }
        closeQuietly(resource);
    }

    public void disown(AutoCloseable resource) {
        synchronized (owned) {
            owned.remove(resource);
        }
    }

    /** Runs a program on a thread of its own. */
    public void start(Program program) {
        namespaces.threads().execute(() -> execute(program));
    }

    /** Runs a program of a child on this thread, in this task's place, and waits for its end. */
    public int runInline(Task child, Program program) {
        Thread here = Thread.currentThread();
        synchronized (pidLock()) {
            inline = child;
        }
        try {
            child.execute(program);
            return child.await();
        } finally {
            synchronized (pidLock()) {
                inline = null;
                thread = here;
                Thread.interrupted();
            }
            CURRENT.set(this);
            check();
        }
    }

    /** Waits for this task's end, from a thread of another. The waiting task must {@link #check} when interrupted. */
    public int await() {
        OneShotSignal over = new OneShotSignal();
        exited.thenRun(over::ring);
        while (true) {
            try {
                over.await();
                return exited.join();
            } catch (InterruptedException e) {
                Task waiting = current();
                if (waiting != null && waiting != this && waiting.dead) {
                    throw new TaskExit(waiting);
                }
            }
        }
    }

    /** Ends it normally. Twice is fine: the first one counts. */
    public void exit(int code) {
        die(code & 0xff, null);
    }

    /** Completes with the exit code; 128 + n for a deadly signal n. */
    public CompletableFuture<Integer> exited() {
        return exited;
    }

    public boolean dead() {
        return dead;
    }

    /** The signal that ended it, if one did. */
    public @Nullable Signal deathSignal() {
        return deathSignal;
    }

    /** Sets what a signal does. Null is the default again. */
    public void handle(Signal signal, @Nullable Handler handler) {
        synchronized (handlers) {
            if (handler == null) {
                handlers.remove(signal);
            } else {
                handlers.put(signal, handler);
            }
        }
    }

    /**
     * Sends a signal. The first process of a namespace has no default reactions: it ignores what it does not handle,
     * and from inside even KILL.
     *
     * @param sender null when it comes from outside the container
     */
    public void signal(Signal signal, @Nullable Task sender) {
        if (dead) {
            return;
        }
        boolean inside = sender != null && sender.namespaces.pids() == namespaces.pids();
        if (signal == Signal.KILL || signal == Signal.STOP) {
            if (signal == Signal.KILL && !(pid == 1 && inside)) {
                die(128 + signal.number(), signal);
            }
            return;
        }
        Handler handler;
        synchronized (handlers) {
            handler = handlers.get(signal);
        }
        if (handler != null) {
            handler.handle(signal);
        } else if (pid != 1
                && !signal.harmless()
                && signal != Signal.TSTP
                && signal != Signal.TTIN
                && signal != Signal.TTOU) {
            die(128 + signal.number(), signal);
        }
    }

    /** Ends it as the kernel does for lack of memory: even the first process. */
    public void killByKernel() {
        die(128 + Signal.KILL.number(), Signal.KILL);
    }

    /** Makes a blocking call of this task look around: its trap may have something to do. */
    public void wake() {
        synchronized (pidLock()) {
            if (thread != null && inline == null) {
                thread.interrupt();
            }
        }
    }

    /** Keeps the task while its thread goes on with another program's code: exec in a shell. */
    public int runExec(List<String> words, Program program) throws IOException, InterruptedException {
        rename(words);
        synchronized (handlers) {
            handlers.values().removeIf(handler -> handler != Handler.IGNORE);
        }
        become(program);
        int code = program.run(this);
        if (code == Program.STAYS) {
            return await();
        }
        return code;
    }

    private void become(Program program) {
        memory(0);
        basis = program.memory();
        memory(basis);
    }

    private void execute(Program program) {
        Thread here = Thread.currentThread();
        Task outer = CURRENT.get();
        String outerName = here.getName();
        synchronized (pidLock()) {
            thread = here;
        }
        CURRENT.set(this);
        if (outer == null) {
            here.setName(namespaces.name() + "/" + pid);
        }
        int code = 255;
        try {
            become(program);
            code = program.run(this);
            out.flush();
        } catch (TaskExit ended) {
            // An inline child's end never comes here; a parent's does, and must go on up.
            if (ended.task() != this) {
                throw ended;
            }
        } catch (InterruptedException | InterruptedIOException e) {
            code = 128 + Signal.INT.number();
        } catch (IOException e) {
            code = 1;
        } catch (RuntimeException e) {
            // A mistake in a simulated program is that program's crash, and worth a look.
            LOG.warn("{} crashed in {}", arguments, namespaces.name(), e);
            code = 128 + Signal.SEGV.number();
        } catch (OutOfMemoryError e) {
            // Data that nobody has counted. It is garbage now, so the rest of the cluster can go on.
            LOG.warn("{} in {} took all memory", argument(0), namespaces.name());
            namespaces.cgroup().outOfMemory();
        } catch (StackOverflowError e) {
            die(128 + Signal.SEGV.number(), Signal.SEGV);
        } finally {
            synchronized (pidLock()) {
                thread = null;
                Thread.interrupted();
            }
            if (outer == null) {
                here.setName(outerName);
                CURRENT.remove();
            } else {
                CURRENT.set(outer);
            }
            if (code != Program.STAYS) {
                exit(code);
            }
        }
    }

    private void die(int code, @Nullable Signal signal) {
        List<AutoCloseable> resources;
        long freed;
        long held;
        synchronized (this) {
            synchronized (owned) {
                if (dead) {
                    return;
                }
                dead = true;
                deathSignal = signal;
                resources = List.copyOf(owned);
                owned.clear();
            }
            freed = memory;
            held = Math.max(0, memory - basis);
            memory = 0;
        }
        namespaces.cgroup().memory(-freed);
        namespaces.cgroup().held(-held);
        resources.forEach(Task::closeQuietly);
        descriptors.closeAll();
        namespaces.pids().remove(this);
        Task init = namespaces.pids().find(1);
        for (Task task : namespaces.pids().tasks()) {
            if (task.parent == this) {
                if (pid == 1) {
                    task.killByKernel();
                } else {
                    task.parent = init;
                }
            } else if (pid == 1) {
                task.killByKernel();
            }
        }
        wake();
        exited.complete(code);
        Task up = parent;
        if (up != null) {
            up.signal(Signal.CHLD, null);
        }
    }

    private Object pidLock() {
        return namespaces.pids();
    }

    private static void closeQuietly(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            throw new IllegalStateException("closing what a task owned failed", e);
        }
    }
}
