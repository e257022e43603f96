package kubelab.controlplane.controllermanager.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import kubelab.containers.clock.ClusterClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkQueueTest {
    private final ClusterClock clock = new ClusterClock();
    private final WorkQueue<String> queue = new WorkQueue<>(clock);

    @AfterEach
    void stop() {
        queue.close();
        clock.close();
    }

    @Test
    void what_is_added_twice_is_taken_once() throws InterruptedException {
        queue.add("a");
        queue.add("a");
        assertThat(queue.take()).hasValue("a");
        queue.done("a");
        assertThat(queue.idle()).isTrue();
    }

    @Test
    void what_is_added_while_it_is_worked_on_comes_again_afterwards() throws InterruptedException {
        queue.add("a");
        queue.take();
        queue.add("a");
        queue.add("b");
        assertThat(queue.take()).as("a is in somebody's hands").hasValue("b");
        queue.done("a");
        assertThat(queue.take()).hasValue("a");
    }

    @Test
    void of_two_wishes_for_later_the_earlier_counts() throws InterruptedException {
        queue.addAfter("a", Duration.ofHours(2));
        queue.addAfter("a", Duration.ofHours(1));
        clock.advance(Duration.ofMinutes(59), () -> {});
        assertThat(queue.idle()).isTrue();
        clock.advance(Duration.ofMinutes(2), () -> {});
        assertThat(queue.take()).hasValue("a");
        queue.done("a");
        clock.advance(Duration.ofHours(2), () -> {});
        assertThat(queue.idle()).as("the later wish was replaced").isTrue();
    }

    @Test
    void failures_in_a_row_wait_longer_until_one_goes_well() {
        for (int i = 0; i < 20; i++) {
            queue.addRateLimited("a");
        }
        assertThat(queue.failures("a")).isEqualTo(20);
        queue.forget("a");
        assertThat(queue.failures("a")).isZero();
    }

    @Test
    void expectations_hold_until_the_watch_has_shown_everything() throws InterruptedException {
        Expectations expectations = new Expectations(clock);
        Key owner = new Key("ns", "web");
        expectations.expectCreations(owner, 2);
        expectations.created(owner);
        assertThat(expectations.satisfied(owner)).isFalse();
        expectations.created(owner);
        assertThat(expectations.satisfied(owner)).isTrue();
        expectations.expectDeletions(owner, java.util.Set.of("u1"));
        assertThat(expectations.satisfied(owner)).isFalse();
        clock.advance(Expectations.GIVE_UP.plusSeconds(1), () -> {});
        assertThat(expectations.satisfied(owner))
                .as("better a stale cache than standing still")
                .isTrue();
    }
}
