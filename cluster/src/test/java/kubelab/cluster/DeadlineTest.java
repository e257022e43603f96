package kubelab.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DeadlineTest {

    @Test
    void a_look_comes_at_once_even_when_there_is_no_time() throws InterruptedException {
        assertThat(Deadline.in(Duration.ZERO).await(() -> true)).isTrue();
        assertThat(Deadline.in(Duration.ofMillis(1)).await(() -> false)).isFalse();
    }

    @Test
    void looks_go_on_until_it_holds() throws InterruptedException {
        AtomicInteger looks = new AtomicInteger();
        assertThat(Deadline.in(Duration.ofMinutes(1)).await(() -> looks.incrementAndGet() == 3))
                .isTrue();
        assertThat(looks).hasValue(3);
    }

    @Test
    void what_is_left_is_never_negative() {
        Deadline past = Deadline.in(Duration.ofSeconds(-1));
        assertThat(past.isOver()).isTrue();
        assertThat(past.left()).isEqualTo(Duration.ZERO);
        Deadline ahead = Deadline.in(Duration.ofMinutes(1));
        assertThat(ahead.isOver()).isFalse();
        assertThat(ahead.left()).isBetween(Duration.ofSeconds(30), Duration.ofMinutes(1));
    }
}
