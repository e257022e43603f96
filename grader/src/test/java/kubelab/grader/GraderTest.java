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
import java.util.Set;
import kubelab.controlplane.EmbeddedCluster;
import kubelab.course.Exercise;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The engine from end to end on the embedded cluster: ways of answering, outcomes, what an answer may not do. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GraderTest {
    private Grader grader;

    @BeforeAll
    void start() {
        grader = grader(TestClusters.embedded(), limits());
    }

    @AfterAll
    void close() {
        grader.close();
    }

    @Test
    void a_cell_answers_like_a_file() throws Exception {
        Path solution = Cases.ROOT.resolve("solutions/src/main/java/kubelab/labs/pods/BarePod.java");
        String cell = Files.readString(solution).replaceFirst("package [^;]+;", "");
        ExerciseResult result = check("pods-3", new Answers.Cell(cell));
        assertThat(result.outcome()).as(result.toString()).isEqualTo(Outcome.PASS);
        assertThat(result.points()).isEqualTo(10);
    }

    @Test
    void a_namespace_must_be_prepared_where_the_exercise_starts_from_something() throws Exception {
        try (KubernetesClient admin = admin()) {
            grader.prepare("pods-5", "by-hand");
            ExerciseResult result = check("pods-5", new Answers.State("by-hand"));
            assertThat(result.outcome()).isEqualTo(Outcome.FAIL);
            assertThat(result.criteria().get(0).state())
                    .as("shop is broken still")
                    .isEqualTo(CriterionResult.State.FAILED);
            assertThatThrownBy(() -> grader.prepare("pods-5", "by-hand"))
                    .as("its seed is what the check goes by")
                    .hasMessageContaining("was prepared before");
            assertThat(check("pods-5", new Answers.State("default")).message())
                    .contains("kubelab prepare pods-5 --namespace default");
            assertThat(admin.namespaces().withName("by-hand").get())
                    .as("a namespace of the learner's own is left alone")
                    .isNotNull();
            admin.namespaces().withName("by-hand").delete();
        }
    }

    @Test
    void a_question_cannot_be_answered_by_a_namespace() {
        assertThatThrownBy(() -> check("pods-3", new Answers.State("default")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("asks for an answer in Java");
    }

    @Test
    void system_exit_after_the_right_state_is_a_fail_that_says_so() throws Exception {
        ExerciseResult result = state("System.exit(0);");
        assertThat(result.outcome()).isEqualTo(Outcome.FAIL);
        assertThat(result.message()).contains("exit code 0").contains("System.exit");
    }

    @Test
    void an_endless_loop_is_a_timeout() throws Exception {
        Limits limits = limits().withTime(Duration.ofSeconds(2));
        try (Grader impatient = grader(TestClusters.embedded(), limits)) {
            Answers answers = answer("while (true) { Thread.onSpinWait(); }");
            ExerciseResult result =
                    impatient.check(List.of("pods-1"), answers).results().get(0);
            assertThat(result.outcome()).isEqualTo(Outcome.TIMEOUT);
            assertThat(result.message()).contains("did not return within 2 s");
        }
    }

    @Test
    void an_answers_account_ends_at_its_namespace_and_before_rbac() throws Exception {
        ExerciseResult result = state("""
                List<Integer> codes = new ArrayList<>();
                List<Runnable> attempts = List.of(
                    () -> client.pods().inNamespace("kube-system").list(),
                    () -> client.namespaces().resource(new NamespaceBuilder().withNewMetadata()
                            .withName("mine").endMetadata().build()).create(),
                    () -> client.rbac().roles().inNamespace(namespace).resource(
                        new io.fabric8.kubernetes.api.model.rbac.RoleBuilder().withNewMetadata()
                            .withName("more").endMetadata().build()).create(),
                    () -> client.pods().inNamespace(namespace).resource(new PodBuilder().withNewMetadata()
                            .withName("host").endMetadata().withNewSpec().withHostNetwork(true)
                            .addNewContainer().withName("c").withImage("busybox:1.36").endContainer()
                            .endSpec().build()).create());
                for (Runnable attempt : attempts) {
                    try {
                        attempt.run();
                        codes.add(200);
                    } catch (KubernetesClientException e) {
                        codes.add(e.getCode());
                    }
                }
                client.pods().inNamespace(namespace).list();
                throw new IllegalStateException("codes " + codes);
                """);
        assertThat(result.outcome()).isEqualTo(Outcome.FAIL);
        assertThat(result.message()).contains("codes [403, 403, 403, 403]");
    }

    @Test
    void what_was_not_begun_is_neither_run_nor_remembered(@TempDir Path state) throws Exception {
        try (Grader remembering = Grader.builder(Cases.ROOT)
                .cluster(TestClusters.embedded())
                .progress(state)
                .build()) {
            Path pods = Cases.ROOT.resolve("solutions/src/main/java/kubelab/labs/pods");
            for (String name : List.of("BarePod.java", "RetryingJob.java")) {
                Files.copy(pods.resolve(name), state.resolve(name));
            }
            Answers right = new Answers.Folder(state);
            Report report = remembering.check(List.of("pods-3", "pods-4"), right, Set.of("pods-3"));
            ExerciseResult left = report.results().get(0);
            assertThat(left.outcome()).isEqualTo(Outcome.NOT_BEGUN);
            assertThat(left.message()).contains("the starter still");
            assertThat(report.exitCode(true)).as("something is left to do").isEqualTo(1);
            assertThat(left.namespace()).isEmpty();
            assertThat(report.results().get(1).outcome()).isEqualTo(Outcome.PASS);
            assertThat(report.maxPoints()).as("points to be had").isEqualTo(20);
            assertThat(Progress.open(state).best("pods-3")).isEmpty();
            assertThat(Progress.open(state).best("pods-4")).isPresent();
        }
    }

    @Test
    void a_cluster_that_does_not_answer_is_no_fault_of_the_answer() throws Exception {
        String nowhere = TestClusters.embedded().kubeconfig().replaceAll("server: .*", "server: https://127.0.0.1:1");
        try (Grader lost = grader(ClusterAccess.of(nowhere, "embedded", Set.of()), limits())) {
            Report report = lost.check(List.of("pods-1"), answer(""));
            assertThat(report.results().get(0).outcome()).isEqualTo(Outcome.UNGRADABLE);
            assertThat(report.exitCode(true)).isEqualTo(3);
        }
    }

    @Test
    void memory_that_runs_out_costs_one_exercise_and_is_told() throws Exception {
        GradeListener full = new GradeListener() {
            @Override
            public void criterion(Exercise exercise, CriterionResult result) {
                if (exercise.id().equals("pods-1")) {
                    throw new OutOfMemoryError("Java heap space");
                }
            }
        };
        try (Grader grader = Grader.builder(Cases.ROOT)
                .cluster(TestClusters.embedded())
                .parallel(1)
                .listener(full)
                .build()) {
            Report report = grader.check(List.of("pods-1", "pods-2"), Answers.parse(Cases.ROOT, "solutions"));
            assertThat(report.results())
                    .extracting(ExerciseResult::outcome)
                    .containsExactly(Outcome.UNGRADABLE, Outcome.PASS);
            assertThat(report.results().get(0).message()).contains("Java heap space");
        }
    }

    @Test
    void a_disturbed_cluster_never_passes_an_answer() throws Exception {
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().nodes(1).start()) {
            cluster.stopComponent("kube-scheduler");
            Limits limits =
                    new Limits(Duration.ofSeconds(20), 256, 1 << 20, Duration.ofSeconds(1), Duration.ofSeconds(6));
            ClusterAccess access = ClusterAccess.of(cluster.kubeconfig(), "embedded", Set.of());
            try (Grader disturbed = grader(access, limits)) {
                Answers solutions = new Answers.Folder(Cases.ROOT.resolve("solutions"));
                ExerciseResult result =
                        disturbed.check(List.of("pods-1"), solutions).results().get(0);
                assertThat(result.outcome()).as(result.toString()).isIn(Outcome.FAIL, Outcome.TIMEOUT);
                assertThat(result.points()).isZero();
            }
        }
    }

    private static Grader grader(ClusterAccess access, Limits limits) {
        return Grader.builder(Cases.ROOT)
                .cluster(access)
                .seed(7)
                .parallel(1)
                .limits(limits)
                .build();
    }

    private static Limits limits() {
        return Limits.own().withQuiet(Duration.ofMillis(300));
    }

    private ExerciseResult state(String body) throws Exception {
        return check("pods-1", answer(body));
    }

    private Answers answer(String body) {
        return new Answers.Cell("public class TwoContainers implements StateExercise { public void apply("
                + "KubernetesClient client, String namespace) throws Exception { " + body + " } }");
    }

    private ExerciseResult check(String id, Answers answers) throws Exception {
        return grader.check(List.of(id), answers).results().get(0);
    }

    private static KubernetesClient admin() {
        return new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(TestClusters.embedded().kubeconfig()))
                .build();
    }
}
