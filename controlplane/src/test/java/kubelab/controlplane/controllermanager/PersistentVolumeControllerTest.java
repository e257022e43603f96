package kubelab.controlplane.controllermanager;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which volume a claim gets, and what becomes of the volume when the claim is gone; Events as Kubernetes 1.34.4 writes them. */
class PersistentVolumeControllerTest extends OnHollowNodes {
    private final List<HasMetadata> clusterWide = new ArrayList<>();

    @AfterEach
    void remove() {
        client.persistentVolumeClaims().inNamespace(namespace).delete();
        clusterWide.forEach(object -> client.resource(object).delete());
    }

    @Test
    void claim_gets_the_smallest_volume_that_will_do() {
        volume("too-small", "1Gi", "hand", "");
        volume("large", "10Gi", "hand", "");
        volume("fits", "3Gi", "hand", "");
        volume("of-another-class", "2Gi", "other", "");
        until(() -> List.of("large", "fits", "of-another-class").stream()
                .allMatch(v -> phaseOfVolume(v).equals("Available")));
        claim("c", "2Gi", "hand", "");
        until(() -> phase("c").equals("Bound"));
        PersistentVolumeClaim claim = claim("c");
        assertThat(claim.getSpec().getVolumeName()).isEqualTo(volumeName("fits"));
        assertThat(claim.getStatus().getCapacity().get("storage")).hasToString("3Gi");
        assertThat(claim.getMetadata().getAnnotations())
                .containsEntry("pv.kubernetes.io/bind-completed", "yes")
                .containsEntry("pv.kubernetes.io/bound-by-controller", "yes");
        PersistentVolume volume = volume("fits");
        assertThat(volume.getStatus().getPhase()).isEqualTo("Bound");
        assertThat(volume.getSpec().getClaimRef())
                .extracting("namespace", "name", "uid")
                .containsExactly(namespace, "c", claim.getMetadata().getUid());
        assertThat(volume.getMetadata().getAnnotations()).containsEntry("pv.kubernetes.io/bound-by-controller", "yes");
        until(() -> phaseOfVolume("large").equals("Available"));
    }

    @Test
    void selector_and_access_modes_choose_too() {
        volume("plain", "1Gi", "hand", "");
        volume("labelled", "5Gi", "hand", "labels: {disk: fast}");
        claim("c", "1Gi", "hand", "selector: {matchLabels: {disk: fast}}");
        until(() -> phase("c").equals("Bound"));
        assertThat(claim("c").getSpec().getVolumeName()).isEqualTo(volumeName("labelled"));
        claim("many", "1Gi", "hand", "accessModes: [ReadWriteMany]");
        until(() -> events("PersistentVolumeClaim").stream().anyMatch(m -> m.startsWith("storageclass.storage")));
        assertThat(phase("many")).isEqualTo("Pending");
        volume("shared", "1Gi", "hand", "accessModes: [ReadWriteMany, ReadWriteOnce]");
        until(() -> phase("many").equals("Bound"));
    }

    @Test
    void claim_without_a_class_waits_until_a_volume_comes() {
        claim("c", "1Gi", "", "");
        until(() -> events("PersistentVolumeClaim")
                .contains("no persistent volumes available for this claim and no storage class is set"));
        volume("v", "1Gi", "", "");
        until(() -> phase("c").equals("Bound"));
    }

    @Test
    void volume_that_is_asked_for_by_name_must_do() {
        volume("small", "1Gi", "hand", "");
        claim("c", "2Gi", "hand", "volumeName: " + volumeName("small"));
        until(() -> events("PersistentVolumeClaim")
                .contains(
                        "Cannot bind to requested volume \"" + volumeName("small") + "\": requested PV is too small"));
        assertThat(phase("c")).isEqualTo("Pending");
        claim("d", "1Gi", "hand", "volumeName: " + volumeName("small"));
        until(() -> phase("d").equals("Bound"));
        assertThat(claim("d").getMetadata().getAnnotations()).doesNotContainKey("pv.kubernetes.io/bound-by-controller");
        claim("e", "1Gi", "hand", "volumeName: " + volumeName("small"));
        until(() -> events("PersistentVolumeClaim")
                .contains("volume \"" + volumeName("small") + "\" already bound to a different claim."));
    }

