package kubelab.containers.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LongTasksTest {
    private final ExecutorService pool = Executors.newCachedThreadPool();
    private final LongTasks tasks = new LongTasks(pool);

    @AfterEach
    void stop() {
        pool.shutdownNow();
    }

    @Test
    void a_task_is_idle_while_it_waits_and_busy_from_the_moment_it_is_woken() {
        for (int round = 0; round < 200; round++) {
            OneShotSignal bell = new OneShotSignal();
            CountDownLatch looked = new CountDownLatch(1);
            tasks.execute(() -> {
                try {
                    bell.await();
                    looked.await();
                } catch (InterruptedException stop) {
                    Thread.currentThread().interrupt();
                }
            });
            await("waiting for the bell")
                    .pollInterval(Duration.ofMillis(1))
                    .pollDelay(Duration.ZERO)
                    .until(tasks::idle);
            boolean idle;
            synchronized (bell) {
                bell.ring();
                // Nobody can have woken yet: the monitor is ours.
                idle = tasks.idle();
            }
            looked.countDown();
            assertThat(idle).as("idle with a task that was woken").isFalse();
            await("over")
                    .pollInterval(Duration.ofMillis(1))
                    .pollDelay(Duration.ZERO)
                    .until(tasks::idle);
        }
    }

    @Test
    void a_task_that_is_interrupted_is_busy_until_it_has_noticed() {
        OneShotSignal never = new OneShotSignal();
        OneShotSignal over = new OneShotSignal();
        Thread[] thread = new Thread[1];
        tasks.execute(() -> {
            thread[0] = Thread.currentThread();
            try {
                never.await();
            } catch (InterruptedException woken) {
                over.ring();
            }
        });
        await("waiting").until(tasks::idle);
        synchronized (never) {
            thread[0].interrupt();
            assertThat(tasks.idle()).isFalse();
        }
        await("over").until(tasks::idle);
    }
}
