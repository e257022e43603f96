package kubelab.controlplane.kubelet;

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
 * Static Pods and their mirrors, compared with what Kubernetes 1.34.4 made of the same files. With {@code -Dupdate} and KUBECONFIG set,
 * the answers are recorded from that cluster, which must have one node whose kubelet reads {@code /etc/kubernetes/manifests};
 * {@code -Dcase} takes only the cases whose names match that expression.
 */
class StaticPodParityTest {
    private static final RecordedAnswers recorded = new RecordedAnswers("kubelet/static/answers.yaml");

    private static EmbeddedCluster cluster;
    private static KubernetesClient client;
    private static StaticPodCases cases;

    @BeforeAll
    static void start() {
        if (!UPDATE) {
            cluster = EmbeddedCluster.builder().nodes(1).start();
        }
        client = UPDATE ? new KubernetesClientBuilder().build() : cluster.client();
        cases = new StaticPodCases(client);
    }

    @AfterAll
    static void stop() throws IOException {
        cases.close();
        if (UPDATE) {
            recorded.write(StaticPodParityTest.class);
            client.close();
        } else {
            cluster.close();
        }
    }

    @SuppressWarnings("unchecked")
    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void ends_as_on_a_real_cluster(String name, Map<String, Object> test, List<String> expected) {
        List<String> answers = cases.answers((List<Map<String, Object>>) test.get("steps"));
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
