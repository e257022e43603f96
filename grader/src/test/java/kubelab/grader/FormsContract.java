package kubelab.grader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Two forms of exercises from end to end, with exercises made for this test: a component; a private cluster. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class FormsContract {
    private static final String TAINTER = """
            public class Tainter implements StateExercise {
                public void apply(KubernetesClient client, String namespace) {
                    String name = client.nodes().list().getItems().get(0).getMetadata().getName();
                    // a patch, not an edit: a node that has just come is written by others, too
                    client.nodes().withName(name).patch(
                        io.fabric8.kubernetes.client.dsl.base.PatchContext.of(
                            io.fabric8.kubernetes.client.dsl.base.PatchType.STRATEGIC_MERGE),
                        "spec: {taints: [{key: probe, effect: NoSchedule}]}");
                    client.resource(new io.fabric8.kubernetes.api.model.scheduling.v1.PriorityClassBuilder()
                        .withNewMetadata().withName("probe").endMetadata().withValue(7).build()).create();
                }
            }
            """;

    private Path root;

    private Grader grader;

    abstract ClusterAccess cluster() throws Exception;

    @BeforeAll
    void folder(@TempDir Path course) {
        root = course;
    }

    /** Before each test and not once: where there is no cluster, each test is counted as skipped, with the reason. */
    @BeforeEach
    void start() throws Exception {
        ClusterAccess cluster = cluster();
        if (grader != null) {
            return;
        }
        exercise("probes-1", "Placer", "component", """
                criteria:
                - {id: placed, title: The Pod runs on the node of its label, points: 6, hint: 1, within: 30s}
                - {id: again, title: And so does the next, points: 4, hint: 1, hidden: true, needs: [placed]}
                """);
        exercise("probes-2", "Tainter", "state", """
                criteria:
                - {id: tainted, title: One node of three is tainted, points: 10, hint: 1, hidden: true}
                cluster: private
                clusterRules:
                - {apiGroups: [""], resources: [nodes], verbs: [get, list, update, patch]}
                - {apiGroups: [scheduling.k8s.io], resources: [priorityclasses], verbs: [create]}
                """);
        exercise("probes-3", "Stopper", "state", """
                criteria:
                - {id: alone, title: No Pod is made but the learner's own, points: 6, hint: 1, within: 30s}
                - {id: back, title: And then the other one is, points: 4, hint: 1, hidden: true, needs: [alone], within: 60s}
                """, "stop-component");
        grader = Grader.builder(root)
                .cluster(cluster)
                .seed(7)
                .parallel(2)
                .limits(Limits.own().withQuiet(Duration.ofMillis(500)).withCall(Duration.ofSeconds(2)))
                .build();
    }

    @AfterAll
    void close() {
        if (grader != null) {
            grader.close();
        }
    }

    @Test
    void a_scheduler_places_pods_from_its_own_process() throws Exception {
        ExerciseResult result = placer("return node.name().equals(pod.labels().get(\"wants\"));");
        assertThat(result.outcome()).as(result.toString()).isEqualTo(Outcome.PASS);
        assertThat(result.points()).isEqualTo(10);
    }

    @Test
    void a_wrong_decision_is_a_fail() throws Exception {
        ExerciseResult result = placer("return !node.name().equals(pod.labels().get(\"wants\"));");
        assertThat(result.outcome()).as(result.toString()).isEqualTo(Outcome.FAIL);
        assertThat(result.criteria().get(0).observed()).startsWith("web on ");
    }

    @Test
    void an_exception_is_a_fail_with_the_learners_line() throws Exception {
        ExerciseResult result = placer("\nObject nothing = null; return nothing.equals(node);");
        assertThat(result.outcome()).as(result.toString()).isEqualTo(Outcome.FAIL);
        assertThat(result.message()).startsWith("Placer threw NullPointerException at Placer.java:2");
        assertThat(result.points()).isZero();
        assertThat(result.took()).isLessThan(Duration.ofSeconds(30));
    }

    @Test
    void a_filter_that_hangs_is_a_timeout_that_names_it() throws Exception {
        ExerciseResult result = placer("while (true) { Thread.onSpinWait(); }");
        assertThat(result.outcome()).as(result.toString()).isEqualTo(Outcome.TIMEOUT);
        assertThat(result.message()).startsWith("Placer.filter did not return within 2 s");
        assertThat(result.points()).isZero();
    }

    @Test
    void system_exit_is_a_fail_that_says_so() throws Exception {
        ExerciseResult result = placer("System.exit(0); return true;");
        assertThat(result.outcome()).as(result.toString()).isEqualTo(Outcome.FAIL);
        assertThat(result.message()).contains("System.exit");
    }

    @Test
    void what_implements_something_else_is_told_what_to_implement() throws Exception {
        String source =
                "public class Placer implements StateExercise { public void apply(KubernetesClient c, String n) {} }";
        ExerciseResult result = check("probes-1", source);
        assertThat(result.outcome()).as(result.toString()).isEqualTo(Outcome.FAIL);
        assertThat(result.message()).contains("must implement");
    }

    @Test
    void what_touches_nodes_has_a_clean_cluster_each_time_and_others_see_nothing() throws Exception {
        for (int i = 0; i < 2; i++) {
            ExerciseResult result = check("probes-2", TAINTER);
            if (result.outcome() == Outcome.SKIPPED) {
                assertThat(cluster().provider()).as(result.message()).isEqualTo("existing");
                return;
            }
            assertThat(result.outcome()).as(result.toString()).isEqualTo(Outcome.PASS);
        }
        try (KubernetesClient client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(cluster().kubeconfig()))
                .build()) {
            assertThat(client.nodes().list().getItems())
                    .allSatisfy(n -> assertThat(n.getSpec().getTaints())
                            .noneMatch(t -> t.getKey().equals("probe")));
            assertThat(client.scheduling()
                            .v1()
                            .priorityClasses()
                            .withName("probe")
                            .get())
                    .isNull();
        }
    }

    /** Twice, since a cluster that was left without its controller would fail the second. */
    @Test
    void a_check_stops_a_controller_on_a_cluster_of_its_own() throws Exception {
        String source = """
                public class Stopper implements StateExercise {
                    public void apply(KubernetesClient client, String namespace) {
                        client.resource(\"""
                            apiVersion: apps/v1
                            kind: ReplicaSet
                            metadata: {name: web}
                            spec:
                              replicas: 1
                              selector: {matchLabels: {app: web}}
                              template:
                                metadata: {labels: {app: web}}
                                spec: {containers: [{name: main, image: registry.k8s.io/pause:3.10}]}
                            \""").inNamespace(namespace).create();
                    }
                }
                """;
        for (int i = 0; i < 2; i++) {
            ExerciseResult result = check("probes-3", source);
            if (result.outcome() == Outcome.SKIPPED) {
                assertThat(cluster().provider()).as(result.message()).isEqualTo("existing");
                return;
            }
            assertThat(result.outcome()).as(result.toString()).isEqualTo(Outcome.PASS);
        }
        ExerciseResult thrown = check(
                "probes-3",
                source.replace("client.resource", "if (true) throw new" + " IllegalStateException(); client.resource"));
        assertThat(thrown.outcome()).as(thrown.toString()).isEqualTo(Outcome.FAIL);
        assertThat(check("probes-3", source).outcome())
                .as("after one that threw")
                .isEqualTo(Outcome.PASS);
    }

    @Test
    void what_is_done_by_hand_on_a_cluster_that_others_use_stops_nothing() throws Exception {
        ExerciseResult result = grader.check(List.of("probes-3"), new Answers.State("default"))
                .results()
                .get(0);
        assertThat(result.outcome()).as(result.toString()).isEqualTo(Outcome.SKIPPED);
        assertThatThrownBy(() -> grader.prepare("probes-3", "by-hand"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot be prepared here");
    }

    private void exercise(String id, String name, String form, String more, String... needs) throws Exception {
        Path folder = Files.createDirectories(root.resolve("solutions/src/main/resources/kubelab/labs/probes"));
        Files.writeString(folder.resolve(id + ".yaml"), """
                id: %s
                class: kubelab.labs.probes.%s
                title: A probe
                form: %s
                stars: 1
                minutes: 1
                needs: %s
                task: none
                hints: [one, two, three]
                %s""".formatted(id, name, form, List.of(needs), more));
    }

    private ExerciseResult placer(String filter) throws Exception {
        return check(
                "probes-1",
                "public class Placer implements PodScheduler { public boolean filter(PodInfo pod, NodeInfo node) { "
                        + filter + " } public int score(PodInfo pod, NodeInfo node) { return 1; } }");
    }

    private ExerciseResult check(String id, String source) throws Exception {
        return grader.check(List.of(id), new Answers.Cell(source)).results().get(0);
    }
}
