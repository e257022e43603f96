package kubelab.controlplane.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import kubelab.controlplane.EmbeddedCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Pods with claims, from the claim to the file on the node. */
class VolumeSchedulingTest {
    private static EmbeddedCluster cluster;
    private static KubernetesClient client;

    private String namespace;

    @BeforeAll
    static void start() {
        cluster = EmbeddedCluster.builder().nodes(3).start();
        client = cluster.client();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @BeforeEach
    void namespace(TestInfo test) {
        namespace = "t" + Integer.toHexString(test.getDisplayName().hashCode());
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .build())
                .create();
        until(() -> client.serviceAccounts()
                        .inNamespace(namespace)
                        .withName("default")
                        .get()
                != null);
    }

    @AfterEach
    void freeTheNodes() {
        client.pods().inNamespace(namespace).withGracePeriod(0).delete();
        until(() -> client.pods().inNamespace(namespace).list().getItems().isEmpty());
    }

    @Test
    void volume_is_made_on_the_pods_node_and_outlives_the_pod() throws Exception {
        claim("data", "storageClassName: local-path, accessModes: [ReadWriteOnce]");
        pod(
                "writer",
                "data",
                "nodeSelector: {kubernetes.io/hostname: worker1}, restartPolicy: Never",
                "echo kept > /d/f");
        until(() -> phase("writer").equals("Succeeded"));
        PersistentVolumeClaim claim = claim("data");
        assertThat(claim.getMetadata().getAnnotations())
                .containsEntry("volume.kubernetes.io/selected-node", "worker1")
                .containsEntry("volume.kubernetes.io/storage-provisioner", "rancher.io/local-path");
        PersistentVolume volume = client.persistentVolumes()
                .withName(claim.getSpec().getVolumeName())
                .get();
        assertThat(volume.getMetadata().getName())
                .isEqualTo("pvc-" + claim.getMetadata().getUid());
        assertThat(volume.getMetadata().getAnnotations())
                .containsEntry("local.path.provisioner/selected-node", "worker1")
                .containsEntry("pv.kubernetes.io/provisioned-by", "rancher.io/local-path");
        assertThat(events("PersistentVolumeClaim"))
                .contains("Successfully provisioned volume "
                        + volume.getMetadata().getName());

        client.pods().inNamespace(namespace).withName("writer").delete();
        pod("reader", "data", "restartPolicy: Never", "cat /d/f");
        until(() -> phase("reader").equals("Succeeded"));
        assertThat(client.pods().inNamespace(namespace).withName("reader").getLog())
                .isEqualTo("kept\n");
        assertThat(client.pods()
                        .inNamespace(namespace)
                        .withName("reader")
                        .get()
                        .getSpec()
                        .getNodeName())
                .isEqualTo("worker1");

        var directory = cluster.kubelet("worker1")
                .runtime()
                .fileSystem()
                .getPath(volume.getSpec().getLocal().getPath());
        assertThat(Files.exists(directory)).isTrue();
        client.pods().inNamespace(namespace).withName("reader").delete();
        client.persistentVolumeClaims().inNamespace(namespace).withName("data").delete();
        until(() -> client.persistentVolumes()
                        .withName(volume.getMetadata().getName())
                        .get()
                == null);
        assertThat(Files.exists(directory))
                .as("the directory of a deleted volume")
                .isFalse();
    }

    @Test
    void claim_that_its_class_cannot_make_says_so() {
        claim("many", "storageClassName: local-path, accessModes: [ReadWriteMany]");
        pod("p", "many", "", "sleep 100");
        until(() -> events("PersistentVolumeClaim")
                .contains("failed to provision volume with StorageClass \"local-path\": NodePath only supports"
                        + " ReadWriteOnce and ReadWriteOncePod (1.22+) access modes"));
        assertThat(phase("p")).isEqualTo("Pending");
    }

