package kubelab.grader;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import kubelab.cluster.Cluster;
import kubelab.cluster.ClusterSpec;
import kubelab.cluster.Clusters;
import kubelab.cluster.NodeHeartbeats;
import kubelab.controlplane.EmbeddedCluster;
import kubelab.course.Exercise;
import kubelab.grader.answer.AnswerClassPath;
import kubelab.grader.answer.AnswerCompiler;
import kubelab.labkit.StateExercise;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A learner who answers by hand thinks for longer than the 50 s after which a silent node is given up. */
class HollowNodesTest {
    @TempDir
    private Path folder;

    @Test
    void hollow_nodes_are_alive_however_late_the_answer_comes() throws Exception {
        try (Cluster cluster = Clusters.start(ClusterSpec.embedded().withNodes(3));
                Grader grader = Grader.builder(Cases.ROOT)
                        .cluster(ClusterAccess.of(cluster))
                        .seed(42)
                        .limits(Limits.own().withQuiet(Duration.ofMillis(500)))
                        .build()) {
            for (String id : List.of("scheduler-2", "scheduler-6")) {
                grader.prepare(id, "by-hand-" + id);
            }
            EmbeddedCluster embedded = cluster.unwrap(EmbeddedCluster.class).orElseThrow();
            embedded.advance(Duration.ofSeconds(60));
            embedded.advance(Duration.ofMinutes(10));
            List<Node> hollow = cluster.client()
                    .nodes()
                    .withLabel(NodeHeartbeats.LABEL)
                    .list()
                    .getItems();
            assertThat(hollow).hasSizeGreaterThanOrEqualTo(3);
            for (Node node : hollow) {
                assertThat(node.getSpec().getTaints())
                        .as("taints of " + node.getMetadata().getName())
                        .noneMatch(t -> t.getKey().startsWith("node.kubernetes.io/"));
                assertThat(node.getStatus().getConditions())
                        .allSatisfy(c -> assertThat(c.getStatus()).isEqualTo("True"));
            }
            for (String id : List.of("scheduler-2", "scheduler-6")) {
                answer(grader.course().get(id), cluster.client(), "by-hand-" + id);
                ExerciseResult result = grader.check(List.of(id), new Answers.State("by-hand-" + id))
                        .results()
                        .get(0);
                assertThat(result.outcome()).as(result.toString()).isEqualTo(Outcome.PASS);
            }
        }
    }

    /** Does by hand what the solution does. */
    private void answer(Exercise exercise, KubernetesClient client, String namespace) throws Exception {
        AnswerCompiler.Compiled compiled = new AnswerCompiler(Cases.ROOT, AnswerClassPath.find())
                .compile(new Answers.Folder(Cases.ROOT.resolve("solutions")), exercise, folder);
        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {compiled.folder().toUri().toURL()}, getClass().getClassLoader())) {
            var constructor = loader.loadClass(compiled.mainClass()).getDeclaredConstructor();
            ((StateExercise) constructor.newInstance()).apply(client, namespace);
        }
    }
}
