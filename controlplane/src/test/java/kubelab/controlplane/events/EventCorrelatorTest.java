package kubelab.controlplane.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import kubelab.controlplane.events.EventCorrelator.Occurrence;
import org.junit.jupiter.api.Test;

class EventCorrelatorTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final ObjectReference POD = new ObjectReferenceBuilder()
            .withKind("Pod")
            .withNamespace("default")
            .withName("web-0")
            .withUid("u1")
            .build();

    private final EventCorrelator correlator = new EventCorrelator();

    @Test
    void the_same_words_raise_the_count_of_one_event() {
        var first = correlator
                .correlate(said("BackOff", "Back-off restarting", START))
                .orElseThrow();
        var again = correlator
                .correlate(said("BackOff", "Back-off restarting", START.plusSeconds(7)))
                .orElseThrow();
        assertThat(again).isSameAs(first);
        assertThat(again.count).isEqualTo(2);
        assertThat(again.first).isEqualTo(START);
        assertThat(again.last).isEqualTo(START.plusSeconds(7));
        assertThat(again.name).startsWith("web-0.");
    }

    @Test
    void the_tenth_different_message_is_combined() {
        for (int i = 1; i < EventCorrelator.SIMILAR; i++) {
            assertThat(correlator.correlate(said("Pulling", "try " + i, START)).orElseThrow().message)
                    .isEqualTo("try " + i);
        }
        var combined = correlator.correlate(said("Pulling", "try 10", START)).orElseThrow();
        assertThat(combined.message).isEqualTo("(combined from similar events): try 10");
        assertThat(correlator.correlate(said("Pulling", "try 11", START))).containsSame(combined);
        assertThat(combined.count).isEqualTo(2);
    }

    @Test
    void one_source_is_cut_short_about_one_object_and_recovers_slowly() {
        for (int i = 0; i < EventCorrelator.BURST; i++) {
            assertThat(correlator.correlate(said("BackOff", "again", START))).isPresent();
        }
        assertThat(correlator.correlate(said("BackOff", "again", START))).isEmpty();
        assertThat(correlator.correlate(said("BackOff", "again", START.plus(EventCorrelator.REFILL))))
                .as("one more after five minutes, the count includes what was dropped")
                .hasValueSatisfying(event -> assertThat(event.count).isEqualTo(27));
    }

    @Test
    void names_differ_when_the_clock_stands_still() {
        String one = correlator.uniqueSuffix(START);
        assertThat(correlator.uniqueSuffix(START)).isNotEqualTo(one);
        assertThat(correlator.uniqueSuffix(START.minus(Duration.ofDays(1)))).isGreaterThan(one);
    }

    private static Occurrence said(String reason, String message, Instant at) {
        return new Occurrence("kubelet", "worker1", POD, Optional.empty(), "Warning", reason, message, at, false);
    }
}
