package kubelab.controlplane.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import kubelab.controlplane.EmbeddedCluster;
import kubelab.controlplane.apiserver.request.FaultInjection;
import kubelab.controlplane.controllermanager.ControllerManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Pods that somebody bound to a node where they do not fit. */
class PodRejectionTest {
    private static EmbeddedCluster cluster;
    private static KubernetesClient client;

    @BeforeAll
    static void start() {
        cluster = EmbeddedCluster.builder().nodes(3).start();
        client = cluster.client();
        await("node and account")
                .atMost(Duration.ofSeconds(20))
                .until(() -> client.nodes().withName("worker2").get() != null
                        && client.serviceAccounts()
                                        .inNamespace("default")
                                        .withName("default")
                                        .get()
                                != null);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void a_pod_that_asks_for_more_than_is_left_fails_and_what_is_there_goes_on() {
        create("first", "1500m", Map.of());
        await("first running").atMost(Duration.ofSeconds(20)).until(() -> phase("first")
                .equals("Running"));
        create("second", "1", Map.of());

        Pod second = rejected("second");

        assertThat(second.getStatus().getReason()).isEqualTo("OutOfcpu");
        assertThat(second.getStatus().getMessage())
                .isEqualTo("Pod was rejected: Node didn't have enough resource: cpu, requested: 1000, used: 1500,"
                        + " capacity: 2000");
        assertThat(second.getStatus().getContainerStatuses())
                .extracting(ContainerStatus::getName)
                .isEmpty();
        assertEvent(
                "second",
                "OutOfcpu",
                "Node didn't have enough resource: cpu, requested: 1000, used: 1500, capacity: 2000");
        assertThat(phase("first")).isEqualTo("Running");

        remove("first");
        create("third", "2", Map.of());
        await("there is room again").atMost(Duration.ofSeconds(20)).until(() -> phase("third")
                .equals("Running"));
        remove("third");
    }

    @Test
    void a_pod_is_judged_later_when_the_node_cannot_be_read_now() {
        try (FaultInjection.Rule trouble = cluster.faults()
                .fail(
                        (user, r) -> user.equals("system:nodes")
                                && r.verb().equals("get")
                                && r.plural().equals("nodes"),
                        503)) {
            create("unjudged", "64", Map.of());
            await("asked again").atMost(Duration.ofSeconds(20)).until(() -> trouble.hits() > 1);
            assertThat(phase("unjudged")).isEqualTo("Pending");
        }
        assertThat(rejected("unjudged").getStatus().getReason()).isEqualTo("OutOfcpu");
        remove("unjudged");
    }

    @Test
    void a_pod_that_wants_another_node_fails() {
        create("elsewhere", "10m", Map.of("disk", "ssd"));

        Pod elsewhere = rejected("elsewhere");

        assertThat(elsewhere.getStatus().getReason()).isEqualTo("NodeAffinity");
        assertThat(elsewhere.getStatus().getMessage())
                .isEqualTo("Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node"
                        + " affinity/selector");
        assertEvent(
                "elsewhere",
                "NodeAffinity",
                "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector");
    }

    /** As a real node says it, but for the numbers: this one has 8 GiB. */
    @Test
    void memory_is_counted_in_bytes_and_after_the_cpu() {
        long mine = 8L << 30;
        long wanted = 100L << 30;
        client.resource(withRequests(pod("big"), Map.of("memory", "100Gi"))).create();
        client.resource(withRequests(pod("bigger"), Map.of("memory", "100Gi", "cpu", "100")))
                .create();

        assertThat(rejected("big").getStatus().getReason()).isEqualTo("OutOfmemory");
        assertEvent(
                "big",
                "OutOfmemory",
                "Node didn't have enough resource: memory, requested: " + wanted + ", used: 0, capacity: " + mine);
        assertThat(rejected("bigger").getStatus().getReason()).isEqualTo("OutOfcpu");
    }

    @Test
    void a_port_of_the_node_is_given_once() {
        client.resource(withHostPort(pod("first-host-port"))).create();
        await("it runs").atMost(Duration.ofSeconds(20)).until(() -> phase("first-host-port")
                .equals("Running"));
        client.resource(withHostPort(pod("second-host-port"))).create();

        assertThat(rejected("second-host-port").getStatus().getReason()).isEqualTo("NodePorts");
        assertEvent(
                "second-host-port",
                "NodePorts",
                "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports");
        remove("first-host-port");
    }

    @Test
    void a_taint_with_NoExecute_refuses_and_one_with_NoSchedule_is_the_schedulers_affair() {
        taint("NoSchedule");
        client.resource(onWorker2("bound-anyway")).create();
        await("it runs").atMost(Duration.ofSeconds(20)).until(() -> phase("bound-anyway")
                .equals("Running"));
        remove("bound-anyway");

        // its taint-eviction controller can be faster than the kubelet, which then has nothing to refuse
        cluster.stopComponent(ControllerManager.NAME);
        taint("NoExecute");
        String unwanted = firstRefused();
        assertThat(rejected(unwanted).getStatus().getReason()).isEqualTo("TaintToleration");
        assertEvent(
                unwanted,
                "TaintToleration",
                "Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate");
    }

    @AfterEach
    void well() {
        cluster.startComponent(ControllerManager.NAME);
    }

    /** A kubelet hears of its node by another watch than of a Pod: it may take the first ones. */
    private static String firstRefused() {
        for (int i = 0; i < 50; i++) {
            String name = "unwanted-" + i;
            client.resource(onWorker2(name)).create();
            await(name).atMost(Duration.ofSeconds(20)).until(() -> !phase(name).equals("Pending"));
            if (phase(name).equals("Failed")) {
                return name;
            }
            remove(name);
        }
        throw new AssertionError("50 Pods were taken by a node with a taint that they do not tolerate");
    }

    /** Of worker2, where no other test has Pods. A patch, since the node's own writes go on meanwhile. */
    private static void taint(String effect) {
        client.nodes()
                .withName("worker2")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "spec: {taints: [{key: keep-off, value: 'yes', effect: " + effect + "}]}");
    }

