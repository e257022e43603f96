package kubelab.grader;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import kubelab.containers.host.DaemonThreads;
import kubelab.containers.host.FileTree;
import kubelab.grader.answer.AnswerClassPath;
import kubelab.grader.answer.AnswerCompiler;
import kubelab.grader.worker.WorkerPool;

/**
 * What gradings need and what costs time to start: a compiler that has compiled once, and the process for the next
 * answer. A grader makes one for itself, unless it is given one that outlives it.
 */
public final class WarmGrader implements AutoCloseable {
    private final WorkerPool workers;
    private final FutureTask<AnswerCompiler> compiler;
    private final Path scratch;
    /** Whether a process was started before anybody asked. */
    private boolean standing;

    private int gradings;

    private WarmGrader(Path root, Limits limits, int parallel, boolean trusted) {
        List<Path> classPath = AnswerClassPath.find();
        this.workers = new WorkerPool(classPath, limits, parallel, trusted);
        standBy();
        try {
            this.scratch = Files.createTempDirectory("kubelab-grader-");
        } catch (IOException e) {
            workers.close();
            throw new UncheckedIOException(e);
        }
        this.compiler = new FutureTask<>(() -> {
            AnswerCompiler compiling = new AnswerCompiler(root, classPath);
            compiling.warmUp(Files.createDirectories(scratch.resolve("warm")));
            return compiling;
        });
        DaemonThreads.start("grader-compiler", compiler);
    }

    /** Starts both, and does not wait for them. */
    public static WarmGrader open(Path root) {
        return open(root, Limits.own(), Math.max(2, Runtime.getRuntime().availableProcessors()), false);
    }

    /** @param trusted whether answers may share a process, one after the other */
    static WarmGrader open(Path root, Limits limits, int parallel, boolean trusted) {
        return new WarmGrader(root, limits, parallel, trusted);
    }

    WorkerPool workers() {
        return workers;
    }

    FutureTask<AnswerCompiler> compiler() {
        return compiler;
    }

    /**
     * Has a process started for an answer that is to come, while nobody waits for it; ends those that answers which were
     * expected have not needed (they did not compile, or were given up). Twice is once.
     */
    public synchronized void standBy() {
        if (gradings == 0) {
            workers.settle(1);
            standing = true;
        }
    }

    synchronized void begin(int answers) {
        gradings++;
        workers.expect(Math.max(0, answers - (standing ? 1 : 0)));
        standing &= answers == 0;
    }

    synchronized void end() {
        gradings--;
    }

    @Override
    public void close() {
        workers.close();
        if (compiler.isDone()) {
            try {
                compiler.get().close();
            } catch (InterruptedException | ExecutionException e) {
                // there is none to be closed
            }
        }
        FileTree.tryDelete(scratch); // a file that will not go is the temporary folder's affair
    }
}