    @Test
    void volume_that_is_promised_to_a_claim_waits_for_it() {
        volume("v", "1Gi", "hand", "claimRef: {namespace: " + namespace + ", name: mine}");
        until(() -> phaseOfVolume("v").equals("Available"));
        claim("other", "1Gi", "hand", "");
        claim("mine", "1Gi", "hand", "");
        until(() -> phase("mine").equals("Bound"));
        assertThat(phase("other")).isEqualTo("Pending");
        assertThat(volume("v").getMetadata().getAnnotations())
                .doesNotContainKey("pv.kubernetes.io/bound-by-controller");
    }

    @Test
    void two_claims_never_share_a_volume() {
        for (int i = 0; i < 12; i++) {
            claim("c" + i, "1Gi", "hand", "");
        }
        for (int i = 0; i < 12; i++) {
            volume("v" + i, "1Gi", "hand", "");
        }
        until(() -> client.persistentVolumeClaims().inNamespace(namespace).list().getItems().stream()
                .allMatch(c -> c.getStatus().getPhase().equals("Bound")));
        Set<String> volumes = client.persistentVolumeClaims().inNamespace(namespace).list().getItems().stream()
                .map(c -> c.getSpec().getVolumeName())
                .collect(Collectors.toSet());
        assertThat(volumes).hasSize(12);
    }

    @Test
    void retained_volume_is_released_and_serves_no_other_claim() {
        volume("v", "1Gi", "hand", "");
        claim("c", "1Gi", "hand", "");
        until(() -> phase("c").equals("Bound"));
        client.persistentVolumeClaims().inNamespace(namespace).withName("c").delete();
        until(() -> phaseOfVolume("v").equals("Released"));
        claim("c", "1Gi", "hand", "");
        until(() -> phase("c").equals("Pending"));
        assertThat(volume("v").getSpec().getClaimRef().getName()).isEqualTo("c");
        client.persistentVolumes().withName(volumeName("v")).edit(v -> {
            v.getSpec().setClaimRef(null);
            return v;
        });
        until(() -> phase("c").equals("Bound"));
    }

    @Test
    void volume_of_a_kind_that_nothing_deletes_fails() {
        volume("v", "1Gi", "hand", "persistentVolumeReclaimPolicy: Delete, hostPath: {path: /data}");
        volume("t", "2Gi", "hand", "persistentVolumeReclaimPolicy: Delete, hostPath: {path: /tmp/t}");
        claim("c", "1Gi", "hand", "");
        claim("d", "2Gi", "hand", "");
        until(() -> phase("c").equals("Bound") && phase("d").equals("Bound"));
        client.persistentVolumeClaims().inNamespace(namespace).delete();
        until(() -> phaseOfVolume("v").equals("Failed"));
        assertThat(volume("v").getStatus().getMessage())
                .isEqualTo("host_path deleter only supports /tmp/.+ but received provided /data");
        until(() -> client.persistentVolumes().withName(volumeName("t")).get() == null);
    }

    @Test
    void claim_whose_volume_is_gone_is_lost() {
        volume("v", "1Gi", "hand", "");
        claim("c", "1Gi", "hand", "");
        until(() -> phase("c").equals("Bound"));
        client.persistentVolumes().withName(volumeName("v")).delete();
        assertThat(volume("v").getMetadata().getDeletionTimestamp()).isNotNull();
        client.persistentVolumes().withName(volumeName("v")).edit(v -> {
            v.getMetadata().setFinalizers(List.of());
            return v;
        });
        until(() -> phase("c").equals("Lost"));
        until(() -> events("PersistentVolumeClaim")
                .contains("Bound claim has lost its PersistentVolume. Data on the volume is lost!"));
    }

    @Test
    void volume_that_is_deleted_stays_while_it_is_bound() {
        volume("v", "1Gi", "hand", "");
        claim("c", "1Gi", "hand", "");
        until(() -> phase("c").equals("Bound"));
        client.persistentVolumes().withName(volumeName("v")).delete();
        assertThat(volume("v").getMetadata().getFinalizers()).containsExactly("kubernetes.io/pv-protection");
        client.persistentVolumeClaims().inNamespace(namespace).withName("c").delete();
        until(() -> client.persistentVolumes().withName(volumeName("v")).get() == null);
    }

    @Test
    void claim_that_is_deleted_stays_while_a_pod_uses_it() {
        volume("v", "1Gi", "hand", "");
        claim("c", "1Gi", "hand", "");
        create(Serialization.unmarshal(
                "--- {apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {nodeName: n1, containers: [{name: c, image: x}],"
                        + " volumes: [{name: data, persistentVolumeClaim: {claimName: c}}]}}",
                Pod.class));
        until(() -> phase("c").equals("Bound"));
        client.persistentVolumeClaims().inNamespace(namespace).withName("c").delete();
        assertThat(claim("c").getMetadata().getFinalizers()).containsExactly("kubernetes.io/pvc-protection");
        client.pods().inNamespace(namespace).withName("p").delete();
        until(() -> client.persistentVolumeClaims()
                        .inNamespace(namespace)
                        .withName("c")
                        .get()
                == null);
    }