    private static void create(String name, String cpu, Map<String, String> selector) {
        client.resource(new PodBuilder(withRequests(pod(name), Map.of("cpu", cpu)))
                        .editSpec()
                        .withNodeSelector(selector)
                        .endSpec()
                        .build())
                .create();
    }

    /** Bound to worker1 by its maker. */
    private static Pod pod(String name) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .endMetadata()
                .withNewSpec()
                .withNodeName("worker1")
                .addNewContainer()
                .withName("c")
                .withImage("busybox:1.36")
                .withCommand("sleep", "3600")
                .endContainer()
                .endSpec()
                .build();
    }

    private static Pod onWorker2(String name) {
        return new PodBuilder(pod(name))
                .editSpec()
                .withNodeName("worker2")
                .endSpec()
                .build();
    }

    private static Pod withRequests(Pod pod, Map<String, String> requests) {
        Map<String, Quantity> quantities = new HashMap<>();
        requests.forEach((name, quantity) -> quantities.put(name, new Quantity(quantity)));
        return new PodBuilder(pod)
                .editSpec()
                .editFirstContainer()
                .withNewResources()
                .withRequests(quantities)
                .endResources()
                .endContainer()
                .endSpec()
                .build();
    }

    private static Pod withHostPort(Pod pod) {
        return new PodBuilder(pod)
                .editSpec()
                .editFirstContainer()
                .addNewPort()
                .withContainerPort(80)
                .withHostPort(8081)
                .endPort()
                .endContainer()
                .endSpec()
                .build();
    }

    private static void remove(String name) {
        client.pods().inNamespace("default").withName(name).withGracePeriod(0).delete();
    }

    private static String phase(String name) {
        return client.pods()
                .inNamespace("default")
                .withName(name)
                .get()
                .getStatus()
                .getPhase();
    }

    private static Pod rejected(String name) {
        await(name + " is refused").atMost(Duration.ofSeconds(20)).until(() -> phase(name)
                .equals("Failed"));
        return client.pods().inNamespace("default").withName(name).get();
    }

    private static void assertEvent(String pod, String reason, String message) {
        await("event about " + pod).atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(
                        client.v1().events().inNamespace("default").list().getItems())
                .filteredOn(e -> pod.equals(e.getInvolvedObject().getName()))
                .filteredOn(e -> reason.equals(e.getReason()))
                .extracting(Event::getType, Event::getMessage)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("Warning", message)));
    }
}
