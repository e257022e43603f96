package kubelab.controlplane.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import kubelab.controlplane.EmbeddedCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The image of a container changes while its Pod is there. What is expected was seen in a real Kubernetes 1.34.4. */
class ImageChangeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
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

    @ParameterizedTest
    @ValueSource(strings = {"Never", "OnFailure", "Always"})
    void running_container_is_restarted_once_under_every_policy(String policy) {
        String name = "one-" + policy.toLowerCase(java.util.Locale.ROOT);
        create(name, policy, "", "{name: c, image: 'nginx:1.27'}");
        image(name, "c", "nginx:1.28");
        Pod pod = until(name, "c", "docker.io/library/nginx:1.28 Running restarts=1 last=Completed/0");
        assertThat(pod.getStatus().getPhase()).isEqualTo("Running");
        assertThat(events(name))
                .containsExactlyInAnyOrder(
                        "Pulled Container image \"nginx:1.27\" already present on machine",
                        "Created Created container: c",
                        "Started Started container c",
                        "Killing Container c definition changed, will be restarted",
                        "Pulled Container image \"nginx:1.28\" already present on machine");
        await("ready again").atMost(PATIENCE).until(() -> pods(name).isReady());
    }

    @Test
    void other_containers_go_on_and_what_has_ended_stays_ended() {
        create(
                "several",
                "Never",
                "",
                "{name: c, image: 'nginx:1.27'}",
                "{name: done, image: 'busybox:1.36', command: ['true']}",
                "{name: b, image: 'busybox:1.36', command: [sleep, '3600']}");
        until("several", "done", "docker.io/library/busybox:1.36 Completed/0 restarts=0 last=-");
        image("several", "done", "nginx:1.27");
        image("several", "c", "nginx:1.28");
        until("several", "c", "docker.io/library/nginx:1.28 Running restarts=1 last=Completed/0");
        until("several", "b", "docker.io/library/busybox:1.36 Running restarts=0 last=-");
        assertThat(tell(status("several", "done"))).contains("Completed/0 restarts=0");
    }

    @Test
    void pod_ends_when_the_new_image_cannot_be_had_and_its_policy_is_never() {
        create("bad", "Never", "", "{name: c, image: 'nginx:1.27'}");
        image("bad", "c", "nosuch:1");
        await("end of bad")
                .atMost(PATIENCE)
                .until(() -> pods("bad").get().getStatus().getPhase(), "Succeeded"::equals);
        assertThat(tell(status("bad", "c"))).contains("Completed/0 restarts=0");
        assertThat(events("bad")).contains("Failed Error: ErrImagePull");
    }

    @Test
    void sidecar_is_restarted_too() {
        create(
                "side",
                "Never",
                "initContainers: [{name: s, image: 'nginx:1.27', restartPolicy: Always}]",
                "{name: b, image: 'busybox:1.36', command: [sleep, '3600']}");
        image("side", "s", "nginx:1.28");
        until("side", "s", "docker.io/library/nginx:1.28 Running restarts=1 last=Completed/0");
        assertThat(events("side")).contains("Killing Init container s definition changed");
    }

    private static void create(String name, String policy, String more, String... containers) {
        client.resource("apiVersion: v1\nkind: Pod\nmetadata: {name: " + name + "}\nspec:\n  restartPolicy: " + policy
                        + "\n  terminationGracePeriodSeconds: 2\n" + (more.isEmpty() ? "" : "  " + more + "\n")
                        + "  containers: [" + String.join(", ", containers) + "]\n")
                .inNamespace("default")
                .create();
        await("pod " + name + " runs")
                .atMost(PATIENCE)
                .until(() -> statuses(name)
                                .allMatch(c ->
                                        c.getState() != null && c.getState().getWaiting() == null)
                        && statuses(name).findAny().isPresent());
    }

    private static void image(String pod, String container, String image) {
        boolean init = pods(pod).get().getSpec().getInitContainers().stream()
                .anyMatch(c -> c.getName().equals(container));
        String field = init ? "initContainers" : "containers";
        pods(pod)
                .patch(
                        PatchContext.of(PatchType.STRATEGIC_MERGE),
                        "{\"spec\":{\"" + field + "\":[{\"name\":\"" + container + "\",\"image\":\"" + image
                                + "\"}]}}");
    }

    private static Pod until(String pod, String container, String state) {
        await("container " + container + " of " + pod)
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(tell(status(pod, container))).isEqualTo(state));
        return pods(pod).get();
    }

    private static String tell(ContainerStatus status) {
        var now = status.getState();
        var last = status.getLastState() == null ? null : status.getLastState().getTerminated();
        return status.getImage() + " "
                + (now.getRunning() != null
                        ? "Running"
                        : now.getTerminated() != null
                                ? now.getTerminated().getReason() + "/"
                                        + now.getTerminated().getExitCode()
                                : String.valueOf(now.getWaiting()))
                + " restarts=" + status.getRestartCount() + " last="
                + (last == null ? "-" : last.getReason() + "/" + last.getExitCode());
    }

    private static ContainerStatus status(String pod, String container) {
        return statuses(pod)
                .filter(c -> c.getName().equals(container))
                .findFirst()
                .orElseThrow();
    }

    private static Stream<ContainerStatus> statuses(String pod) {
        var status = pods(pod).get().getStatus();
        return Stream.concat(status.getInitContainerStatuses().stream(), status.getContainerStatuses().stream());
    }

    private static List<String> events(String pod) {
        return client.v1().events().inNamespace("default").list().getItems().stream()
                .filter(e -> e.getInvolvedObject().getName().equals(pod)
                        && !e.getReason().equals("Scheduled"))
                .map(e -> e.getReason() + " " + e.getMessage())
                .distinct()
                .toList();
    }

    private static io.fabric8.kubernetes.client.dsl.PodResource pods(String name) {
        return client.pods().inNamespace("default").withName(name);
    }
}
