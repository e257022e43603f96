package kubelab.controlplane.controllermanager.loop;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kubelab.containers.clock.Clock;
import kubelab.containers.host.DaemonThreads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a {@link Reconciler} over its {@link WorkQueue}, on threads named after the controller. */
public final class ControlLoop implements Controller {
    private static final Logger LOG = LoggerFactory.getLogger(ControlLoop.class);

    private final String name;
    private final WorkQueue<Key> queue;
    private final Reconciler reconciler;
    private final List<Thread> workers = new ArrayList<>();
    private volatile boolean closed;

    public ControlLoop(String name, Clock clock, Reconciler reconciler) {
        this.name = name;
        this.queue = new WorkQueue<>(clock);
        this.reconciler = reconciler;
    }

    @Override
    public String name() {
        return name;
    }

    /** Something about this object may need work. */
    public void enqueue(Key key) {
        queue.add(key);
    }

    public void enqueueAfter(Key key, Duration delay) {
        queue.addAfter(key, delay);
    }

    @Override
    public void start() {
        start(1);
    }

    /** Starts so many workers; two of them never work on the same key. */
    public void start(int threads) {
        for (int i = 0; i < threads; i++) {
            Thread worker = DaemonThreads.of(threads == 1 ? name : name + "-" + i, this::work);
            workers.add(worker);
            worker.start();
        }
    }

    /** Nothing waits and nothing is being worked on (retries and deadlines in the future do not count). */
    @Override
    public boolean idle() {
        return queue.idle();
    }

    @Override
    public long handled() {
        return queue.taken();
    }

    @Override
    public void close() {
        closed = true;
        queue.close();
        workers.forEach(Thread::interrupt);
    }

    // tag::work[]
    private void work() {
        try {
            while (true) {
                Optional<Key> next = queue.take();
                if (next.isEmpty()) {
                    return;
                }
                Key key = next.get();
                try {
                    handle(key);
                } finally {
                    queue.done(key);
                }
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
    // end::work[]

    private void handle(Key key) throws InterruptedException {
        try {
            Reconciler.Result result = reconciler.reconcile(key);
            queue.forget(key);
            if (!result.again().isZero()) {
                queue.addAfter(key, result.again(), result.beat());
            }
        } catch (InterruptedException stop) {
            throw stop;
        } catch (Exception | Error e) {
            // Whatever it is, the thread goes on: it is the only one that looks at these objects.
            if (closed) {
                return;
            }
            if (e instanceof KubernetesClientException refused && PodControl.isNamespaceTerminating(refused)) {
                // Nothing can be made there any more; what is deleted there calls again.
                queue.forget(key);
                return;
            }
            if (isConflict(e)) {
                LOG.debug("{} {}: somebody wrote first, looking again", name, key);
            } else if (queue.failures(key) > 3) {
                LOG.warn("{} {}: {}", name, key, e.toString());
            } else {
                LOG.debug("{} {}", name, key, e);
            }
            queue.addRateLimited(key);
        }
    }

    private static boolean isConflict(Throwable e) {
        return e instanceof KubernetesClientException refused && refused.getCode() == HttpURLConnection.HTTP_CONFLICT;
    }
}