    @Test
    void pod_waits_for_claims_and_says_why() {
        pod("none", "missing", "", "sleep 100");
        until(() -> condition("none")
                .equals("0/3 nodes are available: persistentvolumeclaim \"missing\" not found. not found"));
        claim("unbound", "storageClassName: '', accessModes: [ReadWriteOnce]");
        pod("early", "unbound", "", "sleep 100");
        until(() -> condition("early")
                .equals("0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found"));
        volume("by-hand", "accessModes: [ReadWriteOnce], hostPath: {path: /by-hand}");
        until(() -> phase("early").equals("Running"));
    }

    @Test
    void volume_decides_about_the_node() {
        volume(
                "there",
                "accessModes: [ReadWriteOnce], hostPath: {path: /there}, nodeAffinity: {required: {nodeSelectorTerms: "
                        + "[{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [worker2]}]}]}}");
        claim("c", "storageClassName: '', accessModes: [ReadWriteOnce], volumeName: " + namespace + "-there");
        pod("p", "c", "", "sleep 100");
        until(() -> phase("p").equals("Running"));
        assertThat(client.pods()
                        .inNamespace(namespace)
                        .withName("p")
                        .get()
                        .getSpec()
                        .getNodeName())
                .isEqualTo("worker2");
        pod("q", "c", "nodeSelector: {kubernetes.io/hostname: worker1}", "sleep 100");
        until(() -> condition("q")
                .startsWith("0/3 nodes are available: 1 node(s) didn't match PersistentVolume's node affinity, 2"
                        + " node(s) didn't match Pod's node affinity/selector."));
    }

    @Test
    void exclusive_claim_has_one_pod_at_a_time() {
        claim("single", "storageClassName: local-path, accessModes: [ReadWriteOncePod]");
        pod("first", "single", "", "sleep 100");
        until(() -> phase("first").equals("Running"));
        pod("second", "single", "", "sleep 100");
        until(() -> condition("second")
                .contains("node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already"
                        + " in-use by another pod"));
        client.pods()
                .inNamespace(namespace)
                .withName("first")
                .withGracePeriod(0)
                .delete();
        until(() -> phase("second").equals("Running"));
    }

    @Test
    void pods_that_wait_for_volumes_keep_their_place() {
        for (String name : List.of("a", "b", "c", "d", "e", "f")) {
            claim(name, "storageClassName: local-path, accessModes: [ReadWriteOnce]");
            Pod pod = build(name, name, "", "sleep 100");
            request(pod, "1");
            create(pod);
        }
        until(() -> client.pods().inNamespace(namespace).list().getItems().stream()
                .allMatch(p -> p.getStatus().getPhase().equals("Running")));
    }

    @Test
    void node_is_chosen_again_when_the_volume_is_not_made() {
        claim("many", "storageClassName: local-path, accessModes: [ReadWriteMany]");
        pod("p", "many", "", "sleep 100");
        until(() -> selectedNode("many") != null);
        client.persistentVolumeClaims().inNamespace(namespace).withName("many").edit(c -> {
            c.getMetadata().getAnnotations().remove("volume.kubernetes.io/selected-node");
            return c;
        });
        until(() -> events("Pod")
                .contains("running PreBind plugin \"VolumeBinding\": binding volumes: provisioning failed for PVC"
                        + " \"many\""));
        until(() -> selectedNode("many") != null);
    }

    @Test
    void pod_does_not_wait_for_volumes_for_ever() throws InterruptedException {
        claim("many", "storageClassName: local-path, accessModes: [ReadWriteMany]");
        pod("p", "many", "", "sleep 100");
        until(() -> selectedNode("many") != null);
        // more than once: the scheduler begins to count when its write of the node has been answered
        until(() -> {
            cluster.advance(Duration.ofMinutes(11));
            return events("Pod")
                    .contains("running PreBind plugin \"VolumeBinding\": binding volumes: context deadline exceeded");
        });
    }

    @Test
    void waiting_pod_that_is_deleted_frees_its_place() {
        claim("many", "storageClassName: local-path, accessModes: [ReadWriteMany]");
        Pod waiting = build("p", "many", "nodeSelector: {kubernetes.io/hostname: worker2}", "sleep 100");
        request(waiting, "1500m");
        create(waiting);
        until(() -> selectedNode("many") != null);
        Pod next = build("q", "many", "nodeSelector: {kubernetes.io/hostname: worker2}", "sleep 100");
        next.getSpec().setVolumes(List.of());
        next.getSpec().getContainers().get(0).setVolumeMounts(List.of());
        request(next, "1500m");
        create(next);
        until(() -> condition("q").contains("1 Insufficient cpu"));
        client.pods().inNamespace(namespace).withName("p").delete();
        until(() -> phase("q").equals("Running"));
    }

