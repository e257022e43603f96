package kubelab.cluster;

import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Clusters for what needs one to itself: taints, cordons, PriorityClasses, and all else that others on the same
 * cluster would feel. Nothing is started before the first one is taken. Takers come on any thread; its monitor is
 * held while the shared cluster is started, since the next one has to wait for that anyway.
 *
 * <p>An embedded cluster costs little, so each use gets a fresh one. One of k3s costs 20 s, so there is one for all, used
 * by one at a time and put back to its first state in between ({@link Baseline}). An existing cluster is lent itself, in
 * the same way, and only where its owner allows changes of cluster scope.
 */
public final class PrivateClusters implements AutoCloseable {
    private static final int NODES = 3;

    private final ClusterSpec spec;
    private final Progress progress;
    private final Optional<Cluster> existing;
    private final Semaphore one = new Semaphore(1);
    private @Nullable Cluster kept;
    private @Nullable Baseline baseline;

    private PrivateClusters(ClusterSpec spec, Progress progress, Optional<Cluster> existing) {
        this.spec = spec;
        this.progress = progress;
        this.existing = existing;
    }

    /** Clusters of the same kind as this one. */
    public static PrivateClusters like(ClusterSpec spec, Progress progress) {
        return new PrivateClusters(spec, progress, Optional.empty());
    }

    /** This very cluster, whose owner allows that; it is not closed. */
    public static PrivateClusters lending(Cluster existing) {
        return new PrivateClusters(ClusterSpec.of(ClusterSpec.EXISTING), Progress.SILENT, Optional.of(existing));
    }

    /** Why there are none to be had; empty if there are. */
    public Optional<String> refusal() {
        return spec.provider().equals(ClusterSpec.EXISTING) && existing.isEmpty()
                ? Optional.of(
                        "It needs a cluster to itself, and an existing cluster is not touched as a whole."
                                + " The providers embedded and k3s have one for it; --allow-cluster-scope lends the existing one.")
                : Optional.empty();
    }

    /** Whether the cluster that is lent is the one on which others work at the same time. */
    public boolean lendsTheSharedOne() {
        return existing.isPresent();
    }

    /** A cluster for one user; {@link #close} gives it back. */
    public interface Lease extends AutoCloseable {
        Cluster cluster();

        @Override
        void close();
    }

    /**
     * Waits until one is free.
     *
     * @param nodes how many nodes it must have at least
     * @throws ClusterException when it cannot be started
     * @throws IllegalStateException when there are none, see {@link #refusal}
     */
    public Lease take(int nodes) throws InterruptedException {
        refusal().ifPresent(why -> {
            throw new IllegalStateException(why);
        });
        if (spec.provider().equals(ClusterSpec.EMBEDDED)) {
            Cluster fresh = Clusters.start(spec.withNodes(Math.max(NODES, nodes)), Progress.SILENT);
            return lease(fresh, fresh::close);
        }
        one.acquire();
        try {
            Cluster cluster = kept(Math.max(NODES, nodes));
            return lease(cluster, () -> {
                try {
                    putBack();
                } finally {
                    one.release();
                }
            });
        } catch (RuntimeException e) {
            one.release();
            throw e;
        }
    }

    private synchronized Cluster kept(int nodes) {
        Cluster cluster = kept;
        if (cluster != null && cluster.nodes().size() < nodes && existing.isEmpty()) {
            forget();
            cluster = null;
        }
        if (cluster == null) {
            progress.step("starting a private cluster for exercises that change nodes or other things of all");
            cluster = existing.orElseGet(() -> Clusters.start(spec.withNodes(nodes), Progress.SILENT));
            kept = cluster;
            baseline = Baseline.of(cluster.client());
        }
        return cluster;
    }

    /** A cluster that does not get back to how it was is of no use for the next one. */
    private synchronized void putBack() {
        Baseline first = baseline;
        if (kept == null || first == null) {
            return;
        }
        try {
            if (kept.has(Ability.STOP_COMPONENT)) {
                kept.components().startAll();
            }
            first.restore(kept.client());
        } catch (RuntimeException e) {
            progress.step("a private cluster could not be put back (" + e.getMessage() + ") and is thrown away");
            forget();
        }
    }

    private void forget() {
        Cluster cluster = kept;
        kept = null;
        baseline = null;
        if (cluster != null && existing.isEmpty()) {
            cluster.close();
        }
    }

    private static Lease lease(Cluster cluster, Runnable end) {
        return new Lease() {
            private boolean ended;

            @Override
            public Cluster cluster() {
                return cluster;
            }

            @Override
            public void close() {
                if (!ended) {
                    ended = true;
                    end.run();
                }
            }
        };
    }

    /** Ends the one that was kept. */
    @Override
    public synchronized void close() {
        forget();
    }
}
