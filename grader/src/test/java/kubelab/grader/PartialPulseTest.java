package kubelab.grader;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PartialPulseTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private boolean stopped;
    private boolean beats;
    private long now;
    private final PartialPulse pulse =
            new PartialPulse(() -> stopped, since -> beats, Duration.ofSeconds(3), () -> now);

    @Test
    void whole_cluster_is_asked_for_a_beat() {
        now = 100 * SECOND;
        assertThat(pulse.beatSince(0)).isFalse();
        beats = true;
        assertThat(pulse.beatSince(now)).isTrue();
    }

    @Test
    void cluster_without_a_part_must_be_quiet_for_longer() {
        stopped = true;
        beats = true;
        now = 114 * SECOND;
        assertThat(pulse.beatSince(100 * SECOND)).isFalse();
        now = 115 * SECOND;
        assertThat(pulse.beatSince(100 * SECOND)).isTrue();
    }
}
