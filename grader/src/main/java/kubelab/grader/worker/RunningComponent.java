package kubelab.grader.worker;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import kubelab.labkit.Component;
import kubelab.labkit.worker.Pipe;
import kubelab.labkit.worker.PipeFault;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A learner's component in a process of its own, and how it is called from here. Its first fault is kept: an exception, a
 * call that does not return (which ends the process), a process that is gone.
 */
public final class RunningComponent implements AutoCloseable {
    /** One for all: to find out about the classes of the API takes half a second of a processor. */
    private static final KubernetesSerialization JSON = new KubernetesSerialization();

    private final Worker worker;
    private final Turn turn;
    private final Runnable release;
    private final Duration limit;
    private final AtomicReference<@Nullable Ending> fault = new AtomicReference<>();
    private final Pipe pipe;
    private volatile boolean ending;

    private RunningComponent(Worker worker, Duration limit, Runnable release) {
        this.worker = worker;
        this.turn = worker.turn();
        this.limit = limit;
        this.release = release;
        this.pipe = new Pipe("answer-callback", line -> worker.send(turn, line), JSON, t -> List.of(), this::faulted);
    }

    static RunningComponent open(Worker worker, WorkerPool.Job job, Duration start, Duration call, Runnable release)
            throws IOException, InterruptedException {
        RunningComponent component = new RunningComponent(worker, call, release);
        component.turn.onLine(component.pipe::receive);
        Optional<Ending> early = worker.open(job, start);
        early.ifPresent(component.fault::set);
        worker.onEnd(component::gone);
        return component;
    }

    /** Whether it was made. */
    public boolean isThere() {
        return turn.kind().isPresent();
    }

    /**
     * The component as if it were here. A call throws {@link PipeFault} when it failed, which is no business of the
     * caller's: the fault is in {@link #end}. So is it where the answer is a component of another kind.
     */
    public <T extends Component> T as(Class<T> type) {
        String kind = turn.kind().orElse(type.getName());
        if (!kind.equals(type.getName())) {
            String why = "It must implement " + type.getSimpleName() + ", as its starter does.";
            fault.compareAndSet(null, new Ending.Died(why, turn.output()));
            pipe.close(PipeFault.gone(why));
        }
        return pipe.remote(type, Pipe.ROOT, limit);
    }

    /** What went wrong first. */
    public Optional<Ending> fault() {
        return Optional.ofNullable(fault.get());
    }

    /** Ends the process and says how it did: returned, if nothing went wrong. */
    public Ending end() {
        close();
        return fault().orElseGet(() -> new Ending.Returned(JsonNodeFactory.instance.objectNode(), turn.output()));
    }

    private void faulted(PipeFault why) {
        String output = turn.output();
        switch (why.kind()) {
            case THREW ->
                fault.compareAndSet(
                        null,
                        new Ending.Threw(why.exception(), String.valueOf(why.getMessage()), why.frames(), output));
            case HUNG -> {
                fault.compareAndSet(
                        null,
                        new Ending.Hung(why.method(), Math.max(1, why.limit().toSeconds()), output));
                // what hangs once will hang again: nobody waits for it a second time
                pipe.close(why);
                worker.close();
            }
            case GONE -> gone();
        }
    }

    private void gone() {
        if (!ending) {
            fault.compareAndSet(null, new Ending.Died(worker.whyGone(), turn.output()));
        }
        pipe.close(PipeFault.gone("the component's process has ended"));
    }

    @Override
    public void close() {
        if (!ending) {
            ending = true;
            pipe.close(PipeFault.gone("the component was stopped"));
            release.run();
        }
    }
}
