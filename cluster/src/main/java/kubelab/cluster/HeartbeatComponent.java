package kubelab.cluster;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import kubelab.containers.clock.Clock;
import kubelab.containers.host.DaemonThreads;
import kubelab.controlplane.Component;
import kubelab.controlplane.EmbeddedCluster;

/** {@link NodeHeartbeats} on an embedded cluster's own time, so that a fast-forward carries them along. */
final class HeartbeatComponent implements Component {
    static final String NAME = "hollow-nodes";

    private final Clock clock;
    private final CompletableFuture<EmbeddedCluster> cluster;
    /** The clock's thread must not wait for a request. */
    private final ExecutorService worker = Executors.newSingleThreadExecutor(DaemonThreads.named(NAME));

    private final AtomicInteger rounds = new AtomicInteger();
    private volatile boolean stopped;

    /** @param cluster a component is made before its cluster is whole; until then there is nothing to renew */
    HeartbeatComponent(Clock clock, CompletableFuture<EmbeddedCluster> cluster) {
        this.clock = clock;
        this.cluster = cluster;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void start() {
        clock.scheduleBeat("", NodeHeartbeats.PERIOD, this::turn);
    }

    private void turn() {
        if (stopped) {
            return;
        }
        rounds.incrementAndGet();
        try {
            worker.execute(this::round);
        } catch (RejectedExecutionException e) {
            // stopped at this very moment
        }
    }

    private void round() {
        try {
            if (cluster.isDone()) {
                EmbeddedCluster whole = cluster.join();
                new NodeHeartbeats(whole.client(), whole.clock()::now).renew();
            }
        } finally {
            start();
            rounds.decrementAndGet();
        }
    }

    @Override
    public boolean idle() {
        return stopped || rounds.get() == 0;
    }

    @Override
    public void stop() {
        stopped = true;
        worker.shutdown();
    }
}
