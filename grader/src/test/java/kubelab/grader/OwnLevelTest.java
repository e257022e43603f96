package kubelab.grader;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import kubelab.grader.report.HtmlReport;
import kubelab.grader.report.JUnitReport;
import kubelab.grader.report.JsonReport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Accidents of an answer, each with the verdict and the words that it gets at the level {@code own}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OwnLevelTest {
    private Grader grader;

    @BeforeAll
    void start() {
        grader = grader();
    }

    @AfterAll
    void close() {
        grader.close();
    }

    @Test
    void a_component_that_throws_is_wrong_and_told_what_it_threw() throws Exception {
        ExerciseResult result = scheduler("throw new IllegalStateException(\"no idea\");");
        assertThat(result.outcome()).as(result.toString()).isEqualTo(Outcome.FAIL);
        assertThat(result.message()).contains("IllegalStateException", "no idea");
        assertThat(result.points()).isZero();
    }

    @Test
    void a_component_that_ends_its_process_is_wrong() throws Exception {
        ExerciseResult result = scheduler("System.exit(0); return true;");
        assertThat(result.outcome()).as(result.toString()).isEqualTo(Outcome.FAIL);
        assertThat(result.message()).contains("System.exit");
    }

    @Test
    void a_component_that_hangs_is_a_timeout_that_names_the_method() throws Exception {
        ExerciseResult result = scheduler("while (true) { Thread.onSpinWait(); }");
        assertThat(result.outcome()).as(result.toString()).isEqualTo(Outcome.TIMEOUT);
        assertThat(result.message()).contains("FilterAndScore.filter did not return");
    }

    @Test
    void a_component_of_another_kind_is_wrong_and_told_which_is_wanted() throws Exception {
        ExerciseResult result = check("services-7", """
                public class TcpBalancer implements PodScheduler {
                    public boolean filter(PodInfo p, NodeInfo n) { return true; }
                    public int score(PodInfo p, NodeInfo n) { return 1; }
                }""");
        assertThat(result.outcome()).as(result.toString()).isEqualTo(Outcome.FAIL);
        assertThat(result.message()).contains("must implement TcpLoadBalancer");
        ExerciseResult none = check(
                "services-7",
                "public class TcpBalancer implements StateExercise {"
                        + " public void apply(KubernetesClient c, String n) {} }");
        assertThat(none.outcome()).as(none.toString()).isEqualTo(Outcome.FAIL);
        assertThat(none.message()).contains("must implement the interface that its starter has");
    }

    @Test
    void every_method_of_a_balancer_may_throw() throws Exception {
        for (String where : List.of("endpoints", "serve")) {
            ExerciseResult result = check("services-7", """
                    public class TcpBalancer implements TcpLoadBalancer {
                        public void endpoints(List<EndpointSlice> s) { fail("endpoints"); }
                        public void serve(Connection c, Dialer d) throws IOException { fail("serve"); }
                        private static void fail(String at) {
                            if (at.equals("%s")) throw new IllegalStateException("not in " + at);
                        }
                    }""".formatted(where));
            assertThat(result.outcome()).as(result.toString()).isEqualTo(Outcome.FAIL);
            assertThat(result.message()).contains("IllegalStateException", "not in " + where);
        }
    }

    @Test
    void a_right_state_has_no_full_marks_where_the_answer_threw_or_did_not_end() throws Exception {
        ExerciseResult threw = twoContainers("throw new IllegalStateException(\"done\\u001b[31m\\u0007\");");
        assertThat(threw.outcome()).as(threw.toString()).isEqualTo(Outcome.FAIL);
        assertThat(threw.points()).isEqualTo(9);
        assertThat(threw.message())
                .contains("TwoContainers threw IllegalStateException", "costs a point")
                .doesNotContain("\u001b", "\u0007");
        Limits impatient = limits().withTime(Duration.ofSeconds(5));
        try (Grader short5 = grader(impatient)) {
            ExerciseResult hung = short5.check(List.of("pods-1"), cell("while (true) { Thread.onSpinWait(); }"))
                    .results()
                    .get(0);
            assertThat(hung.outcome()).as(hung.toString()).isEqualTo(Outcome.TIMEOUT);
            assertThat(hung.points()).isEqualTo(9);
        }
    }

    @Test
    void an_answer_may_neither_change_nor_delete_its_namespace() throws Exception {
        ExerciseResult result = check("pods-1", """
                public class TwoContainers implements StateExercise {
                    public void apply(KubernetesClient client, String namespace) {
                        List<Integer> codes = new ArrayList<>();
                        List<Runnable> attempts = List.of(
                            () -> client.namespaces().withName(namespace).edit(n -> new NamespaceBuilder(n)
                                .editMetadata().addToLabels("pod-security.kubernetes.io/enforce", "privileged")
                                .endMetadata().build()),
                            () -> client.namespaces().withName(namespace).delete(),
                            () -> client.pods().inNamespace(namespace).resource(new PodBuilder().withNewMetadata()
                                .withName("root").endMetadata().withNewSpec().addNewContainer().withName("c")
                                .withImage("busybox:1.36").withNewSecurityContext().withPrivileged(true)
                                .endSecurityContext().endContainer().endSpec().build()).create());
                        for (Runnable attempt : attempts) {
                            try {
                                attempt.run();
                                codes.add(200);
                            } catch (KubernetesClientException e) {
                                codes.add(e.getCode());
                            }
                        }
                        throw new IllegalStateException("codes " + codes);
                    }
                }""");
        assertThat(result.message()).contains("codes [403, 403, 403]");
    }

    @Test
    void a_finalizer_does_not_keep_the_namespace() throws Exception {
        ExerciseResult result;
        try (KubernetesClient admin = admin()) {
            try (Grader once = grader()) {
                result = once.check(List.of("pods-1"), new Answers.Cell("""
                        public class TwoContainers implements StateExercise {
                            public void apply(KubernetesClient client, String namespace) {
                                client.resource(new ConfigMapBuilder().withNewMetadata().withName("stays")
                                    .withNamespace(namespace).withFinalizers("example.com/never")
                                    .endMetadata().build()).create();
                            }
                        }"""))
                        .results()
                        .get(0);
            }
            assertThat(result.message()).as(result.toString()).contains("ConfigMap stays", "example.com/never");
            Awaitility.await("the namespace's end")
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> admin.namespaces().withName(result.namespace()).get() == null);
        }
    }

    /** What a report says of a folder elsewhere: its name, and nothing of where it lies. */
    @Test
    void reports_name_no_absolute_path_and_keep_to_the_schema(@TempDir Path elsewhere) throws Exception {
        Path alice = Files.createDirectories(elsewhere.resolve("alice"));
        Files.writeString(alice.resolve("TwoContainers.java"), "class TwoContainers { int x = ; }");
        Files.writeString(alice.resolve("BarePod.java"), "package kubelab.labs.pods; class Other {}");
        Report report = grader.check(List.of("pods-1", "pods-3", "pods-4"), new Answers.Folder(alice));
        String json = JsonReport.write(report, 1);
        for (String text : List.of(json, JUnitReport.write(report), HtmlReport.page(report))) {
            assertThat(text)
                    .contains("alice/TwoContainers.java", "There is no RetryingJob.java")
                    .doesNotContain(elsewhere.toString(), Cases.ROOT.toString());
        }
        try (InputStream schema = JsonReport.class.getResourceAsStream("report.schema.json")) {
            assertThat(JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                            .getSchema(schema)
                            .validate(json, InputFormat.JSON))
                    .isEmpty();
        }
        assertThat(report.origin().submission()).isEqualTo("alice");
        assertThat(report.origin().kubernetes()).startsWith("v1.");
        assertThat(report.origin().commit()).matches("[0-9a-f]{40}");
        assertThat(report.results()).allSatisfy(r -> assertThat(r.criteria()).isNotEmpty());
    }

    private static KubernetesClient admin() {
        return new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(TestClusters.embedded().kubeconfig()))
                .build();
    }

    private ExerciseResult scheduler(String filter) throws Exception {
        return check(
                "scheduler-4",
                "public class FilterAndScore implements PodScheduler {"
                        + " public boolean filter(PodInfo pod, NodeInfo node) { " + filter + " }"
                        + " public int score(PodInfo pod, NodeInfo node) { return 1; } }");
    }

    private ExerciseResult twoContainers(String then) throws Exception {
        return grader.check(List.of("pods-1"), cell(then)).results().get(0);
    }

    /** The solution, and then something more. */
    private static Answers cell(String then) throws Exception {
        Path solution = Cases.ROOT.resolve("solutions/src/main/java/kubelab/labs/pods/TwoContainers.java");
        String right = Files.readString(solution)
                .replaceFirst("package [^;]+;", "")
                .replace("public class TwoContainers ", "class Right ")
                .replace("public final class TwoContainers ", "class Right ");
        return new Answers.Cell(right + "\npublic class TwoContainers implements StateExercise {"
                + " public void apply(KubernetesClient client, String namespace) {"
                + " new Right().apply(client, namespace); " + then + " } }");
    }

    private ExerciseResult check(String id, String cell) throws Exception {
        return grader.check(List.of(id), new Answers.Cell(cell)).results().get(0);
    }

    private static Grader grader() {
        return grader(limits());
    }

    private static Grader grader(Limits limits) {
        return Grader.builder(Cases.ROOT)
                .cluster(TestClusters.embedded())
                .seed(7)
                .parallel(1)
                .limits(limits)
                .build();
    }

    private static Limits limits() {
        return Limits.own().withQuiet(Duration.ofMillis(300)).withCall(Duration.ofSeconds(2));
    }
}
