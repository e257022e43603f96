package kubelab.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import kubelab.labkit.AuditLog;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class K3sClusterIT {
    @BeforeEach
    void docker() {
        RealCluster.needsDocker();
    }

    @Test
    void two_nodes_become_ready_and_run_a_pod_from_an_image_of_the_host() throws Exception {
        String image = hostImage();
        RealCluster.needed();
        RealCluster.needsImage(image);
        String container;
        Cluster cluster = K3sCluster.start(
                ClusterSpec.k3s().withNodes(2).withServerFlags(List.of("--disable=metrics-server")),
                K3sProvider.image(ClusterSpec.k3s()),
                List.of(image),
                Progress.SILENT);
        try (cluster) {
            assertThat(cluster.nodes()).containsExactly("server", "worker1");
            assertThat(cluster.client().nodes().list().getItems())
                    .extracting(n -> n.getMetadata().getName())
                    .containsExactlyInAnyOrder("server", "worker1");
            assertThat(cluster.abilities())
                    .contains(Ability.CLUSTER_SCOPE, Ability.DEFAULT_STORAGE_CLASS, Ability.AUDIT);
            String namespace = cluster.newNamespace("host-image");
            AuditLog.Mark before = cluster.audit().end();
            cluster.client()
                    .pods()
                    .inNamespace(namespace)
                    .resource(new PodBuilder()
                            .withNewMetadata()
                            .withName("copied")
                            .endMetadata()
                            .withNewSpec()
                            .withNodeName("worker1")
                            .addNewContainer()
                            .withName("main")
                            .withImage(image)
                            .withImagePullPolicy("Never")
                            .withCommand("sleep", "60")
                            .endContainer()
                            .endSpec()
                            .build())
                    .create();
            cluster.client()
                    .pods()
                    .inNamespace(namespace)
                    .withName("copied")
                    .waitUntilCondition(
                            p -> p != null
                                    && p.getStatus() != null
                                    && "Running".equals(p.getStatus().getPhase()),
                            30,
                            TimeUnit.SECONDS);
            assertThat(cluster.audit()
                            .since(before)
                            .withUser("system:node:worker1")
                            .withVerb("patch")
                            .withResource("pods/status")
                            .inNamespace(namespace)
                            .withName("copied")
                            .first(Duration.ofSeconds(10)))
                    .as("who wrote the Pod's status, by the audit log")
                    .hasValueSatisfying(event -> assertThat(event.code()).isEqualTo(200));
            assertThat(cluster.audit()
                            .since(before)
                            .matching(e -> e.uri().startsWith("/logs"))
                            .list())
                    .as("traces of readers of the log")
                    .isEmpty();
            OwnApi.isServedBy(cluster);
            OwnRegistry.isServedBy(cluster);
            container = cluster.unwrap(org.testcontainers.k3s.K3sContainer.class)
                    .orElseThrow()
                    .getContainerId();
            assertThat(running()).contains(container);
        }
        assertThat(running()).as("containers after close").doesNotContain(container);
    }

    @Test
    void a_sweep_takes_what_a_dead_owner_left_and_nothing_else() {
        String image = hostImage();
        RealCluster.needsImage(image);
        ProcessIdentity self = ProcessIdentity.self();
        ProcessIdentity dead = new ProcessIdentity(self.pid(), self.start() - 60_000, self.boot(), self.host());
        ProcessIdentity elsewhere = new ProcessIdentity(1, 1, "another boot", "another machine");
        String ofDead = create(image, dead);
        String ofSelf = create(image, self);
        String ofOther = create(image, elsewhere);
        try {
            Sweep.containers();
            assertThat(all()).doesNotContain(ofDead).contains(ofSelf, ofOther);
            Sweep.own();
            assertThat(all()).doesNotContain(ofSelf).contains(ofOther);
        } finally {
            Docker.client().removeContainerCmd(ofOther).withForce(true).exec();
        }
    }

    @Test
    void an_image_that_cannot_be_pulled_is_named_with_the_next_step() {
        assertThat(org.assertj.core.api.Assertions.catchThrowableOfType(
                        ClusterException.class,
                        () -> Clusters.start(ClusterSpec.k3s().withImage("localhost:1/rancher/k3s:none"))))
                .satisfies(e -> {
                    assertThat(e.reason()).isEqualTo(ClusterException.Reason.NO_IMAGE);
                    assertThat(e).hasMessageContaining("localhost:1/rancher/k3s:none");
                    assertThat(e.nextStep()).contains("docker pull").contains("KUBELAB_K3S_IMAGE");
                });
    }

    /** Some small image, pulled where the host's engine does not have it; the tests only need that it runs sleep. */
    private static String hostImage() {
        return Optional.ofNullable(System.getenv("TESTCONTAINERS_TINYIMAGE_CONTAINER_IMAGE"))
                .orElse("busybox:1.36");
    }

    private static String create(String image, ProcessIdentity owner) {
        return Docker.client()
                .createContainerCmd(image)
                .withCmd("sleep", "60")
                .withLabels(owner.labels())
                .exec()
                .getId();
    }

    private static List<String> running() {
        return Docker.client().listContainersCmd().exec().stream()
                .map(c -> c.getId())
                .toList();
    }

    private static List<String> all() {
        return Docker.client().listContainersCmd().withShowAll(true).exec().stream()
                .map(c -> c.getId())
                .toList();
    }
}
