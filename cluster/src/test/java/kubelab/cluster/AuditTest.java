package kubelab.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.Optional;
import kubelab.controlplane.apiserver.audit.AuditPolicy;
import kubelab.controlplane.apiserver.audit.AuditPolicyReader;
import kubelab.labkit.AuditEvent;
import kubelab.labkit.AuditLog;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The ability AUDIT on an embedded cluster; K3sClusterIT looks at it on k3s. */
class AuditTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static Cluster cluster;

    @BeforeAll
    static void start() {
        cluster = Clusters.start(ClusterSpec.embedded());
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void says_which_user_bound_a_pod() {
        String namespace = cluster.newNamespace("audit");
        AuditLog.Mark before = cluster.audit().end();
        createPod(namespace, "web");
        Optional<AuditEvent> bound = cluster.audit()
                .since(before)
                .withVerb("create")
                .withResource("pods/binding")
                .inNamespace(namespace)
                .withName("web")
                .first(PATIENCE);
        assertThat(bound).hasValueSatisfying(event -> {
            assertThat(event.user()).isEqualTo("system:kube-scheduler");
            assertThat(event.groups()).contains("system:authenticated");
            assertThat(event.code()).isEqualTo(201);
            assertThat(event.decision()).isEqualTo("allow");
            assertThat(event.stage()).isEqualTo("ResponseComplete");
            assertThat(event.at()).isAfterOrEqualTo(event.received());
            assertThat(event).hasToString("system:kube-scheduler create pods/binding " + namespace + "/web → 201");
        });
    }

    @Test
    void says_who_was_refused_and_in_whose_name() {
        AuditLog.Mark before = cluster.audit().end();
        try (KubernetesClient ann = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(io.fabric8.kubernetes.client.Config.fromKubeconfig(cluster.kubeconfig()))
                        .withImpersonateUsername("ann")
                        .build())
                .build()) {
            assertThatThrownBy(() -> ann.secrets().inNamespace("default").list())
                    .isInstanceOf(KubernetesClientException.class);
        }
        assertThat(cluster.audit()
                        .since(before)
                        .withUser("system:admin")
                        .withResource("secrets")
                        .first(PATIENCE))
                .hasValueSatisfying(event -> {
                    assertThat(event.impersonated()).isEqualTo("ann");
                    assertThat(event.code()).isEqualTo(403);
                    assertThat(event.decision()).isEqualTo("forbid");
                });
    }

    @Test
    void what_was_before_a_mark_is_not_among_what_came_since() {
        cluster.client().raw("/version?mine=first");
        AuditLog.Mark between = cluster.audit().end();
        cluster.client().raw("/version?mine=second");
        assertThat(cluster.audit()
                        .since(between)
                        .matching(e -> e.uri().contains("mine="))
                        .list())
                .extracting(AuditEvent::uri)
                .containsExactly("/version?mine=second");
        assertThat(cluster.audit()
                        .all()
                        .matching(e -> e.uri().contains("mine=first"))
                        .list())
                .hasSize(1);
    }

    @Test
    void what_does_not_come_is_waited_for_no_longer_than_asked() {
        long start = System.nanoTime();
        assertThat(cluster.audit().all().withUser("nobody at all").first(Duration.ofMillis(200)))
                .isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofMillis(200), PATIENCE);
    }

    @Test
    void more_than_the_reader_fetches_at_once_is_read_whole_and_in_order() {
        AuditLog.Mark before = cluster.audit().end();
        String filler = "x".repeat(1_000);
        int requests = 3_000; // of which each takes more than 1,000 bytes of the log: together, more than 4 MB less
        for (int i = 0; i < requests; i++) {
            cluster.client().raw("/version?" + filler + filler + "=" + i);
        }
        assertThat(cluster.audit()
                        .since(before)
                        .matching(e -> e.uri().contains(filler))
                        .list())
                .extracting(e -> Integer.parseInt(e.uri().replaceAll(".*=", "")))
                .hasSize(requests)
                .isSorted();
    }

    @Test
    void another_process_reads_the_same_log() {
        AuditLog.Mark before = cluster.audit().end();
        cluster.client().raw("/version?mine=other");
        try (Cluster attached = Cluster.attached(cluster.kubeconfig(), "embedded", "AUDIT")) {
            assertThat(attached.audit()
                            .since(before)
                            .matching(e -> e.uri().endsWith("mine=other"))
                            .list())
                    .hasSize(1);
        }
    }

    @Test
    void a_cluster_that_lacks_the_ability_says_who_has_it() {
        try (Cluster attached = Cluster.attached(cluster.kubeconfig(), "existing", "")) {
            assertThatThrownBy(attached::audit)
                    .hasMessage(
                            "The existing cluster lacks an audit log that can be read: it is there with embedded and k3s.");
        }
    }

    @Test
    void k3s_is_told_the_policy_of_the_embedded_cluster() {
        assertThat(AuditPolicyReader.read(AuditFlags.POLICY)).isEqualTo(AuditPolicy.DEFAULT);
    }

    private static void createPod(String namespace, String name) {
        cluster.client()
                .resource("apiVersion: v1\nkind: Pod\nmetadata: {name: " + name + ", namespace: " + namespace
                        + "}\nspec: {containers: [{name: main, image: 'nginx:1.27'}]}")
                .create();
    }
}
