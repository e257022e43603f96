package kubelab.controlplane.controllermanager.loop;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import kubelab.controlplane.EmbeddedCluster;
import org.junit.jupiter.api.Test;

/** A handler that throws hears of the object again, as it is by then. */
class RedeliveryTest {
    private final List<String> heard = new CopyOnWriteArrayList<>();

    @Test
    void handler_that_throws_is_told_again() {
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().nodes(0).start();
                Informers informers = new Informers(cluster.client(), cluster.clock())) {
            KubernetesClient client = cluster.client();
            AtomicInteger failures = new AtomicInteger(2);
            informers
                    .of(ConfigMap.class)
                    .onEvent(
                            map -> hear("added", map, failures),
                            (before, after) -> hear("updated", after, failures),
                            map -> hear("deleted", map, failures));
            informers.start();

            client.resource(map("1")).create();
            await("told a third time").atMost(Duration.ofSeconds(20)).until(() -> heard.contains("added 1"));

            failures.set(1);
            client.resource(map("2")).update();
            await("told again").atMost(Duration.ofSeconds(20)).until(() -> heard.contains("updated 2"));

            failures.set(1);
            client.resource(map("3")).update();
            client.resource(map("3")).delete();
            await("told twice that it has gone: for the update, too")
                    .atMost(Duration.ofSeconds(20))
                    .until(() ->
                            heard.stream().filter(h -> h.startsWith("deleted")).count() == 2);
        }
    }

    private void hear(String what, ConfigMap map, AtomicInteger failures) {
        if (!map.getMetadata().getName().equals("told")) {
            return;
        }
        if (failures.getAndDecrement() > 0) {
            throw new IllegalStateException("on purpose");
        }
        heard.add(what + " " + map.getData().get("n"));
    }

    private static ConfigMap map(String n) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName("told")
                .withNamespace("default")
                .endMetadata()
                .addToData("n", n)
                .build();
    }
}
