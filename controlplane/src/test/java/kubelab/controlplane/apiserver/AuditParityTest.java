package kubelab.controlplane.apiserver;

import static kubelab.controlplane.RecordedAnswers.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import kubelab.controlplane.EmbeddedCluster;
import kubelab.controlplane.RecordedAnswers;
import kubelab.controlplane.apiserver.audit.AuditPolicyReader;
import kubelab.controlplane.json.Json;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

/**
 * The audit log, compared with that of Kubernetes 1.34.4 under the same policy and the same requests. With {@code -Dupdate} and
 * KUBECONFIG set, the Events are recorded from that cluster. It must be a fresh one, and its API server needs {@code
 * --audit-policy-file} with this folder's policy.yaml, {@code --audit-log-path=/var/log/kubernetes/audit.log} and {@code
 * --enable-logs-handler}.
 */
class AuditParityTest {
    private static final RecordedAnswers recorded = new RecordedAnswers("apiserver/audit/answers.jsonl");

    private static EmbeddedCluster cluster;
    private static AuditCases cases;

    @BeforeAll
    static void start() throws IOException {
        String kubeconfig;
        if (UPDATE) {
            kubeconfig = Files.readString(Path.of(System.getenv("KUBECONFIG")));
        } else {
            cluster = EmbeddedCluster.builder()
                    .nodes(1)
                    .auditPolicy(AuditPolicyReader.read(
                            Files.readString(recorded.folder().resolve("policy.yaml"))))
                    .start();
            kubeconfig = cluster.kubeconfig();
        }
        cases = new AuditCases(kubeconfig, recorded.tree());
    }

    @AfterAll
    static void stop() throws IOException {
        cases.close();
        if (UPDATE) {
            recorded.write(AuditParityTest.class);
        } else {
            cluster.close();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void is_noted_as_by_a_real_cluster(String name, ObjectNode scenario, List<String> expected) throws Exception {
        List<String> answers = cases.answers(scenario);
        if (UPDATE) {
            recorded.record(name, answers);
            return;
        }
        SoftAssertions all = new SoftAssertions();
        List<ObjectNode> steps = Json.objects(scenario, "steps");
        assertThat(expected).as("recorded Events").hasSameSizeAs(answers);
        for (int i = 0; i < answers.size(); i++) {
            all.assertThat(answers.get(i))
                    .as("step %s: %s", i, Json.string(steps.get(i), "request"))
                    .isEqualTo(expected.get(i));
        }
        all.assertAll();
    }

    static Stream<Arguments> all() {
        return recorded.ofScenarios();
    }
}
