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
 * @param within how long it may take until it holds
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

    public static Builder of(String id, String title, int points) {
        return new Builder(id, title, points);
    }

    /** Reads like a sentence; ends with {@link #when}. */
    public static final class Builder {
        private final String id;
        private final String title;
        private final int points;
        private boolean hidden;
        private final Set<String> needs = new LinkedHashSet<>();
        private int hint;
        private String command = "";
        private Duration within = Duration.ofSeconds(15);
        private Duration keeps = Duration.ZERO;
        private boolean patient;
        private Act act = run -> {};

        private Builder(String id, String title, int points) {
            this.id = id;
            this.title = title;
            this.points = points;
        }

        public Builder hidden() {
            hidden = true;
            return this;
        }

        public Builder needs(String... ids) {
            needs.addAll(Set.of(ids));
            return this;
        }

        public Builder hint(int number) {
            hint = number;
            return this;
        }

        public Builder shownBy(String kubectl) {
            command = kubectl;
            return this;
        }

        public Builder within(Duration time) {
            within = time;
            return this;
        }

        public Builder keeps(Duration time) {
            keeps = time;
            return this;
        }

        public Builder evenIfQuiet() {
            patient = true;
            return this;
        }

        public Builder first(Act what) {
            act = what;
            return this;
        }

        public Criterion when(Probe probe) {
            return new Criterion(id, title, points, hidden, needs, hint, command, within, keeps, patient, act, probe);
        }
    }
}
