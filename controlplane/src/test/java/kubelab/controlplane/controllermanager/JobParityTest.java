package kubelab.controlplane.controllermanager;

import static kubelab.controlplane.RecordedAnswers.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

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
 * Jobs with their policies, compared with what Kubernetes 1.34.4 made of the same. With {@code -Dupdate} and KUBECONFIG
 * set, the answers are recorded from that cluster.
 */
class JobParityTest {
    private static final RecordedAnswers recorded = new RecordedAnswers("controllermanager/jobs/answers.yaml");

    private static EmbeddedCluster cluster;
    private static KubernetesClient client;
    private static JobCases cases;

    @BeforeAll
    static void start() {
        if (UPDATE) {
            client = new KubernetesClientBuilder().build();
            cases = new JobCases(client, () -> {});
            return;
        }
        cluster = EmbeddedCluster.builder().nodes(1).start();
        client = cluster.client();
        cases = new JobCases(client, JobParityTest::second);
    }

    @AfterAll
    static void stop() throws IOException {
        cases.close();
        if (UPDATE) {
            recorded.write(JobParityTest.class);
            client.close();
        } else {
            cluster.close();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void ends_as_on_a_real_cluster(String name, Map<String, Object> test, List<String> expected) {
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

    /** Back-offs and deadlines are not waited for. */
    private static void second() {
        try {
            cluster.advance(Duration.ofSeconds(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the clock moved", e);
        }
    }
}
