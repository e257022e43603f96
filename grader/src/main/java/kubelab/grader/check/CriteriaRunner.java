package kubelab.grader.check;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import kubelab.grader.CriterionResult;
import kubelab.grader.CriterionResult.State;
import kubelab.grader.Limits;

/** Tries the criteria one after another. The one place of the grader that waits. */
public final class CriteriaRunner {
    private static final long FIRST_PAUSE_MS = 20;
    private static final long LONGEST_PAUSE_MS = 200;
    /** While something goes on in the namespace, a criterion gets so many times as long: the machine may be slow. */
    private static final int LONGEST = 4;

    private final CheckContext run;
    private final Quiescence quiescence;
    private final Blame blame;
    private final long end;

    /**
     * @param end {@link System#nanoTime} at which the whole exercise must be over
     */
    public CriteriaRunner(CheckContext run, Limits limits, long end) {
        this(run, limits, end, Pulse.TRUSTED);
    }

    /** @param pulse how quick the cluster is */
    public CriteriaRunner(CheckContext run, Limits limits, long end, Pulse pulse) {
        this.run = run;
        this.quiescence = new Quiescence(run, limits.quiet(), pulse);
        this.blame = Blame.of(run, run.given());
        this.end = end;
    }

    public List<CriterionResult> examine(List<Criterion> criteria, Consumer<CriterionResult> listener)
            throws InterruptedException {
        List<CriterionResult> results = new ArrayList<>();
        Set<String> passed = new HashSet<>();
        for (Criterion criterion : criteria) {
            long start = System.nanoTime();
            CriterionResult result;
            if (passed.containsAll(criterion.needs())) {
                result = examine(criterion, start);
            } else {
                String missing = criteria.stream()
                        .filter(c -> criterion.needs().contains(c.id()) && !passed.contains(c.id()))
                        .map(Criterion::title)
                        .findFirst()
                        .orElse("");
                result = result(criterion, State.NOT_TRIED, "", "not tried: first \"" + missing + "\"", start);
            }
            if (result.state() == State.PASSED) {
                passed.add(criterion.id());
            }
            results.add(result);
            listener.accept(result);
        }
        return results;
    }

    private CriterionResult examine(Criterion criterion, long start) throws InterruptedException {
        try {
            criterion.act().on(run);
            return poll(criterion, start);
        } catch (RuntimeException e) {
            return blame.answer(e)
                    .map(what -> result(criterion, State.FAILED, "that this can be tried", what, start))
                    .orElseGet(() -> result(criterion, State.ERROR, "", error(e), start));
        }
    }

    private static String error(RuntimeException e) {
        return e instanceof KubernetesClientException
                ? "the cluster did not answer the grader: " + e.getMessage()
                : "an error in the check itself: " + e;
    }

    private CriterionResult poll(Criterion criterion, long start) throws InterruptedException {
        long deadline = inTime(criterion.within());
        long last = inTime(criterion.within().multipliedBy(LONGEST));
        long pause = FIRST_PAUSE_MS;
        long holdsSince = -1;
        String witness = "";
        boolean still = false;
        while (true) {
            Observation observation = look(criterion);
            long now = System.nanoTime();
            if (observation instanceof Observation.Holds holds) {
                holdsSince = holdsSince < 0 || !witness.equals(holds.witness()) ? now : holdsSince;
                witness = holds.witness();
                if (now - holdsSince >= criterion.keeps().toNanos()) {
                    return result(criterion, State.PASSED, "", holds.observed(), start);
                }
            } else if (observation instanceof Observation.Never never) {
                return result(criterion, State.FAILED, never.expected(), never.observed(), start);
            } else if (observation instanceof Observation.NotYet not) {
                holdsSince = -1;
                // a look that began before all was still may have come too early
                if (still && !criterion.patient()) {
                    return result(criterion, State.FAILED, not.expected(), not.observed(), start);
                }
                boolean before = still;
                still = quiescence.reached();
                boolean lastLook = still && !before && !criterion.patient();
                // still: it will stay wrong; not still: it might have come right later
                if (still && now >= deadline && !lastLook) {
                    return result(criterion, State.FAILED, not.expected(), not.observed(), start);
                } else if (now >= last && !lastLook) {
                    String late = " (after " + Duration.ofNanos(now - start).toSeconds() + " s)";
                    return result(criterion, State.TIMED_OUT, not.expected(), not.observed() + late, start);
                }
            }
            Thread.sleep(pause);
            pause = Math.min(LONGEST_PAUSE_MS, pause * 2);
        }
    }

    private long inTime(Duration duration) {
        long now = System.nanoTime();
        return Math.min(now + duration.toNanos(), Math.max(end, now + 1));
    }

    /** One refused or broken request is no verdict on the answer: look again, three times. */
    private Observation look(Criterion criterion) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                return criterion.probe().look(run);
            } catch (KubernetesClientException e) {
                if (attempt == 3) {
                    throw e;
                }
                Thread.sleep(LONGEST_PAUSE_MS * attempt);
            }
        }
    }

    private static CriterionResult result(Criterion c, State state, String expected, String observed, long start) {
        return new CriterionResult(
                c.id(),
                c.title(),
                state,
                state == State.PASSED ? c.points() : 0,
                c.points(),
                c.hidden(),
                expected,
                observed,
                c.command(),
                c.hint(),
                Duration.ofNanos(System.nanoTime() - start));
    }
}
