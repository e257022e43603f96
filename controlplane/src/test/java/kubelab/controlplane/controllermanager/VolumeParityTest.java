package kubelab.controlplane.controllermanager;

import static kubelab.controlplane.RecordedAnswers.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import kubelab.controlplane.EmbeddedCluster;
import kubelab.controlplane.RecordedAnswers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Claims, volumes and the Pods that use them, compared with what Kubernetes 1.34.4 made of the same. With {@code -Dupdate} and
 * KUBECONFIG set, the answers are recorded from that cluster, which must have one node and the class local-path;
 * {@code -Dcase} takes only the cases whose names match that expression.
 */
class VolumeParityTest {
    private static final RecordedAnswers recorded = new RecordedAnswers("controllermanager/volumes/answers.yaml");

    private static EmbeddedCluster cluster;
    private static KubernetesClient client;

    @BeforeAll
    static void start() {
        if (UPDATE) {
            client = new KubernetesClientBuilder().build();
            return;
        }
        cluster = EmbeddedCluster.builder().nodes(1).start();
        client = cluster.client();
    }

    @AfterAll
    static void stop() throws IOException {
        if (UPDATE) {
            recorded.write(VolumeParityTest.class);
            client.close();
            return;
        }
        try {
            assertThat(ComponentRights.missing(cluster))
                    .as("rights that components lack")
                    .filteredOn(missing ->
                            missing.startsWith("system:serviceaccount:") || missing.startsWith("system:kube-scheduler"))
                    .isEmpty();
        } finally {
            cluster.close();
        }
    }

    @SuppressWarnings("unchecked")
    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void ends_as_on_a_real_cluster(String name, Map<String, Object> test, List<String> expected) {
        List<String> answers;
        try (VolumeCases cases = new VolumeCases(client)) {
            answers = cases.answers((List<Map<String, Object>>) test.get("steps"));
        }
        if (UPDATE) {
            recorded.record(name, answers);
        } else {
            assertThat(answers).as(name).isEqualTo(expected);
        }
    }

    static Stream<Arguments> all() {
        return recorded.ofCases();
    }
}
