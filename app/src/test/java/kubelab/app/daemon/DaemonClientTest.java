package kubelab.app.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DaemonClientTest {
    @Test
    void only_what_means_the_same_there_is_asked_of_the_process_of_up() {
        assertThat(DaemonClient.suits(List.of("check", "pods-1", "--answers", "solutions", "--format=json")))
                .isTrue();
        for (String other : List.of("--cluster=k3s", "--help", "-h", "--debug", "--nodes=2", "@file")) {
            assertThat(DaemonClient.suits(List.of("check", other))).as(other).isFalse();
        }
        assertThat(DaemonClient.suits(List.of("list"))).isFalse();
        assertThat(DaemonClient.suits(List.of())).isFalse();
    }
}
