package kubelab.controlplane.apiserver;

import static kubelab.controlplane.RecordedAnswers.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import kubelab.controlplane.EmbeddedCluster;
import kubelab.controlplane.RecordedAnswers;
import kubelab.controlplane.json.Json;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

/**
 * Requests of a folder of cases, compared with what Kubernetes 1.34.4 answered to the same. With {@code -Dupdate} and KUBECONFIG set,
 * the answers are recorded from that cluster.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RequestParity {
    private final RecordedAnswers recorded;
    private EmbeddedCluster cluster;
    private KubernetesClient client;
    private CustomResourceCases cases;

    /** @param answers the file of recorded answers; the cases are beside it */
    RequestParity(String answers) {
        this.recorded = new RecordedAnswers(answers);
    }

    @BeforeAll
    void start() {
        if (UPDATE) {
            Config once = new ConfigBuilder(Config.autoConfigure(null))
                    .withRequestRetryBackoffLimit(0)
                    .build();
            client = new KubernetesClientBuilder().withConfig(once).build();
        } else {
            cluster = EmbeddedCluster.builder().nodes(1).start();
            client = cluster.client();
        }
        cases = new CustomResourceCases(client);
    }

    @AfterAll
    void stop() throws IOException {
        cases.close();
        if (UPDATE) {
            recorded.write(getClass());
            client.close();
        } else {
            cluster.close();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void is_answered_as_by_a_real_cluster(String name, ObjectNode scenario, List<String> expected) throws Exception {
        List<String> answers = cases.answers(scenario);
        if (UPDATE) {
            recorded.record(name, answers);
            return;
        }
        SoftAssertions all = new SoftAssertions();
        List<ObjectNode> steps = Json.objects(scenario, "steps");
        assertThat(expected).as("recorded answers").hasSameSizeAs(answers);
        for (int i = 0; i < answers.size(); i++) {
            String step = steps.get(i).toString();
            all.assertThat(answers.get(i))
                    .as("step %s: %s", i, step.substring(0, Math.min(200, step.length())))
                    .isEqualTo(expected.get(i));
        }
        all.assertAll();
    }

    Stream<Arguments> all() {
        return recorded.ofScenarios();
    }
}
