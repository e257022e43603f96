package kubelab.controlplane.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import kubelab.controlplane.nodefit.Resources;
import kubelab.controlplane.scheduler.Placement.Decision;
import org.junit.jupiter.api.Test;

/** Expected texts as Kubernetes 1.34.4 writes them. */
class PlacementTest {
    private final Placement placement = Placement.standard(new Random(1), ClusterLister.NONE);

    @Test
    void a_pod_too_large_for_every_node_names_the_resource() {
        assertThat(nowhere(pod("resources: {requests: {cpu: '100'}}", ""), nodes(3)))
                .isEqualTo("0/3 nodes are available: 3 Insufficient cpu. no new claims to deallocate, preemption: "
                        + "0/3 nodes are available: 3 Preemption is not helpful for scheduling.");
    }

    @Test
    void a_pod_that_finds_all_nodes_full_is_told_that_nobody_can_be_preempted() {
        Map<String, List<Pod>> running = new HashMap<>();
        for (int i = 0; i < 3; i++) {
            running.put("n" + i, List.of(pod("resources: {requests: {cpu: 1200m}}", "")));
        }
        assertThat(nowhere(pod("resources: {requests: {cpu: 1200m}}", ""), nodes(3, running)))
                .isEqualTo("0/3 nodes are available: 3 Insufficient cpu. no new claims to deallocate, preemption: "
                        + "0/3 nodes are available: 3 No preemption victims found for incoming pod.");
    }

    @Test
    void reasons_are_counted_by_node() {
        List<NodeInfo> nodes = new ArrayList<>(nodes(2));
        nodes.add(NodeInfo.of(node("tainted", "taints: [{key: team, value: red, effect: NoSchedule}]"), List.of()));
        assertThat(nowhere(pod("resources: {requests: {cpu: '3'}}", ""), nodes))
                .isEqualTo("0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu. "
                        + "no new claims to deallocate, preemption: 0/3 nodes are available: "
                        + "3 Preemption is not helpful for scheduling.");
    }

    @Test
    void a_selector_nobody_matches() {
        assertThat(nowhere(pod("", "nodeSelector: {a: b}"), nodes(3)))
                .startsWith("0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector. ");
    }

    @Test
    void no_nodes_at_all() {
        assertThat(nowhere(pod("", ""), List.of())).isEqualTo("no nodes available to schedule pods");
    }

    @Test
    void a_host_port_can_be_had_once_a_node() {
        Pod pod = pod("ports: [{containerPort: 80, hostPort: 8080}]", "");
        assertThat(nowhere(pod, nodes(1, Map.of("n0", List.of(pod)))))
                .startsWith("0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports.");
        assertThat(place(pod, nodes(2, Map.of("n0", List.of(pod))))).isEqualTo("n1");
    }

    @Test
    void anti_affinity_keeps_apart_and_holds_for_those_who_came_first_too() {
        String apart = "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: "
                + "[{labelSelector: {matchLabels: {app: web}}, topologyKey: kubernetes.io/hostname}]}}";
        Pod picky = pod("", apart);
        assertThat(place(picky, nodes(2, Map.of("n0", List.of(picky))))).isEqualTo("n1");
        assertThat(nowhere(picky, nodes(1, Map.of("n0", List.of(picky)))))
                .contains("1 node(s) didn't match pod anti-affinity rules.");
        assertThat(nowhere(pod("", ""), nodes(1, Map.of("n0", List.of(picky)))))
                .contains("1 node(s) didn't satisfy existing pods anti-affinity rules.");
    }

    @Test
    void affinity_follows_and_the_first_of_a_group_may_go_anywhere() {
        String near = "affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: "
                + "[{labelSelector: {matchLabels: {app: web}}, topologyKey: kubernetes.io/hostname}]}}";
        Pod follower = pod("", near);
        assertThat(placement.decide(follower, nodes(3))).isInstanceOf(Decision.Place.class);
        assertThat(place(follower, nodes(3, Map.of("n2", List.of(pod("", ""))))))
                .isEqualTo("n2");
    }

    @Test
    void spread_allows_no_more_than_the_skew() {
        String spread = "topologySpreadConstraints: [{maxSkew: 1, topologyKey: kubernetes.io/hostname, "
                + "whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {app: web}}}]";
        Pod pod = pod("", spread);
        assertThat(place(pod, nodes(3, Map.of("n0", List.of(pod), "n2", List.of(pod)))))
                .isEqualTo("n1");
    }

    @Test
    void the_emptier_node_is_preferred_and_replicas_of_one_owner_spread() {
        Pod owned = pod("", "");
        owned.getMetadata()
                .setOwnerReferences(List.of(new io.fabric8.kubernetes.api.model.OwnerReferenceBuilder()
                        .withController(true)
                        .withUid("rs")
                        .build()));
        assertThat(place(owned, nodes(3, Map.of("n0", List.of(owned), "n1", List.of(owned)))))
                .isEqualTo("n2");
        Pod busy = pod("resources: {requests: {cpu: '1', memory: 1Gi}}", "");
        assertThat(place(pod("", ""), nodes(2, Map.of("n0", List.of(busy))))).isEqualTo("n1");
    }

