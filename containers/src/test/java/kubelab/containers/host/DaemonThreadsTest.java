package kubelab.containers.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.Test;

class DaemonThreadsTest {

    @Test
    void no_thread_keeps_the_jvm_alive() throws InterruptedException {
        Thread started = DaemonThreads.start("component", () -> {});
        started.join();
        assertThat(started.isDaemon()).isTrue();
        assertThat(DaemonThreads.of("component", () -> {}).isDaemon()).isTrue();
        assertThat(DaemonThreads.named("pool").newThread(() -> {}).isDaemon()).isTrue();
        assertThat(DaemonThreads.numbered("pool").newThread(() -> {}).isDaemon())
                .isTrue();
    }

    @Test
    void threads_of_a_pool_are_numbered_from_one() {
        ThreadFactory pool = DaemonThreads.numbered("streaming");
        assertThat(pool.newThread(() -> {}).getName()).isEqualTo("streaming-1");
        assertThat(pool.newThread(() -> {}).getName()).isEqualTo("streaming-2");
        assertThat(DaemonThreads.numbered("listener").newThread(() -> {}).getName())
                .isEqualTo("listener-1");
    }
}
