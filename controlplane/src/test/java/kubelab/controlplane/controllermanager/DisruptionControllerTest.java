package kubelab.controlplane.controllermanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import kubelab.controlplane.EmbeddedCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Budgets are counted, and evictions spend them. Figures and texts are those of Kubernetes 1.34.4. */
class DisruptionControllerTest {
    private static EmbeddedCluster cluster;
    private static KubernetesClient client;

    @BeforeAll
    static void start() {
        cluster = EmbeddedCluster.builder().nodes(1).start();
        client = cluster.client();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void what_may_be_unavailable_is_counted_from_what_the_deployment_wants() {
        deployment("web", 3);
        budget("web", "maxUnavailable: 1");
        assertThat(settled("web", 3)).isEqualTo("expected 3 healthy 3 desired 2 allowed 1 True SufficientPods");
        List<Pod> pods = pods("web");
        evict(pods.get(0));
        await().atMost(Duration.ofSeconds(20)).until(() -> pods("web").stream().noneMatch(p -> p.getMetadata()
                .getName()
                .equals(pods.get(0).getMetadata().getName())));
        assertThat(settled("web", 3)).as("after the Deployment made a new one").contains("allowed 1");
    }

    @Test
    void an_eviction_that_would_be_one_too_many_is_refused() {
        pod("bare");
        budget("bare", "minAvailable: 1");
        assertThat(settled("bare", 1)).isEqualTo("expected 1 healthy 1 desired 1 allowed 0 False InsufficientPods");
        KubernetesClientException refused = catchThrowableOfType(
                KubernetesClientException.class, () -> evict(pods("bare").get(0)));
        assertThat(refused.getCode()).isEqualTo(429);
        assertThat(refused.getStatus().getReason() + ": " + refused.getStatus().getMessage())
                .isEqualTo("TooManyRequests: Cannot evict pod as it would violate the pod's disruption budget.");
        assertThat(refused.getStatus().getDetails().getCauses().get(0).getMessage())
                .isEqualTo("The disruption budget bare needs 1 healthy pods and has 1 currently");
        assertThat(pods("bare")).as("the Pod stays").hasSize(1);
    }

    @Test
    void a_percentage_is_rounded_up() {
        deployment("half", 3);
        budget("half", "minAvailable: 50%");
        assertThat(settled("half", 3)).isEqualTo("expected 3 healthy 3 desired 2 allowed 1 True SufficientPods");
    }

    @Test
    void a_pod_without_an_owner_that_could_be_asked_counts_for_nothing() {
        pod("alone");
        budget("alone", "maxUnavailable: 1");
        assertThat(settled("alone", 1)).isEqualTo("expected 0 healthy 1 desired 0 allowed 0 False InsufficientPods");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> client.v1().events().inNamespace("default").list().getItems().stream()
                        .anyMatch(e -> "UnmanagedPods".equals(e.getReason())
                                && e.getMessage()
                                        .startsWith("Pods selected by this PodDisruptionBudget (selector:"
                                                + " &LabelSelector{MatchLabels:map[string]string{app: alone,},"
                                                + "MatchExpressions:[]LabelSelectorRequirement{},}) were found")));
    }

    @Test
    void an_evicted_pod_is_told_so() {
        pod("told");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> "Running".equals(pods("told").get(0).getStatus().getPhase()));
        evict(pods("told").get(0));
        Pod leaving = pods("told").get(0);
        assertThat(leaving.getMetadata().getDeletionGracePeriodSeconds()).isEqualTo(2L);
        assertThat(leaving.getStatus().getConditions())
                .anySatisfy(c -> assertThat(c.getType() + " " + c.getReason() + " " + c.getMessage())
                        .isEqualTo("DisruptionTarget EvictionByEvictionAPI Eviction API: evicting"));
    }

    private static String settled(String name, int healthy) {
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            PodDisruptionBudgetStatus status = status(name);
            return status != null
                    && Integer.valueOf(healthy).equals(status.getCurrentHealthy())
                    && !status.getConditions().isEmpty();
        });
        PodDisruptionBudgetStatus status = status(name);
        return "expected " + status.getExpectedPods() + " healthy " + status.getCurrentHealthy() + " desired "
                + status.getDesiredHealthy() + " allowed " + status.getDisruptionsAllowed() + " "
                + status.getConditions().get(0).getStatus() + " "
                + status.getConditions().get(0).getReason();
    }

    private static PodDisruptionBudgetStatus status(String name) {
        return client.policy()
                .v1()
                .podDisruptionBudget()
                .inNamespace("default")
                .withName(name)
                .get()
                .getStatus();
    }

    private static List<Pod> pods(String app) {
        return client.pods().inNamespace("default").withLabel("app", app).list().getItems();
    }

    private static void evict(Pod pod) {
        String name = pod.getMetadata().getName();
        client.raw(
                "/api/v1/namespaces/default/pods/" + name + "/eviction",
                "POST",
                "{\"apiVersion\":\"policy/v1\",\"kind\":\"Eviction\",\"metadata\":{\"name\":\"" + name + "\"}}");
    }

    private static void deployment(String name, int replicas) {
        create("{apiVersion: apps/v1, kind: Deployment, metadata: {name: " + name + ", namespace: default}, spec: {"
                + "replicas: " + replicas + ", selector: {matchLabels: {app: " + name + "}}, template: {metadata: "
                + "{labels: {app: " + name + "}}, spec: {terminationGracePeriodSeconds: 0, containers: [{name: c, "
                + "image: 'registry.k8s.io/pause:3.10'}]}}}}");
    }

    private static void pod(String name) {
        create("{apiVersion: v1, kind: Pod, metadata: {name: " + name + ", namespace: default, labels: {app: " + name
                + "}}, spec: {terminationGracePeriodSeconds: 2, containers: [{name: c, image: 'busybox:1.36', "
                + "command: [sleep, '1000']}]}}");
    }

    private static void budget(String name, String rule) {
        create("{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: " + name
                + ", namespace: default}, spec: {" + rule + ", selector: {matchLabels: {app: " + name + "}}}}");
    }

    private static void create(String yaml) {
        client.resource(Serialization.unmarshal("--- " + yaml, HasMetadata.class))
                .create();
    }
}