    private static void request(Pod pod, String cpu) {
        pod.getSpec()
                .getContainers()
                .get(0)
                .setResources(new ResourceRequirementsBuilder()
                        .addToRequests("cpu", new Quantity(cpu))
                        .build());
    }

    private @org.jspecify.annotations.Nullable String selectedNode(String claim) {
        return java.util.Objects.requireNonNullElse(
                        claim(claim).getMetadata().getAnnotations(), java.util.Map.<String, String>of())
                .get("volume.kubernetes.io/selected-node");
    }

    @Test
    void missing_directory_of_a_local_volume_keeps_the_pod_waiting() throws Exception {
        volume(
                "local",
                "accessModes: [ReadWriteOnce], local: {path: /mnt/disk}, nodeAffinity: {required: {nodeSelectorTerms: "
                        + "[{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [server]}]}]}}");
        claim("c", "storageClassName: '', accessModes: [ReadWriteOnce], volumeName: " + namespace + "-local");
        pod("p", "c", "", "sleep 100");
        until(() -> events("Pod")
                .contains("MountVolume.NewMounter initialization failed for volume \"" + namespace
                        + "-local\" : path \"/mnt/disk\" does not exist"));
        Files.createDirectories(cluster.kubelet("server").runtime().fileSystem().getPath("/mnt/disk"));
        until(() -> phase("p").equals("Running"));
    }

    private void claim(String name, String spec) {
        create(Serialization.unmarshal(
                "--- {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: " + name
                        + "}, spec: {resources: {requests: {storage: 1Gi}}, " + spec + "}}",
                PersistentVolumeClaim.class));
    }

    private void volume(String name, String spec) {
        client.resource(Serialization.unmarshal(
                        "--- {apiVersion: v1, kind: PersistentVolume, metadata: {name: " + namespace + "-" + name
                                + "}, spec: {capacity: {storage: 1Gi}, " + spec + "}}",
                        PersistentVolume.class))
                .create();
    }

    private void pod(String name, String claim, String spec, String command) {
        create(build(name, claim, spec, command));
    }

    private static Pod build(String name, String claim, String spec, String command) {
        return Serialization.unmarshal(
                "--- {apiVersion: v1, kind: Pod, metadata: {name: " + name + "}, spec: {" + spec
                        + (spec.isEmpty() ? "" : ", ")
                        + "terminationGracePeriodSeconds: 0, containers: [{name: c, image: 'busybox:1.36', command: [sh, -c, '"
                        + command + "'], volumeMounts: [{name: v, mountPath: /d}]}],"
                        + " volumes: [{name: v, persistentVolumeClaim: {claimName: " + claim + "}}]}}",
                Pod.class);
    }

    private void create(HasMetadata object) {
        object.getMetadata().setNamespace(namespace);
        client.resource(object).create();
    }

    private PersistentVolumeClaim claim(String name) {
        return client.persistentVolumeClaims()
                .inNamespace(namespace)
                .withName(name)
                .get();
    }

    private String phase(String pod) {
        return client.pods()
                .inNamespace(namespace)
                .withName(pod)
                .get()
                .getStatus()
                .getPhase();
    }

    private String condition(String pod) {
        return client.pods().inNamespace(namespace).withName(pod).get().getStatus().getConditions().stream()
                .filter(c -> c.getType().equals("PodScheduled"))
                .map(c -> String.valueOf(c.getMessage()))
                .findFirst()
                .orElse("");
    }

    private List<String> events(String kind) {
        return client.v1().events().inNamespace(namespace).list().getItems().stream()
                .filter(e -> kind.equals(e.getInvolvedObject().getKind()))
                .map(e -> e.getMessage())
                .toList();
    }

    private static void until(Callable<Boolean> condition) {
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(20))
                .until(condition);
    }
}
