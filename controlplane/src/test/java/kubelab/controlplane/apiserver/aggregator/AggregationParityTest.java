package kubelab.controlplane.apiserver.aggregator;

import static kubelab.controlplane.RecordedAnswers.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import kubelab.containers.network.ClusterNetwork;
import kubelab.controlplane.EmbeddedCluster;
import kubelab.controlplane.RecordedAnswers;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

/**
 * Aggregated APIs, compared with Kubernetes 1.34.4: both clusters pass requests on to a small API server in this test. With
 * {@code -Dupdate} and KUBECONFIG set, the answers are recorded from that cluster; it reaches this machine at {@code
 * -Dhost} (Docker's bridge, 172.17.0.1, if not said), and its API server needs {@code --enable-aggregator-routing}, as
 * k3s has it.
 */
class AggregationParityTest {
    private static final RecordedAnswers recorded = new RecordedAnswers("apiserver/aggregator/answers.jsonl");

    private static EmbeddedCluster cluster;
    private static AggregationCases cases;

    @BeforeAll
    static void start() throws Exception {
        String kubeconfig;
        if (UPDATE) {
            kubeconfig = Files.readString(Path.of(System.getenv("KUBECONFIG")));
        } else {
            cluster = EmbeddedCluster.builder().nodes(1).start();
            kubeconfig = cluster.kubeconfig();
        }
        String host = UPDATE ? System.getProperty("host", "172.17.0.1") : ClusterNetwork.OUTSIDE;
        cases = new AggregationCases(kubeconfig, host, recorded.tree());
    }

    @AfterAll
    static void stop() throws Exception {
        cases.close();
        if (UPDATE) {
            recorded.write(AggregationParityTest.class);
        } else {
            cluster.close();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void answers_as_a_real_cluster(String name, ObjectNode scenario, List<String> expected) throws Exception {
        List<String> answers = cases.answers(scenario);
        if (UPDATE) {
            recorded.record(name, answers);
            return;
        }
        SoftAssertions all = new SoftAssertions();
        assertThat(expected).as("recorded answers").hasSameSizeAs(answers);
        for (int i = 0; i < answers.size(); i++) {
            all.assertThat(answers.get(i)).as("step %s", i).isEqualTo(expected.get(i));
        }
        all.assertAll();
    }

    static Stream<Arguments> all() {
        return recorded.ofScenarios();
    }
}
