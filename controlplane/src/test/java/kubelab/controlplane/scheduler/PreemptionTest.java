package kubelab.controlplane.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import kubelab.controlplane.EmbeddedCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** An important Pod finds all nodes full. What must happen was watched on Kubernetes 1.34.4. */
class PreemptionTest {
    private static EmbeddedCluster cluster;
    private static KubernetesClient client;

    private String namespace = "";

    @BeforeAll
    static void start() {
        cluster = EmbeddedCluster.builder().nodes(3).start();
        client = cluster.client();
        for (String one : List.of("low: 100", "middle: 500", "high: 1000")) {
            apply("{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: " + one.split(":")[0]
                    + "}, value: " + one.split(": ")[1] + "}");
        }
        apply("{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: polite}, value: 1000,"
                + " preemptionPolicy: Never}");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> client.nodes().list().getItems().stream()
                                .flatMap(n -> n.getStatus().getConditions().stream())
                                .filter(c -> c.getType().equals("Ready")
                                        && c.getStatus().equals("True"))
                                .count()
                        == 3);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @BeforeEach
    void freshNamespace(TestInfo info) {
        client.pods().inAnyNamespace().withGracePeriod(0).delete();
        namespace = "p" + Integer.toHexString(info.getDisplayName().hashCode());
        apply("{apiVersion: v1, kind: Namespace, metadata: {name: " + namespace + "}}");
    }

    @Test
    void the_least_important_leaves_and_the_important_one_takes_its_place() {
        running("a", "low", "server");
        running("b", "middle", "worker1");
        running("c", "middle", "worker2");
        List<Pod> history = new CopyOnWriteArrayList<>();
        try (var watch = client.pods().inNamespace(namespace).watch(new Recorder(history))) {
            create("vip", "high", "");
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> "Running".equals(pod("vip").getStatus().getPhase()));
        }
        assertThat(pod("vip").getSpec().getNodeName()).as("vip's node").isEqualTo("server");
        assertThat(client.pods().inNamespace(namespace).withName("a").get())
                .as("victim a")
                .isNull();
        Pod waiting = history.stream()
                .filter(p -> p.getMetadata().getName().equals("vip")
                        && "server".equals(p.getStatus().getNominatedNodeName())
                        && p.getSpec().getNodeName() == null)
                .findFirst()
                .orElseThrow();
        assertThat(condition(waiting, "PodScheduled").getMessage())
                .isEqualTo("0/3 nodes are available: 3 Insufficient cpu.");
        Pod leaving = history.stream()
                .filter(p ->
                        p.getMetadata().getName().equals("a") && p.getMetadata().getDeletionTimestamp() != null)
                .findFirst()
                .orElseThrow();
        assertThat(leaving.getMetadata().getDeletionGracePeriodSeconds()).isEqualTo(1L);
        PodCondition target = condition(leaving, "DisruptionTarget");
        assertThat(target.getStatus() + " " + target.getReason() + " " + target.getMessage())
                .isEqualTo("True PreemptionByScheduler default-scheduler: preempting to accommodate a higher priority"
                        + " pod");
        await().atMost(Duration.ofSeconds(30)).until(() -> preempted().isPresent());
        Event event = preempted().orElseThrow();
        assertThat(event.getMessage())
                .isEqualTo("Preempted by pod " + pod("vip").getMetadata().getUid() + " on node server");
        assertThat(event.getInvolvedObject().getName() + " " + event.getAction() + " "
                        + event.getRelated().getName() + " " + event.getReportingComponent())
                .isEqualTo("a Preempting vip default-scheduler");
        assertThat(pod("vip").getStatus().getNominatedNodeName())
                .as("nomination, once it runs")
                .isNull();
    }

    @Test
    void who_never_preempts_waits() {
        running("a", "low", "server");
        running("b", "low", "worker1");
        running("c", "low", "worker2");
        create("vip", "polite", "");
        assertThat(whyPending("vip"))
                .isEqualTo("0/3 nodes are available: 3 Insufficient cpu. no new claims to deallocate, preemption: "
                        + "not eligible due to preemptionPolicy=Never.");
    }

    @Test
    void a_budget_is_spared_if_another_victim_will_do() {
        running("a", "low", "server");
        running("b", "low", "worker1");
        running("c", "low", "worker2");
        for (String one : List.of("a", "c")) {
            apply("{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: keep-" + one + ", namespace: "
                    + namespace + "}, spec: {minAvailable: 1, selector: {matchLabels: {name: " + one + "}}}}");
        }
        create("vip", "high", "");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> "Running".equals(pod("vip").getStatus().getPhase()));
        assertThat(pod("vip").getSpec().getNodeName()).as("vip's node").isEqualTo("worker1");
    }

    @Test
    void equals_do_not_displace_each_other() {
        running("a", "high", "server");
        running("b", "high", "worker1");
        running("c", "high", "worker2");
        create("vip", "high", "");
        assertThat(whyPending("vip"))
                .isEqualTo("0/3 nodes are available: 3 Insufficient cpu. no new claims to deallocate, preemption: "
                        + "0/3 nodes are available: 3 No preemption victims found for incoming pod.");
    }

    private Optional<Event> preempted() {
        return client.v1().events().inNamespace(namespace).list().getItems().stream()
                .filter(e -> "Preempted".equals(e.getReason()))
                .findFirst();
    }

    private String whyPending(String name) {
        await().atMost(Duration.ofSeconds(30)).until(() -> pod(name).getStatus().getConditions().stream()
                .anyMatch(c -> c.getType().equals("PodScheduled")));
        return condition(pod(name), "PodScheduled").getMessage();
    }

    private Pod pod(String name) {
        return client.pods().inNamespace(namespace).withName(name).get();
    }

    private static PodCondition condition(Pod pod, String type) {
        return pod.getStatus().getConditions().stream()
                .filter(c -> c.getType().equals(type))
                .findFirst()
                .orElseThrow();
    }

    private void running(String name, String priority, String node) {
        create(name, priority, node);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> "Running".equals(pod(name).getStatus().getPhase()));
    }

    private void create(String name, String priority, String node) {
        apply("{apiVersion: v1, kind: Pod, metadata: {name: " + name + ", namespace: " + namespace
                + ", labels: {name: " + name + "}}, spec: {priorityClassName: " + priority
                + ", terminationGracePeriodSeconds: 1, "
                + (node.isEmpty() ? "" : "nodeSelector: {kubernetes.io/hostname: " + node + "}, ")
                + "containers: [{name: c, image: 'busybox:1.36', command: [sleep, '3600'],"
                + " resources: {requests: {cpu: 1200m}}}]}}");
    }

    private static void apply(String yaml) {
        client.resource(Serialization.unmarshal("--- " + yaml, io.fabric8.kubernetes.api.model.HasMetadata.class))
                .create();
    }

    private record Recorder(List<Pod> history) implements Watcher<Pod> {
        @Override
        public void eventReceived(Action action, Pod pod) {
            history.add(pod);
        }

        @Override
        public void onClose(WatcherException cause) {}
    }
}
