package kubelab.containers.host;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads that do not keep the JVM alive, named after their component. */
public final class DaemonThreads {
    private DaemonThreads() {}

    /** A thread that runs already. */
    public static Thread start(String name, Runnable task) {
        Thread thread = of(name, task);
        thread.start();
        return thread;
    }

    /** A thread that its maker is to start. */
    public static Thread of(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** For a pool whose threads all have one name. */
    public static ThreadFactory named(String name) {
        return task -> of(name, task);
    }

    /** For a pool whose threads are {@code NAME-1}, {@code NAME-2}, … */
    public static ThreadFactory numbered(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> of(name + "-" + count.incrementAndGet(), task);
    }
}
