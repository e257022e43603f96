package kubelab.grader.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import kubelab.controlplane.EmbeddedCluster;
import kubelab.course.CriterionSpec;
import kubelab.grader.CriterionResult;
import kubelab.grader.CriterionResult.State;
import kubelab.grader.Limits;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.node.JsonNodeFactory;

/** What an answer does to its own namespace is its fault; all else that goes wrong in a check is the check's. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BlameTest {
    private final EmbeddedCluster cluster = EmbeddedCluster.builder().nodes(1).start();
    private final KubernetesClient client = cluster.client();

    @AfterAll
    void close() {
        cluster.close();
    }

    @Test
    void a_namespace_that_is_gone_is_the_answers_fault() throws Exception {
        CheckContext run = run("gone", "x");
        client.namespaces().withName("gone").delete();
        CriterionResult result = examine(run, () -> {
            throw new IllegalStateException("the check trips over it");
        });
        assertThat(result.state()).as(result.toString()).isEqualTo(State.FAILED);
        assertThat(result.observed()).contains("the namespace is gone");
    }

    @Test
    void what_the_exercise_gave_and_the_answer_took_away_is_named() throws Exception {
        CheckContext run = run("taken", "x");
        run.prepared();
        client.configMaps().inNamespace("taken").withName("target").delete();
        CriterionResult result = examine(run, () -> {
            throw new NullPointerException();
        });
        assertThat(result.state()).as(result.toString()).isEqualTo(State.FAILED);
        assertThat(result.observed()).contains("ConfigMap target is gone");
        CriterionResult missed = examine(
                run("missed", "x"),
                () -> client.secrets().inNamespace("missed").withName("key").require());
        assertThat(missed.state()).as(missed.toString()).isEqualTo(State.FAILED);
        assertThat(missed.observed()).contains("is gone", "key");
    }

    @Test
    void an_error_of_the_check_stays_one() throws Exception {
        CriterionResult result = examine(run("whole", "x"), () -> {
            throw new IllegalStateException("a bug");
        });
        assertThat(result.state()).as(result.toString()).isEqualTo(State.ERROR);
    }

    private CheckContext run(String namespace, String value) {
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .build())
                .create();
        client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("target")
                        .withNamespace(namespace)
                        .endMetadata()
                        .addToData("host", value)
                        .build())
                .create();
        return new CheckContext(client, namespace, new Random(1), JsonNodeFactory.instance.objectNode());
    }

    private static CriterionResult examine(CheckContext run, Runnable look) throws Exception {
        CriterionSpec spec = new CriterionSpec(
                "x", "It holds", 1, List.of(), 1, "", CriterionSpec.WITHIN, Duration.ZERO, false, List.of(), false);
        Criterion criterion = Criterion.of(spec, r -> {}, r -> {
            look.run();
            return Observation.holds("");
        });
        return new CriteriaRunner(run, Limits.own(), System.nanoTime() + 10_000_000_000L)
                .examine(List.of(criterion), result -> {})
                .get(0);
    }
}
