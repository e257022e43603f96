package kubelab.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.output.OutputFrame;

/** What a user is told when k3s does not start. */
class LastLinesTest {
    private final LastLines log = new LastLines();
    private final Exception timeout = new IllegalStateException("Timed out waiting for log output");

    @Test
    void error_ends_with_the_last_lines_of_the_log() {
        for (int i = 1; i <= 1000; i++) {
            say("line " + i + "\n");
        }
        ClusterException e = K3sCluster.explained(timeout, "an-image", log);
        assertThat(e.getMessage())
                .startsWith("The k3s cluster could not be started: Timed out waiting for log output\n")
                .contains("\nline 993\n")
                .endsWith("\nline 1000")
                .doesNotContain("line 992");
    }

    @Test
    void known_cause_in_the_log_is_named_with_what_to_do() {
        say("E1130 kubelet.go] \"Failed to start cAdvisor\" err=\"inotify_init: too many open files\"\n");
        say("more\n");
        ClusterException e = K3sCluster.explained(timeout, "an-image", log);
        assertThat(e).hasMessageContaining("watch no more files");
        assertThat(e.nextStep()).contains("fs.inotify.max_user_instances");
    }

    @Test
    void cluster_that_has_started_keeps_no_log() {
        say("before\n");
        log.forget();
        say("after\n");
        assertThat(log.last(8)).isEmpty();
    }

    private void say(String text) {
        log.accept(new OutputFrame(OutputFrame.OutputType.STDOUT, text.getBytes(StandardCharsets.UTF_8)));
    }
}