    @Test
    void equally_good_nodes_all_get_their_share() {
        List<String> chosen = IntStream.range(0, 60)
                .mapToObj(i -> place(pod("", ""), nodes(3)))
                .distinct()
                .toList();
        assertThat(chosen).containsExactlyInAnyOrder("n0", "n1", "n2");
    }

    @Test
    void init_containers_count_by_the_hungriest_and_sidecars_stay() {
        Pod pod = Serialization.unmarshal("""
                apiVersion: v1
                kind: Pod
                metadata: {name: p}
                spec:
                  initContainers:
                  - {name: sidecar, restartPolicy: Always, resources: {requests: {cpu: 100m}}}
                  - {name: init, resources: {requests: {cpu: 500m}}}
                  containers:
                  - {name: a, resources: {requests: {cpu: 200m, memory: 1Ki}}}
                  - {name: b, resources: {requests: {cpu: 150m}}}
                """, Pod.class);
        assertThat(Resources.requestedBy(pod).amounts()).isEqualTo(Map.of("cpu", 600L, "memory", 1024L));
    }

    @Test
    void the_node_whose_most_important_victim_matters_least_is_cleared() {
        Preemption.Plan plan = plan(
                needing("900m", 100),
                nodes(
                        3,
                        Map.of(
                                "n0", List.of(needing("2", 50)),
                                "n1", List.of(needing("1", 10), needing("1", 10)),
                                "n2", List.of(needing("2", 20)))));
        assertThat(plan.node()).isEqualTo("n1");
        assertThat(plan.victims()).as("one of the two is enough").hasSize(1);
    }

    @Test
    void of_equally_important_victims_the_fewest_leave() {
        Preemption.Plan plan = plan(
                needing("1800m", 100),
                nodes(2, Map.of("n0", List.of(needing("1", 10), needing("1", 10)), "n1", List.of(needing("2", 10)))));
        assertThat(plan.node()).isEqualTo("n1");
    }

    @Test
    void on_a_node_the_least_important_leaves_and_nobody_else() {
        Pod least = needing("500m", 1);
        Preemption.Plan plan = plan(
                needing("400m", 100), nodes(1, Map.of("n0", List.of(needing("500m", 30), least, needing("1", 20)))));
        assertThat(plan.victims()).containsExactly(least);
    }

    @Test
    void room_that_was_made_for_another_is_not_given_away() {
        Pod coming = needing("1", 100);
        Pod late = needing("1500m", 100);
        Decision decision = placement.decide(late, nodes(1), Map.of("n0", List.of(PodInfo.of(coming))));
        assertThat(decision).isInstanceOf(Decision.Nowhere.class);
        assertThat(placement.decide(late, nodes(1))).isInstanceOf(Decision.Place.class);
    }

    private Preemption.Plan plan(Pod pod, List<NodeInfo> nodes) {
        Decision decision = placement.decide(pod, nodes);
        assertThat(decision).isInstanceOf(Decision.Nowhere.class);
        assertThat(((Decision.Nowhere) decision).preemption()).isInstanceOf(Preemption.Plan.class);
        return (Preemption.Plan) ((Decision.Nowhere) decision).preemption();
    }

    private static Pod needing(String cpu, int priority) {
        return pod("resources: {requests: {cpu: '" + cpu + "'}}", "priority: " + priority);
    }

    private String place(Pod pod, List<NodeInfo> nodes) {
        Decision decision = placement.decide(pod, nodes);
        assertThat(decision).isInstanceOf(Decision.Place.class);
        return ((Decision.Place) decision).node();
    }

    private String nowhere(Pod pod, List<NodeInfo> nodes) {
        Decision decision = placement.decide(pod, nodes);
        assertThat(decision).isInstanceOf(Decision.Nowhere.class);
        return ((Decision.Nowhere) decision).message();
    }

    private static List<NodeInfo> nodes(int count) {
        return nodes(count, Map.of());
    }

    private static List<NodeInfo> nodes(int count, Map<String, List<Pod>> running) {
        return IntStream.range(0, count)
                .mapToObj(i -> NodeInfo.of(node("n" + i, ""), running.getOrDefault("n" + i, List.of())))
                .toList();
    }

    private static Node node(String name, String spec) {
        return Serialization.unmarshal(
                "--- {apiVersion: v1, kind: Node, metadata: {name: " + name + ", labels: {kubernetes.io/hostname: "
                        + name + "}}, spec: {" + spec
                        + "}, status: {allocatable: {cpu: '2', memory: 4Gi, pods: '110'}}}",
                Node.class);
    }

    private static Pod pod(String container, String spec) {
        return Serialization.unmarshal(
                "--- {apiVersion: v1, kind: Pod, metadata: {name: p, namespace: default, labels: {app: web}}, spec: {"
                        + (spec.isEmpty() ? "" : spec + ", ") + "containers: [{name: c"
                        + (container.isEmpty() ? "" : ", " + container) + "}]}}",
                Pod.class);
    }
}
