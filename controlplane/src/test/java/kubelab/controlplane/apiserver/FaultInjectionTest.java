package kubelab.controlplane.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import kubelab.controlplane.EmbeddedCluster;
import kubelab.controlplane.apiserver.request.FaultInjection;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultInjectionTest {
    private EmbeddedCluster cluster;
    private KubernetesClient client;

    @BeforeAll
    void start() {
        cluster = EmbeddedCluster.builder().start();
        client = cluster.client();
    }

    @AfterEach
    void well() {
        cluster.faults().clear();
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    @Test
    void a_delayed_request_waits_and_then_does_what_it_would_have_done() {
        try (var slow = cluster.faults()
                .delay(
                        (user, r) -> r.plural().equals("namespaces") && r.verb().equals("get"),
                        Duration.ofMillis(300))) {
            Instant start = Instant.now();
            assertThat(client.namespaces().withName("default").get()).isNotNull();
            assertThat(Duration.between(start, Instant.now())).isGreaterThanOrEqualTo(Duration.ofMillis(300));
            assertThat(slow.hits()).isEqualTo(1);
        }
        assertThat(client.namespaces().withName("default").get())
                .as("without it")
                .isNotNull();
    }

    @Test
    void every_second_request_is_refused_with_a_status_and_nothing_is_done() {
        cluster.faults()
                .fail((user, r) -> r.verb().equals("create") && r.plural().equals("configmaps"), 503)
                .every(2);
        create("one");
        assertThatThrownBy(() -> create("two")).isInstanceOfSatisfying(KubernetesClientException.class, e -> {
            assertThat(e.getCode()).isEqualTo(503);
            assertThat(e.getStatus().getReason()).isEqualTo("ServiceUnavailable");
            assertThat(e.getStatus().getMessage())
                    .isEqualTo("refused on purpose: create /api/v1/namespaces/default/configmaps");
        });
        assertThat(client.configMaps().inNamespace("default").withName("two").get())
                .as("the refused one")
                .isNull();
    }

    /** What a real control plane is built for: whoever is refused, or loses its watch, comes back. */
    @Test
    void components_reach_their_aim_although_a_third_of_their_requests_fails_and_watches_break() {
        FaultInjection.Rule trouble =
                cluster.faults().fail((user, r) -> user.startsWith("system:") && !user.equals("system:admin"), 503);
        trouble.some(0.33, 1);
        create("""
                        apiVersion: apps/v1
                        kind: Deployment
                        metadata: {name: web, namespace: default}
                        spec:
                          replicas: 3
                          selector: {matchLabels: {app: web}}
                          template:
                            metadata: {labels: {app: web}}
                            spec: {containers: [{name: c, image: "nginx:1.27"}]}
                        """, Deployment.class);
        cluster.dropWatches();
        try {
            await(Duration.ofSeconds(20), this::webIsAvailable);
        } catch (ConditionTimeoutException unlucky) {
            // Whoever fails often waits ever longer, a kubelet that mounts up to two minutes: it may take until after.
        }
        assertThat(trouble.hits()).as("refused requests of components").isPositive();
        trouble.close();
        await(Duration.ofMinutes(3), this::webIsAvailable);
    }

    /** The kubelet finds out that it was given up, and takes back what was said of its node and of its Pods meanwhile. */
    @Test
    void a_node_that_was_not_heard_for_a_minute_serves_again_as_soon_as_it_is_heard() throws InterruptedException {
        create("""
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: steady, namespace: default}
                        spec: {nodeName: server, containers: [{name: c, image: "nginx:1.27"}]}
                        """, Pod.class);
        await(Duration.ofSeconds(60), () -> podIsReady("steady"));
        cluster.advance(Duration.ofSeconds(15)); // the kubelet has told of the image: it has nothing new to say
        FaultInjection.Rule unheard = cluster.faults().fail((user, r) -> user.equals("system:nodes"), 503);
        cluster.advance(Duration.ofSeconds(70));
        await(
                Duration.ofSeconds(20),
                () -> !nodeIsReady()
                        && !podIsReady("steady")
                        && !server().getSpec().getTaints().isEmpty());
        assertThat(unheard.hits()).isPositive();

        unheard.close();
        cluster.advance(Duration.ofSeconds(15));
        await(
                Duration.ofSeconds(20),
                () -> nodeIsReady()
                        && podIsReady("steady")
                        && server().getSpec().getTaints().isEmpty());
    }

    /** A component must not be deaf for life because of a moment's trouble while it started. */
    @Test
    void components_whose_first_lists_are_refused_list_again() {
        List<String> names = List.of("kube-controller-manager", "kube-scheduler");
        FaultInjection.Rule trouble =
                cluster.faults().fail((user, r) -> r.verb().equals("list") && user.startsWith("system:kube-"), 503);
        names.forEach(cluster::stopComponent);
        names.forEach(cluster::startComponent);
        Awaitility.await("refused lists").atMost(Duration.ofSeconds(30)).until(() -> trouble.hits() > 20);
        trouble.close();
        create("""
                        apiVersion: apps/v1
                        kind: ReplicaSet
                        metadata: {name: after-trouble, namespace: default}
                        spec:
                          selector: {matchLabels: {app: after-trouble}}
                          template:
                            metadata: {labels: {app: after-trouble}}
                            spec: {containers: [{name: c, image: "nginx:1.27"}]}
                        """, ReplicaSet.class);
        Awaitility.await("a Pod that is made and placed")
                .atMost(Duration.ofSeconds(30))
                .until(() ->
                        client
                                .pods()
                                .inNamespace("default")
                                .withLabel("app", "after-trouble")
                                .list()
                                .getItems()
                                .stream()
                                .anyMatch(pod -> pod.getSpec().getNodeName() != null));
    }

    @Test
    void a_failure_inside_the_server_is_told_with_a_status() {
        cluster.faults().fail((user, r) -> user.equals("system:apiserver"), 503);
        assertThatThrownBy(() -> client.raw("/api/v1/namespaces/default/pods/web:80/proxy/"))
                .isInstanceOfSatisfying(KubernetesClientException.class, e -> {
                    assertThat(e.getCode()).isEqualTo(500);
                    assertThat(e.getStatus().getReason()).isEqualTo("InternalError");
                });
    }

    @Test
    void a_code_that_no_server_in_trouble_gives_is_refused() {
        assertThatThrownBy(() -> cluster.faults().fail((user, r) -> true, 200))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("429, 500, 503 or 504");
    }

    private <T extends HasMetadata> void create(String yaml, Class<T> kind) {
        client.resource(Serialization.unmarshal(yaml, kind)).create();
    }

    private static void await(Duration limit, Callable<Boolean> condition) {
        Awaitility.await().atMost(limit).until(condition);
    }

    private boolean webIsAvailable() {
        return Objects.equals(
                3,
                client.apps()
                        .deployments()
                        .inNamespace("default")
                        .withName("web")
                        .get()
                        .getStatus()
                        .getAvailableReplicas());
    }

    private Node server() {
        return client.nodes().withName("server").get();
    }

    private boolean nodeIsReady() {
        return server().getStatus().getConditions().stream()
                .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
    }

    private boolean podIsReady(String name) {
        return client.pods().inNamespace("default").withName(name).get().getStatus().getConditions().stream()
                .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
    }

    private void create(String name) {
        client.configMaps()
                .inNamespace("default")
                .resource(new io.fabric8.kubernetes.api.model.ConfigMapBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
    }
}
