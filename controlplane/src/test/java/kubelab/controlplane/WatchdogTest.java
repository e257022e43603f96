package kubelab.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import kubelab.controlplane.apiserver.request.FaultInjection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Looks are taken by the test, one behind the other: nobody waits for a minute. */
class WatchdogTest {
    private EmbeddedCluster cluster;

    @BeforeEach
    void start() {
        cluster = EmbeddedCluster.builder().start();
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void a_controller_whose_request_never_comes_back_is_named() {
        FaultInjection.Rule stuck = cluster.faults()
                .delay(
                        (user, r) -> user.endsWith(":deployment-controller")
                                && r.verb().equals("create"),
                        Duration.ofHours(1));
        deployment("stuck");
        await().atMost(Duration.ofSeconds(20)).until(() -> stuck.hits() > 0);
        look(Watchdog.LOOKS);
        assertThat(cluster.stalled())
                .singleElement()
                .asString()
                .matches(
                        "kube-controller-manager: deployment-controller has not moved for \\d+ s although there is work");
    }

    @Test
    void a_watch_that_does_not_come_back_is_named_and_forgotten_when_it_does() {
        FaultInjection.Rule deaf = cluster.faults()
                .fail(
                        (user, r) -> user.equals("system:kube-scheduler")
                                && r.plural().equals("services"),
                        503);
        cluster.dropWatches();
        service("unheard");
        await().atMost(Duration.ofSeconds(20)).until(() -> deaf.hits() > 0);
        // All other watches were cut, too, and must be back first.
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            look(1);
            assertThat(cluster.watchdog().waiting()).as("parts with work").hasSize(1);
        });
        look(Watchdog.LOOKS);
        assertThat(cluster.stalled())
                .singleElement()
                .asString()
                .startsWith("kube-scheduler: its watch of services has not moved");

        deaf.close();
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            look(1);
            assertThat(cluster.stalled()).noneMatch(s -> s.startsWith("kube-scheduler"));
        });
    }

    @Test
    void a_cluster_that_works_or_rests_is_not_reported() {
        service("heard");
        look(Watchdog.LOOKS - 1);
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            look(1);
            assertThat(cluster.watchdog().waiting()).as("parts with work").isEmpty();
        });
        look(Watchdog.LOOKS);
        assertThat(cluster.stalled()).isEmpty();
    }

    private void look(int times) {
        for (int i = 0; i < times; i++) {
            cluster.watchdog().look();
        }
    }

    private void service(String name) {
        cluster.client()
                .resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace("default")
                        .endMetadata()
                        .withNewSpec()
                        .addToSelector("app", name)
                        .addNewPort()
                        .withPort(80)
                        .endPort()
                        .endSpec()
                        .build())
                .create();
    }

    private void deployment(String name) {
        cluster.client()
                .resource(Serialization.unmarshal(
                        """
                        apiVersion: apps/v1
                        kind: Deployment
                        metadata: {name: %s, namespace: default}
                        spec:
                          replicas: 1
                          selector: {matchLabels: {app: x}}
                          template:
                            metadata: {labels: {app: x}}
                            spec: {containers: [{name: c, image: "nginx:1.27"}]}
                        """.formatted(name), io.fabric8.kubernetes.api.model.apps.Deployment.class))
                .create();
    }
}
