package kubelab.controlplane.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private final Backoff backoff = new Backoff();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void delay_doubles_from_ten_seconds_to_five_minutes() {
        List<String> delays = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            backoff.next(now, now);
            delays.add(Durations.format(backoff.delay()));
            now = now.plus(backoff.delay());
        }
        assertThat(delays).containsExactly("10s", "20s", "40s", "1m20s", "2m40s", "5m0s", "5m0s");
    }

    @Test
    void first_failure_does_not_wait() {
        assertThat(backoff.remaining(now, now)).isZero();
        backoff.next(now, now);
        assertThat(backoff.remaining(now, now.plusSeconds(4))).isEqualTo(Duration.ofSeconds(6));
        assertThat(backoff.remaining(now, now.plusSeconds(10))).isZero();
    }

    @Test
    void ten_quiet_minutes_forgive_everything() {
        backoff.next(now, now);
        backoff.next(now, now);
        Instant later = now.plus(Duration.ofMinutes(10)).plusSeconds(1);
        assertThat(backoff.remaining(later, later)).isZero();
        backoff.next(later, later);
        assertThat(backoff.delay()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void references_to_unknown_variables_stay() {
        Map<String, String> known = Map.of("A", "1");
        assertThat(Expansion.expand("$(A) $(B) $$(A) $A $", known)).isEqualTo("1 $(B) $(A) $A $");
    }

    @Test
    void image_names_are_completed_and_checked() {
        assertThat(ImageNames.full("busybox:1.36")).isEqualTo("docker.io/library/busybox:1.36");
        assertThat(ImageNames.full("rancher/k3s")).isEqualTo("docker.io/rancher/k3s:latest");
        assertThat(ImageNames.full("registry.k8s.io/pause:3.10")).isEqualTo("registry.k8s.io/pause:3.10");
        assertThat(ImageNames.problem("localhost:5000/a/b:x")).isNull();
        assertThat(ImageNames.problem("Bad_Image:UPPER:x"))
                .endsWith("invalid reference format: repository name (library/Bad_Image) must be lowercase");
    }
}
