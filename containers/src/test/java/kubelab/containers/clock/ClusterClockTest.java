package kubelab.containers.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Beats that are left out while time is moved, and those who watch them. */
@Timeout(60)
class ClusterClockTest {
    private static final Duration PERIOD = Duration.ofSeconds(10);
    private static final Duration GRACE = Duration.ofSeconds(50);

    private final ClusterClock clock = new ClusterClock();
    /** Does what timers ask for, as a kubelet's and a controller's threads do. */
    private final ExecutorService worker = Executors.newSingleThreadExecutor();

    private final List<Instant> beats = new CopyOnWriteArrayList<>();
    private final List<Instant> missed = new CopyOnWriteArrayList<>();
    private volatile Instant written = clock.now();

    @AfterEach
    void stop() {
        worker.shutdownNow();
        clock.close();
    }

    @Test
    void whoever_sleeps_when_the_cluster_is_closed_is_woken() throws Exception {
        Future<?> sleeper = worker.submit(() -> {
            clock.sleep(Duration.ofDays(1));
            return "slept";
        });
        assertThatThrownBy(() -> sleeper.get(100, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        clock.close();
        assertThatThrownBy(() -> sleeper.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(Clock.Stopped.class);
        assertThatThrownBy(() -> clock.sleep(PERIOD)).isInstanceOf(Clock.Stopped.class);
    }

    @Test
    void a_beat_that_goes_on_is_never_missed_however_often_it_is_left_out() throws InterruptedException {
        scheduleBeat();
        watch(GRACE);
        every(Duration.ofMinutes(20));

        clock.advance(Duration.ofDays(1), this::rest);

        assertThat(missed).as("looks that found no beat for 50 s").isEmpty();
        assertThat(beats)
                .as("the first, and the last before each of 72 other timers and the end")
                .hasSizeBetween(72, 160);
    }

    @Test
    void a_beat_that_ends_is_missed_when_the_grace_is_over() throws InterruptedException {
        scheduleBeat();
        clock.advance(Duration.ofHours(3), this::rest);
        worker.shutdown();
        assertThat(worker.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        Instant last = written;

        List<Instant> looks = new CopyOnWriteArrayList<>();
        clock.scheduleWatchdog("heart", Duration.between(clock.now(), last.plus(GRACE)), () -> looks.add(clock.now()));
        clock.advance(Duration.ofHours(3), () -> {});

        assertThat(looks).hasSize(1);
        assertThat(looks.get(0)).isBetween(last.plus(GRACE), last.plus(GRACE).plusSeconds(5));
    }

    /** Who waits for it looks without saying so, and the beat's requests take their time on a busy machine. */
    @Test
    void a_beat_without_a_name_has_its_turn_a_period_before_other_timers() throws InterruptedException {
        List<Instant> looks = new CopyOnWriteArrayList<>();
        namelessBeat();
        look(looks, GRACE.plusSeconds(1));

        clock.advance(Duration.ofHours(1), this::rest);

        assertThat(looks).hasSizeGreaterThan(60);
        assertThat(looks).allSatisfy(look -> assertThat(beats)
                .as("a beat from 20 to 10 s before the look")
                .anyMatch(
                        beat -> beat.isAfter(look.minus(PERIOD.multipliedBy(2)).minusSeconds(1))
                                && !beat.isAfter(look.minus(PERIOD).plusSeconds(1))));
    }

    private void namelessBeat() {
        clock.scheduleBeat("", PERIOD, () -> {
            beats.add(clock.now());
            namelessBeat();
        });
    }

    private void look(List<Instant> looks, Duration period) {
        clock.schedule(period, () -> {
            looks.add(clock.now());
            look(looks, period);
        });
    }

    private void scheduleBeat() {
        clock.scheduleBeat(
                "heart",
                PERIOD,
                () -> worker.execute(() -> {
                    pause();
                    written = clock.now();
                    beats.add(written);
                    scheduleBeat();
                }));
    }

    private void watch(Duration delay) {
        clock.scheduleWatchdog(
                "heart",
                delay,
                () -> worker.execute(() -> {
                    Instant now = clock.now();
                    Instant due = written.plus(GRACE);
                    if (!due.isAfter(now)) {
                        missed.add(now);
                    }
                    watch(due.isAfter(now) ? Duration.between(now, due) : GRACE);
                }));
    }

    private void every(Duration period) {
        clock.schedule(period, () -> every(period));
    }

    /** A request takes its time. */
    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(3);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void rest() throws InterruptedException {
        for (int i = 0; i < 2; i++) {
            try {
                worker.submit(() -> {}).get();
            } catch (java.util.concurrent.ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
