package kubelab.controlplane.controllermanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import kubelab.controlplane.EmbeddedCluster;
import kubelab.controlplane.apiserver.audit.AuditEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A cluster in which nothing changes is written to by no component: with an object of each kind that a controller, the
 * scheduler or a kubelet writes to, when each of them is looked at again, and when a quarter of an hour passes.
 */
class SettledClusterTest {
    private static final String NAMESPACE = "settled";
    /** Heartbeats and Events, which have limits of their own. */
    private static final Set<String> BEATS = Set.of("leases", "events");

    private EmbeddedCluster cluster;
    private KubernetesClient client;

    @BeforeEach
    void start() {
        cluster = EmbeddedCluster.builder().nodes(1).start();
        client = cluster.client();
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(NAMESPACE)
                        .endMetadata()
                        .build())
                .create();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> client.serviceAccounts()
                                .inNamespace(NAMESPACE)
                                .withName("default")
                                .get()
                        != null);
    }

    @AfterEach
    void stop() {
        try {
            assertThat(ComponentRights.missing(cluster))
                    .as("rights that components lack")
                    .isEmpty();
        } finally {
            cluster.close();
        }
    }

    @Test
    void nothing_is_written_where_nothing_changes() throws IOException, InterruptedException {
        List<HasMetadata> objects;
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("settled.yaml"))) {
            objects = client.load(in).inNamespace(NAMESPACE).create();
        }
        settled("after the objects were made");

        // An annotation that no controller copies: each object is looked at, and there is nothing to do.
        for (HasMetadata object : objects) {
            client.resource(object)
                    .patch(
                            PatchContext.of(PatchType.JSON_MERGE),
                            "{\"metadata\":{\"annotations\":{\"kubectl.kubernetes.io/last-applied-configuration\":\"\"}}}");
        }
        long before = cluster.audit().position();
        settled("after each object was touched");
        cluster.advance(Duration.ofMinutes(15));
        settled("a quarter of an hour later");

        assertThat(writes(before))
                // the kubelet reports its node every five minutes, changed or not, as upstream does
                .filteredOn(w -> !w.endsWith(" patch nodes/status server"))
                .isEmpty();
    }

    /** What components wrote since, as {@code user verb resource name}. */
    private List<String> writes(long since) {
        return cluster.audit().since(since).stream()
                .filter(e -> List.of("create", "update", "patch", "delete", "deletecollection")
                        .contains(e.verb()))
                .filter(e -> !e.user().equals("system:admin") && !BEATS.contains(e.resource()))
                .filter(e -> !e.subresource().equals("token"))
                .map(SettledClusterTest::described)
                .toList();
    }

    private static String described(AuditEvent e) {
        return e.user() + " " + e.verb() + " " + e.resource() + (e.subresource().isEmpty() ? "" : "/" + e.subresource())
                + " " + e.name();
    }

    private void settled(String when) {
        long[] position = {cluster.audit().position()};
        await("no writes " + when)
                .during(Duration.ofSeconds(2))
                .pollInterval(Duration.ofMillis(200))
                .atMost(Duration.ofSeconds(60))
                .until(() -> {
                    boolean quiet = writes(position[0]).isEmpty();
                    position[0] = cluster.audit().position();
                    return quiet;
                });
    }
}
