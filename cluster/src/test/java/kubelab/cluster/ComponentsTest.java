package kubelab.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import kubelab.controlplane.EmbeddedCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@link K3sComponentsIT} has the contract on k3s. */
class ComponentsTest extends ComponentsContract {
    private static Cluster cluster;

    @BeforeAll
    static void start() {
        cluster = Clusters.start(ClusterSpec.embedded().withNodes(2));
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Override
    Cluster cluster() {
        return cluster;
    }

    @Test
    void nothing_is_made_without_a_controller_manager_and_its_controllers_stay_chosen_meanwhile() {
        String ns = cluster.newNamespace("manager");
        cluster.components().stop(Components.CONTROLLER_MANAGER);
        cluster.components().stop("deployment-controller");
        client().resource(replicaSet("few", 2)).inNamespace(ns).create();
        client().resource(deployment("web")).inNamespace(ns).create();
        client().resource("apiVersion: v1\nkind: Namespace\nmetadata: {name: stop-late}")
                .create();
        assertThatThrownBy(() -> client().resource(pod("early", "[sleep, '1']"))
                        .inNamespace("stop-late")
                        .create())
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("serviceaccount \"default\" not found");
        assertStays("no Pods", () -> pods(ns, "few").isEmpty());

        cluster.components().start(Components.CONTROLLER_MANAGER);
        await().atMost(PATIENCE).until(() -> pods(ns, "few").size() == 2);
        await().atMost(PATIENCE)
                .until(() -> client().serviceAccounts()
                                .inNamespace("stop-late")
                                .withName("default")
                                .get()
                        != null);
        assertThat(sets(ns, "web")).as("its controller is still off").isEmpty();
        cluster.components().start("deployment-controller");
        await().atMost(PATIENCE).until(() -> pods(ns, "web").size() == 2);
    }

    /** Only the controllers that are left out may feel it. */
    @Test
    void each_controller_can_be_left_out_and_what_others_own_is_still_collected() {
        String ns = cluster.newNamespace("each");
        Set<String> controllers = new TreeSet<>(cluster.components().names());
        controllers.removeIf(name -> !name.endsWith("-controller") || name.equals("garbage-collector-controller"));
        assertThat(controllers).hasSizeGreaterThan(20);
        client().resource(deployment("gone")).inNamespace(ns).create();
        await().atMost(PATIENCE).until(() -> pods(ns, "gone").size() == 2);
        cluster.components().stop(controllers.toArray(String[]::new));
        client().apps().deployments().inNamespace(ns).withName("gone").delete();
        await("collected").atMost(PATIENCE).until(() -> pods(ns, "gone").isEmpty());
        client().resource(deployment("none")).inNamespace(ns).create();
        assertStays("no ReplicaSet", () -> sets(ns, "none").isEmpty());
    }

    @Test
    void a_node_whose_kubelet_is_stopped_is_not_ready_after_its_grace_period() throws Exception {
        EmbeddedCluster embedded = cluster.unwrap(EmbeddedCluster.class).orElseThrow();
        cluster.components().stop(Components.kubelet("worker1"));
        embedded.advance(Duration.ofSeconds(30));
        assertThat(ready("worker1")).as("30 s later").isEqualTo("True");
        embedded.advance(Duration.ofSeconds(30));
        await().atMost(PATIENCE).until(() -> ready("worker1").equals("Unknown"));
        assertThat(ready("server")).isEqualTo("True");
        cluster.components().start(Components.kubelet("worker1"));
        await().atMost(PATIENCE).until(() -> ready("worker1").equals("True"));
    }

    @Test
    void a_process_that_only_has_the_kubeconfig_says_that_it_cannot() {
        try (Cluster attached = Cluster.attached(cluster.kubeconfig(), "embedded", "STOP_COMPONENT");
                Cluster existing = Cluster.attached(cluster.kubeconfig(), "existing", "")) {
            assertThatThrownBy(attached::components)
                    .hasMessage("Components are stopped and started by the process that holds the cluster,"
                            + " which is another one.");
            assertThatThrownBy(existing::components)
                    .hasMessage("The existing cluster lacks a component that can be stopped: it is there with"
                            + " embedded and k3s.");
        }
    }

    @Test
    void what_belonged_to_a_node_that_is_gone_is_not_stopped_any_more() {
        try (Cluster own = Clusters.start(ClusterSpec.embedded().withNodes(2))) {
            EmbeddedCluster embedded = own.unwrap(EmbeddedCluster.class).orElseThrow();
            own.components().stop(Components.kubelet("worker1"), Components.KUBE_PROXY);
            embedded.removeNode("worker1");
            own.components().startAll();
            assertThat(own.components().stopped()).isEmpty();
            String added = Components.kubelet(embedded.addNode());
            own.components().stop(added);
            assertThat(own.components().stopped()).containsExactly(added);
        }
    }

    @Test
    void nothing_starts_on_a_cluster_that_is_closed() {
        Cluster own = Clusters.start(ClusterSpec.embedded().withNodes(1));
        Components components = own.components();
        components.stop(Components.SCHEDULER);
        own.close();
        assertThatThrownBy(components::startAll)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("kube-scheduler cannot be started: the cluster is closed");
    }

    @Test
    void a_change_that_failed_is_tried_again_by_the_next_start() {
        List<Set<String>> turns = new ArrayList<>();
        Components components = new Components(List.of("a", "b"), (before, after) -> {
            turns.add(after);
            if (turns.size() == 1) {
                throw new ClusterException(ClusterException.Reason.NOT_READY, "It did not come back.", "Try again.");
            }
        });
        assertThatThrownBy(() -> components.stop("a")).isInstanceOf(ClusterException.class);
        assertThat(components.stopped()).as("it may be").containsExactly("a");
        components.startAll();
        assertThat(turns).containsExactly(Set.of("a"), Set.of());
        assertThat(components.stopped()).isEmpty();
    }

    @Test
    void k3s_is_told_by_flags() {
        assertThat(K3sComponents.flags(Set.of())).isEmpty();
        assertThat(K3sComponents.flags(Set.of(
                        "kube-scheduler",
                        "kube-controller-manager",
                        "kube-proxy",
                        "kubelet-server",
                        "kubelet-worker1",
                        "replicaset-controller",
                        "deployment-controller")))
                .containsExactly(
                        "--disable-scheduler",
                        "--disable-controller-manager",
                        "--disable-kube-proxy",
                        "--disable-agent",
                        "--kube-controller-manager-arg=controllers=*,tokencleaner,-replicaset-controller,-deployment-controller");
        assertThat(K3sComponents.areFree(List.of("--disable=coredns"))).isTrue();
        assertThat(K3sComponents.areFree(List.of("--disable-scheduler"))).isFalse();
    }

    private String ready(String node) {
        return client().nodes().withName(node).get().getStatus().getConditions().stream()
                .filter(c -> c.getType().equals("Ready"))
                .findFirst()
                .orElseThrow()
                .getStatus();
    }
}
