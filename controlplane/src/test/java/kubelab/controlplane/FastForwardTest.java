package kubelab.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Time moved forward by hours ends where the same hours would have ended. */
@Timeout(120)
class FastForwardTest {
    private static final int NODES = 3;

    private EmbeddedCluster cluster;
    private KubernetesClient client;

    @BeforeEach
    void start() {
        cluster = EmbeddedCluster.builder().nodes(NODES).start();
        client = cluster.client();
        await("nodes ready").atMost(Duration.ofSeconds(20)).until(() -> {
            List<Node> nodes = client.nodes().list().getItems();
            return nodes.size() == NODES && nodes.stream().allMatch(n -> "True".equals(ready(n).getStatus()));
        });
        await("default account")
                .atMost(Duration.ofSeconds(20))
                .until(() -> client.serviceAccounts()
                                .inNamespace("default")
                                .withName("default")
                                .get()
                        != null);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void a_day_brings_a_job_an_hour_and_leaves_the_last_three() throws InterruptedException {
        Set<String> begun = new ConcurrentSkipListSet<>();
        client.batch().v1().jobs().inNamespace("default").watch(new Seen(begun));
        Set<String> unready = new ConcurrentSkipListSet<>();
        client.nodes().watch(new Unready(unready));
        client.resource(Serialization.unmarshal("""
                        apiVersion: batch/v1
                        kind: CronJob
                        metadata: {name: hourly, namespace: default}
                        spec:
                          schedule: "30 * * * *"
                          jobTemplate:
                            spec:
                              template:
                                spec:
                                  restartPolicy: Never
                                  containers: [{name: c, image: "busybox:1.36", command: [sh, -c, "sleep 20"]}]
                        """, CronJob.class)).create();
        Instant from = cluster.clock().now();

        cluster.advance(Duration.ofDays(1));

        Instant to = cluster.clock().now();
        Set<String> expected = new TreeSet<>();
        for (Instant at = from.truncatedTo(ChronoUnit.HOURS).plusSeconds(1800);
                at.isBefore(to);
                at = at.plusSeconds(3600)) {
            if (at.isAfter(from)) {
                expected.add("hourly-" + at.getEpochSecond() / 60);
            }
        }
        assertThat(unready).as("nodes seen while they were not ready").isEmpty();
        await("Jobs of the day").atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(begun)
                .containsExactlyElementsOf(expected));
        List<Job> left =
                client.batch().v1().jobs().inNamespace("default").list().getItems();
        assertThat(left).as("Jobs kept").hasSize(3);
        for (Job job : left) {
            Instant start = Instant.parse(job.getStatus().getStartTime());
            assertThat(job.getStatus().getSucceeded()).as("succeeded").isEqualTo(1);
            assertThat(start).isBetween(scheduled(job), scheduled(job).plusSeconds(5));
            assertThat(Instant.parse(job.getStatus().getCompletionTime()))
                    .as("20 s of work")
                    .isBetween(start.plusSeconds(20), start.plusSeconds(40));
        }
        assertThat(client.pods().inNamespace("default").list().getItems())
                .as("Pods of the Jobs kept")
                .hasSize(3);
        for (Lease lease : client.leases().inNamespace("kube-node-lease").list().getItems()) {
            assertThat(lease.getSpec().getRenewTime().toInstant())
                    .as("lease of %s", lease.getMetadata().getName())
                    .isAfter(to.minusSeconds(40));
        }
        for (Node node : client.nodes().list().getItems()) {
            assertThat(Instant.parse(ready(node).getLastTransitionTime()))
                    .as("%s never fell silent", node.getMetadata().getName())
                    .isBefore(from);
        }
        List<Event> events = client.v1().events().inAnyNamespace().list().getItems();
        assertThat(events).extracting(Event::getReason).contains("SuccessfulCreate");
        assertThat(events).as("Events are kept for an hour").allSatisfy(e -> assertThat(written(e))
                .isAfter(to.minusSeconds(3600 + 600)));
    }

    @Test
    void a_node_that_falls_silent_is_noticed_in_time_however_far_time_is_moved() throws InterruptedException {
        Instant cut = cluster.clock().now();
        cluster.kubelet("worker1").cutOff(true);

        cluster.advance(Duration.ofHours(2));

        NodeCondition silent = ready(client.nodes().withName("worker1").get());
        assertThat(silent.getStatus()).isEqualTo("Unknown");
        assertThat(Instant.parse(silent.getLastTransitionTime()))
                .as("40 to 50 s after the last heartbeat but one")
                .isBetween(cut.plusSeconds(35), cut.plusSeconds(65));
        assertThat(ready(client.nodes().withName("worker2").get()).getStatus()).isEqualTo("True");

        cluster.kubelet("worker1").cutOff(false);
        cluster.advance(Duration.ofHours(1));
        assertThat(ready(client.nodes().withName("worker1").get()).getStatus()).isEqualTo("True");
    }

    private static Instant scheduled(Job job) {
        return Instant.parse(job.getMetadata().getAnnotations().get("batch.kubernetes.io/cronjob-scheduled-timestamp"));
    }

    private static NodeCondition ready(Node node) {
        return node.getStatus().getConditions().stream()
                .filter(c -> c.getType().equals("Ready"))
                .findFirst()
                .orElseGet(NodeCondition::new);
    }

    private static Instant written(Event event) {
        return event.getLastTimestamp() != null
                ? Instant.parse(event.getLastTimestamp())
                : Instant.parse(event.getEventTime().getTime());
    }

    private record Unready(Set<String> names) implements Watcher<Node> {
        @Override
        public void eventReceived(Action action, Node node) {
            if (action != Action.BOOKMARK && !"True".equals(ready(node).getStatus())) {
                names.add(node.getMetadata().getName());
            }
        }

        @Override
        public void onClose(WatcherException cause) {}
    }

    private record Seen(Set<String> names) implements Watcher<Job> {
        @Override
        public void eventReceived(Action action, Job job) {
            ObjectMeta metadata = job.getMetadata();
            names.add(metadata.getName());
        }

        @Override
        public void onClose(WatcherException cause) {}
    }
}
