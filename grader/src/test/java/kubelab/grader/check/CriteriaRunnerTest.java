package kubelab.grader.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import kubelab.controlplane.EmbeddedCluster;
import kubelab.grader.CriterionResult;
import kubelab.grader.CriterionResult.State;
import kubelab.grader.Limits;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

/** A criterion that does not hold in its time is given more, but not for ever, while the cluster has not come to rest. */
class CriteriaRunnerTest {
    private static final Duration WITHIN = Duration.ofSeconds(1);
    private static final Pulse SLOW = since -> false;

    @Test
    void what_holds_late_on_a_slow_cluster_holds() throws Exception {
        assertThat(examined(SLOW, Duration.ofSeconds(2), Duration.ofMinutes(1)).state())
                .isEqualTo(State.PASSED);
    }

    @Test
    void what_never_holds_on_a_slow_cluster_has_no_verdict_after_four_times_its_time() throws Exception {
        CriterionResult result = examined(SLOW, Duration.ofMinutes(1), Duration.ofMinutes(1));
        assertThat(result.state()).isEqualTo(State.TIMED_OUT);
        assertThat(result.observed()).isEqualTo("nothing (after 4 s)");
    }

    @Test
    void the_end_of_the_exercise_is_the_end() throws Exception {
        CriterionResult result = examined(SLOW, Duration.ofMinutes(1), Duration.ofSeconds(2));
        assertThat(result.state()).isEqualTo(State.TIMED_OUT);
        assertThat(result.observed()).isEqualTo("nothing (after 2 s)");
    }

    @Test
    void on_a_cluster_at_rest_the_time_is_as_it_says() throws Exception {
        CriterionResult result = examined(Pulse.TRUSTED, Duration.ofSeconds(3), Duration.ofMinutes(1));
        assertThat(result.state()).isEqualTo(State.FAILED);
        assertThat(result.observed()).isEqualTo("nothing");
    }

    /**
     * @param holdsAfter from when on the criterion holds
     * @param left how much of the exercise's time is left
     */
    private static CriterionResult examined(Pulse pulse, Duration holdsAfter, Duration left) throws Exception {
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().nodes(1).start()) {
            CheckContext run =
                    new CheckContext(cluster.client(), "default", new Random(1), JsonNodeFactory.instance.objectNode());
            long start = System.nanoTime();
            Criterion criterion = new Criterion(
                    "one",
                    "One",
                    1,
                    false,
                    Set.of(),
                    0,
                    "",
                    WITHIN,
                    Duration.ZERO,
                    false,
                    r -> {},
                    r -> System.nanoTime() - start >= holdsAfter.toNanos()
                            ? Observation.holds("it")
                            : Observation.notYet("something", "nothing"));
            Limits limits = Limits.own().withQuiet(Duration.ofMillis(500));
            return new CriteriaRunner(run, limits, start + left.toNanos(), pulse)
                    .examine(List.of(criterion), r -> {})
                    .get(0);
        }
    }
}