    @Test
    void class_that_waits_for_a_consumer_binds_nothing_before() throws InterruptedException {
        StorageClass late = Serialization.unmarshal(
                "--- {apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: late-" + namespace
                        + "}, provisioner: kubernetes.io/no-provisioner, volumeBindingMode: WaitForFirstConsumer}",
                StorageClass.class);
        client.resource(late).create();
        clusterWide.add(late);
        String name = late.getMetadata().getName();
        volume("v", "1Gi", name, "");
        claim("c", "1Gi", name, "");
        until(() ->
                events("PersistentVolumeClaim").contains("waiting for first consumer to be created before binding"));
        cluster.advance(Duration.ofSeconds(31));
        until(() -> client.v1().events().inNamespace(namespace).list().getItems().stream()
                .anyMatch(e -> e.getReason().equals("WaitForFirstConsumer")
                        && e.getCount() >= 3
                        && e.getSource().getComponent().equals("persistentvolume-controller")));
        assertThat(phase("c")).isEqualTo("Pending");
    }

    @Test
    void claim_from_before_there_was_a_default_class_gets_it() {
        markDefault("false");
        try {
            create(Serialization.unmarshal(
                    "--- {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c}, spec: {accessModes:"
                            + " [ReadWriteOnce], resources: {requests: {storage: 777Gi}}}}",
                    PersistentVolumeClaim.class));
            until(() -> events("PersistentVolumeClaim")
                    .contains("no persistent volumes available for this claim and no storage class is set"));
            assertThat(claim("c").getSpec().getStorageClassName()).isNull();
        } finally {
            markDefault("true");
        }
        until(() -> "local-path".equals(claim("c").getSpec().getStorageClassName()));
    }

    private static void markDefault(String value) {
        client.storage().v1().storageClasses().withName("local-path").edit(c -> {
            c.getMetadata().getAnnotations().put("storageclass.kubernetes.io/is-default-class", value);
            return c;
        });
    }

    private void volume(String name, String size, String storageClass, String more) {
        PersistentVolume volume = Serialization.unmarshal(
                "--- {apiVersion: v1, kind: PersistentVolume, metadata: {name: " + volumeName(name) + "}, spec: {"
                        + "capacity: {storage: " + size + "}, storageClassName: '" + className(storageClass) + "'"
                        + missing(more, "accessModes", "[ReadWriteOnce]")
                        + missing(more, "hostPath", "{path: /data}")
                        + missing(more, "persistentVolumeReclaimPolicy", "Retain")
                        + (more.isEmpty() || more.startsWith("labels") ? "" : ", " + more) + "}}",
                PersistentVolume.class);
        if (more.startsWith("labels")) {
            volume.getMetadata().setLabels(Map.of("disk", "fast"));
        }
        client.resource(volume).create();
        clusterWide.add(volume);
    }

    private void claim(String name, String size, String storageClass, String more) {
        create(Serialization.unmarshal(
                "--- {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: " + name + "}, spec: {"
                        + "resources: {requests: {storage: " + size + "}}, storageClassName: '"
                        + className(storageClass) + "'" + missing(more, "accessModes", "[ReadWriteOnce]")
                        + (more.isEmpty() ? "" : ", " + more) + "}}",
                PersistentVolumeClaim.class));
    }

    private static String missing(String more, String field, String value) {
        return more.contains(field) ? "" : ", " + field + ": " + value;
    }

    /** Classes of a test's own, so that tests do not take each other's volumes. */
    private String className(String name) {
        return name.isEmpty() || name.startsWith("late-") ? name : name + "-" + namespace;
    }

    private String volumeName(String name) {
        return namespace + "-" + name;
    }

    private PersistentVolume volume(String name) {
        return client.persistentVolumes().withName(volumeName(name)).get();
    }

    private String phaseOfVolume(String name) {
        return volume(name).getStatus().getPhase();
    }

    private PersistentVolumeClaim claim(String name) {
        return client.persistentVolumeClaims()
                .inNamespace(namespace)
                .withName(name)
                .get();
    }

    private String phase(String name) {
        return claim(name).getStatus().getPhase();
    }
}
