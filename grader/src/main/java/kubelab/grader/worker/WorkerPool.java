package kubelab.grader.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kubelab.grader.Limits;

/**
 * Keeps workers started ahead, so that an answer does not wait for a JVM. A worker is used for one answer only; where
 * answers are trusted, for as many as leave nothing behind in it.
 */
public final class WorkerPool implements AutoCloseable {
    private final List<String> command;
    private final Limits limits;
    private final int ahead;
    private final boolean trusted;
    private final Deque<Worker> idle = new ArrayDeque<>();
    private final Set<Worker> busy = new HashSet<>();
    private int expected;
    private boolean closed;

    /**
     * @param ahead how many workers wait at most
     */
    public WorkerPool(List<Path> classPath, Limits limits, int ahead) {
        this(classPath, limits, ahead, false);
    }

    /**
     * As above.
     *
     * @param trusted whether answers may share a process, one after the other
     */
    public WorkerPool(List<Path> classPath, Limits limits, int ahead, boolean trusted) {
        this.trusted = trusted;
        this.command = WorkerArchive.command(classPath);
        this.limits = limits;
        this.ahead = ahead;
    }

    /** Says that so many more answers are to come, and starts workers for the first of them; returns at once. */
    public synchronized void expect(int answers) {
        expected += answers;
        fill();
    }

    /** Says that so many answers are to come, no more; ends workers that wait beyond that. */
    public synchronized void settle(int answers) {
        expected = answers;
        while (idle.size() > expected) {
            idle.removeLast().close();
        }
        fill();
    }

    private synchronized void fill() {
        // one that is at work may come back
        int here = trusted ? busy.size() : 0;
        while (!closed && idle.size() + here < Math.min(expected + here, ahead)) {
            idle.add(start());
        }
    }

    /**
     * What a worker is to do.
     *
     * @param classes the folder with the answer's class files
     * @param file the name of the learner's file, for the lines of a stack trace
     * @param kubeconfig of the answer's account; empty where it has none
     */
    public record Job(String mainClass, Path classes, String file, String kubeconfig, String namespace) {}

    /**
     * @param time how long the answer may take
     */
    public Ending run(Job job, Duration time) throws InterruptedException {
        Worker worker = take();
        try {
            return worker.run(job, time);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            release(worker);
        }
    }

    /**
     * Makes a component that stays in its process until it is closed.
     *
     * @param start how long its constructor may take
     * @param call how long one call may take
     */
    public RunningComponent open(Job job, Duration start, Duration call) throws InterruptedException {
        Worker worker = take();
        try {
            return RunningComponent.open(worker, job, start, call, () -> release(worker));
        } catch (IOException e) {
            release(worker);
            throw new UncheckedIOException(e);
        }
    }

    private void release(Worker worker) {
        if (!isBack(worker)) {
            worker.close();
            fill();
        }
    }

    private boolean isBack(Worker worker) {
        boolean finished = false;
        try {
            finished = worker.finish();
            if (finished) {
                worker.renew();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            boolean back = finished && !closed;
            busy.remove(worker);
            if (back) {
                idle.addFirst(worker);
            }
            return back;
        }
    }

    private synchronized Worker take() {
        expected = Math.max(0, expected - 1);
        Worker worker = idle.poll();
        while (worker != null && !worker.isAlive()) {
            worker.close();
            worker = idle.poll();
        }
        Worker chosen = worker == null ? start() : worker;
        busy.add(chosen);
        return chosen;
    }

    private Worker start() {
        try {
            return Worker.start(command, limits, trusted);
        } catch (IOException e) {
            throw new UncheckedIOException("no process for the answer could be started", e);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        idle.forEach(Worker::close);
        busy.forEach(Worker::close);
        idle.clear();
        busy.clear();
    }
}
