package kubelab.controlplane.scheduler;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Predicate;
import kubelab.containers.clock.Clock;

/**
 * The Pods that wait for a node: those to try now (highest priority first), those that failed a moment ago and back off,
 * and those for which nothing has changed since they were found unschedulable. Thread-safe.
 *
 * <p>Source: {@code pkg/scheduler/backend/queue}, 1.34, with PopFromBackoffQ: who backs off is tried early when there is
 * nobody else to try.
 */
final class SchedulingQueue {
    static final Duration FIRST_BACKOFF = Duration.ofSeconds(1);
    static final Duration LAST_BACKOFF = Duration.ofSeconds(10);
    /** A Pod is tried again after so long even if nothing seems to have changed. */
    static final Duration FLUSH = Duration.ofMinutes(5);

    /** A Pod in the queue. */
    static final class QueuedPodInfo {
        final String uid;
        volatile Pod pod;
        final Instant since;
        int attempts;
        /** {@link #moves} when it was last taken. */
        long cycle;

        Instant backoffUntil = Instant.MIN;
        volatile Set<String> rejectedBy = Set.of();

        QueuedPodInfo(Pod pod, Instant since) {
            this.uid = pod.getMetadata().getUid();
            this.pod = pod;
            this.since = since;
        }

        int priority() {
            return Objects.requireNonNullElse(pod.getSpec().getPriority(), 0);
        }
    }

    private static final Comparator<QueuedPodInfo> MOST_URGENT =
            Comparator.comparingInt((QueuedPodInfo w) -> -w.priority()).thenComparing(w -> w.since);

    private final Clock clock;
    private final PriorityQueue<QueuedPodInfo> active = new PriorityQueue<>(MOST_URGENT);
    private final PriorityQueue<QueuedPodInfo> backingOff =
            new PriorityQueue<>(Comparator.comparing(w -> w.backoffUntil));
    private final Map<String, QueuedPodInfo> unschedulable = new HashMap<>();
    private final Map<String, QueuedPodInfo> all = new HashMap<>();
    /**
     * How many changes of the cluster there have been. A change while a Pod is being tried finds it in no list: the Pod's
     * {@code cycle}, the number when it was taken, tells {@link #failed} that the decision may be out of date.
     */
    private long moves;

    private long attempts;
    private boolean inFlight;
    private boolean closed;

    SchedulingQueue(Clock clock) {
        this.clock = clock;
    }

    /** A Pod without a node appeared or changed. */
    synchronized void offer(Pod pod) {
        String uid = pod.getMetadata().getUid();
        QueuedPodInfo known = all.get(uid);
        if (known == null) {
            QueuedPodInfo waiting = new QueuedPodInfo(pod, clock.now());
            all.put(uid, waiting);
            active.add(waiting);
            notifyAll();
            return;
        }
        boolean specChanged = !known.pod.getSpec().equals(pod.getSpec())
                || !Objects.equals(
                        known.pod.getMetadata().getLabels(), pod.getMetadata().getLabels());
        known.pod = pod;
        if (specChanged && unschedulable.remove(uid) != null) {
            retry(known);
        }
    }

    synchronized void remove(String uid) {
        QueuedPodInfo known = all.remove(uid);
        if (known != null) {
            active.remove(known);
            backingOff.remove(known);
            unschedulable.remove(uid);
        }
    }

    /** Waits for the next Pod to try; empty when closed. The caller must say {@link #done} or {@link #failed}. */
    synchronized Optional<QueuedPodInfo> take() throws InterruptedException {
        while (active.isEmpty() && backingOff.isEmpty() && !closed) {
            wait();
        }
        if (closed) {
            return Optional.empty();
        }
        QueuedPodInfo next = active.isEmpty() ? backingOff.remove() : active.remove();
        next.attempts++;
        attempts++;
        next.cycle = moves;
        inFlight = true;
        return Optional.of(next);
    }

    /** The Pod has its node. */
    synchronized void done(QueuedPodInfo waiting) {
        inFlight = false;
        all.remove(waiting.uid);
    }

    /** No node will do at the moment. It waits for a change, unless one happened while it was being tried. */
    synchronized void failed(QueuedPodInfo waiting, Set<String> rejectedBy) {
        inFlight = false;
        if (!all.containsKey(waiting.uid)) {
            return;
        }
        waiting.rejectedBy = rejectedBy;
        Duration backoff = FIRST_BACKOFF.multipliedBy(1L << Math.min(waiting.attempts - 1, 4));
        waiting.backoffUntil = clock.now().plus(backoff.compareTo(LAST_BACKOFF) > 0 ? LAST_BACKOFF : backoff);
        if (moves > waiting.cycle) {
            retry(waiting);
            return;
        }
        unschedulable.put(waiting.uid, waiting);
        int attempt = waiting.attempts;
        clock.schedule(FLUSH, () -> flush(waiting, attempt));
    }

    /** Something went wrong that was not the Pod's fault: once more, after the back-off. */
    synchronized void error(QueuedPodInfo waiting) {
        inFlight = false;
        if (all.containsKey(waiting.uid)) {
            clock.schedule(FIRST_BACKOFF, () -> again(waiting));
        }
    }

    /** The cluster changed in a way that may help Pods which {@code mayHelp} picks; it is asked without the lock. */
    void changed(Predicate<QueuedPodInfo> mayHelp) {
        List<QueuedPodInfo> candidates;
        synchronized (this) {
            // A Pod that is being tried now sees by this that it has to be tried again.
            moves++;
            candidates = List.copyOf(unschedulable.values());
        }
        List<QueuedPodInfo> helped = candidates.stream()
                .filter(waiting -> waiting.rejectedBy.isEmpty() || mayHelp.test(waiting))
                .toList();
        synchronized (this) {
            for (QueuedPodInfo waiting : helped) {
                // It may have been moved or taken meanwhile: then it is not there any more, and nothing is lost.
                if (unschedulable.remove(waiting.uid, waiting)) {
                    retry(waiting);
                }
            }
        }
    }

    /** Whether the Pod still waits for a node. */
    synchronized boolean knows(String uid) {
        return all.containsKey(uid);
    }

    /** How many times a Pod has been tried so far. */
    synchronized long attempts() {
        return attempts;
    }

    synchronized boolean idle() {
        return active.isEmpty() && backingOff.isEmpty() && !inFlight;
    }

    synchronized void close() {
        closed = true;
        notifyAll();
    }

    private void retry(QueuedPodInfo waiting) {
        if (waiting.backoffUntil.isAfter(clock.now())) {
            backingOff.add(waiting);
        } else {
            active.add(waiting);
        }
        notifyAll();
    }

    private synchronized void again(QueuedPodInfo waiting) {
        if (all.containsKey(waiting.uid)) {
            active.add(waiting);
            notifyAll();
        }
    }

    private synchronized void flush(QueuedPodInfo waiting, int attempt) {
        if (waiting.attempts == attempt && unschedulable.remove(waiting.uid) != null) {
            retry(waiting);
        }
    }
}
