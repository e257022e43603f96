package kubelab.grader.check;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import kubelab.course.CriterionSpec;

/**
 * One thing that must hold.
 *
 * @param id unique within the exercise
 * @param hidden not listed before grading
 * @param needs ids of criteria without which it makes no sense to try this one
 * @param hint which hint helps, 0 for none
 * @param command kubectl's words that show it, without namespace
 * @param within how long it may take until it holds; longer while the namespace has not come to rest
 * @param keeps how long it must go on holding
 * @param patient goes on looking until {@code within} is over although the namespace lies still: for logs, which change
 *     no object, and for back-offs
 */
public record Criterion(
        String id,
        String title,
        int points,
        boolean hidden,
        Set<String> needs,
        int hint,
        String command,
        Duration within,
        Duration keeps,
        boolean patient,
        Act act,
        Probe probe) {

    /** Done once, before looking. */
    public interface Act {
        void on(CheckContext run);
    }

    /** Looks once. May be called many times, so it changes nothing. */
    public interface Probe {
        Observation look(CheckContext run);
    }

    static Criterion of(CriterionSpec spec, Act act, Probe probe) {
        return new Criterion(
                spec.id(),
                spec.title(),
                spec.points(),
                spec.hidden(),
                new LinkedHashSet<>(spec.needs()),
                spec.hint(),
                spec.kubectl(),
                spec.within(),
                spec.keeps(),
                spec.patient(),
                act,
                probe);
    }
}
