package kubelab.controlplane.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import kubelab.controlplane.EmbeddedCluster;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What containers see of their users and groups, of the modes and owners of volumes, of their names and directories is
 * what they saw in a real cluster: see {@link PodLogRecorder} for how that was recorded.
 */
class PodLogParityTest {
    private static Map<String, String> seen = Map.of();

    @BeforeAll
    static void run() throws Exception {
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().nodes(1).start()) {
            seen = PodLogs.run(cluster.client());
        }
    }

    static Set<String> names() {
        return PodLogs.recorded().keySet();
    }

    @ParameterizedTest
    @MethodSource("names")
    void pod_prints_what_it_printed_in_the_real_cluster(String name) {
        assertThat(seen.get(name))
                .as("pod %s", name)
                .isEqualTo(PodLogs.recorded().get(name));
    }
}
