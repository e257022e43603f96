package kubelab.controlplane.scheduler;

import static kubelab.controlplane.RecordedAnswers.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.time.Duration;
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
 * Pods and nodes in, node or text out, compared with what Kubernetes 1.34.4 answered. With {@code -Dupdate} and
 * KUBECONFIG set (a cluster of three nodes named server, worker1, worker2, with nothing else on it), the answers are
 * recorded anew.
 */
class SchedulerParityTest {
    private static final RecordedAnswers recorded = new RecordedAnswers("scheduler/answers.yaml");

    private static EmbeddedCluster cluster;
    private static KubernetesClient client;
    private static SchedulerCases cases;

    @BeforeAll
    static void start() throws InterruptedException {
        if (UPDATE) {
            client = new KubernetesClientBuilder().build();
        } else {
            cluster = EmbeddedCluster.builder().nodes(3).start();
            client = cluster.client();
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> client.nodes().list().getItems().stream()
                                    .filter(n -> n.getSpec().getTaints().isEmpty())
                                    .count()
                            == 3);
        }
        cases = new SchedulerCases(client);
    }

    @AfterAll
    static void stop() throws IOException {
        cases.close();
        if (UPDATE) {
            recorded.write(SchedulerParityTest.class);
            client.close();
        } else {
            cluster.close();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void places_as_a_real_scheduler(String name, Map<String, Object> test, List<String> expected)
            throws InterruptedException {
        List<String> answers = cases.answers(test);
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
