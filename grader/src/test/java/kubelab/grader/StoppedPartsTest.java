package kubelab.grader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import kubelab.cluster.Cluster;
import kubelab.cluster.ClusterSpec;
import kubelab.cluster.Clusters;
import kubelab.cluster.Components;
import kubelab.cluster.PrivateClusters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a check has stopped is started again, however its exercise ends. The private cluster is one that stays, as with k3s. */
class StoppedPartsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path root;

    private Cluster cluster;
    private Grader grader;

    @BeforeEach
    void start() throws Exception {
        Path folder = Files.createDirectories(root.resolve("solutions/src/main/resources/kubelab/labs/probes"));
        Files.writeString(folder.resolve("probes-3.yaml"), """
                id: probes-3
                class: kubelab.labs.probes.Stopper
                title: A probe
                form: state
                stars: 1
                minutes: 1
                needs: [stop-component]
                task: none
                hints: [one, two, three]
                criteria:
                - {id: alone, title: No Pod is made, points: 6, hint: 1, within: 2s}
                - {id: back, title: And then one is, points: 4, hint: 1, hidden: true, needs: [alone]}
                """);
        cluster = Clusters.start(ClusterSpec.embedded().withNodes(1));
        grader = Grader.builder(root)
                .cluster(ClusterAccess.of(cluster))
                .privateClusters(PrivateClusters.lending(cluster))
                .limits(Limits.own().withQuiet(Duration.ofMillis(500)))
                .build();
    }

    @AfterEach
    void stop() {
        grader.close();
        cluster.close();
    }

    @Test
    void after_an_answer_that_failed() throws Exception {
        ExerciseResult result = grader.check(List.of("probes-3"), answer("throw new IllegalStateException();"))
                .results()
                .get(0);
        assertThat(result.outcome()).as(result.toString()).isEqualTo(Outcome.FAIL);
        assertThat(cluster.components().stopped()).isEmpty();
        await("its namespace goes")
                .atMost(PATIENCE)
                .until(() -> cluster.client().namespaces().list().getItems().stream()
                        .noneMatch(n -> n.getMetadata().getName().startsWith("lab-probes-3")));
    }

    @Test
    void when_the_grading_is_given_up() throws Exception {
        Thread grading = new Thread(() -> {
            try {
                grader.check(List.of("probes-3"), answer("while (true) { Thread.onSpinWait(); }"));
            } catch (InterruptedException givenUp) {
                Thread.currentThread().interrupt();
            }
        });
        grading.start();
        Components components = cluster.components();
        await("the check stops it")
                .atMost(PATIENCE)
                .until(() -> !components.stopped().isEmpty());
        grading.interrupt();
        grader.close();
        await("it is started").atMost(PATIENCE).until(() -> components.stopped().isEmpty());
        grading.join(PATIENCE.toMillis());
    }

    private static Answers answer(String body) {
        return new Answers.Cell(
                "public class Stopper implements StateExercise { public void apply(KubernetesClient client, String ns) { "
                        + body + " } }");
    }
}
