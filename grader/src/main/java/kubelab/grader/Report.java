package kubelab.grader;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Everything one run of the grader found, in the order in which the exercises were asked for.
 *
 * @param provider the cluster's provider: embedded, k3s, existing
 * @param level how far the answer was held apart from the machine: {@code own} guards against accidents only
 * @param answers where the answers came from, in words, as {@link Answers#shown} says it
 */
public record Report(
        List<ExerciseResult> results,
        String provider,
        String level,
        String answers,
        long seed,
        Instant started,
        Duration took,
        Origin origin) {
    public Report {
        results = List.copyOf(results);
    }

    /** A report of which nothing more is known. */
    public Report(
            List<ExerciseResult> results,
            String provider,
            String level,
            String answers,
            long seed,
            Instant started,
            Duration took) {
        this(results, provider, level, answers, seed, started, took, Origin.UNKNOWN);
    }

    public int points() {
        return results.stream().mapToInt(ExerciseResult::points).sum();
    }

    public int maxPoints() {
        return results.stream().mapToInt(ExerciseResult::maxPoints).sum();
    }

    public long count(Outcome outcome) {
        return results.stream().filter(r -> r.outcome() == outcome).count();
    }

    /** 0 all passed; 1 any FAIL, TIMEOUT or NOT_BEGUN; 3 otherwise any UNGRADABLE, or SKIPPED unless that is allowed. */
    public int exitCode(boolean allowSkipped) {
        if (count(Outcome.FAIL) + count(Outcome.TIMEOUT) + count(Outcome.NOT_BEGUN) > 0) {
            return 1;
        }
        boolean open = count(Outcome.UNGRADABLE) > 0 || (!allowSkipped && count(Outcome.SKIPPED) > 0);
        return open ? 3 : 0;
    }
}
