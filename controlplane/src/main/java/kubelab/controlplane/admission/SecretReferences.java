package kubelab.controlplane.admission;

import java.util.List;
import java.util.stream.Stream;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whether a Pod names a Secret anywhere.
 *
 * <p>Source: VisitPodSecretNames of k8s.io/kubernetes/pkg/api/pod/util.go, release 1.34.
 */
final class SecretReferences {
    /** Volumes whose Secret is in the field {@code secretRef}. */
    private static final List<String> BY_REFERENCE =
            List.of("cephfs", "flexVolume", "rbd", "scaleIO", "iscsi", "storageos");

    private SecretReferences() {}

    static boolean any(ObjectNode spec) {
        return !Json.items(spec, "imagePullSecrets").isEmpty()
                || containers(spec).anyMatch(SecretReferences::inEnvironment)
                || Json.objects(spec, "volumes").stream().anyMatch(SecretReferences::inVolume);
    }

    private static Stream<ObjectNode> containers(ObjectNode spec) {
        return Stream.of("initContainers", "containers", "ephemeralContainers")
                .flatMap(list -> Json.objects(spec, list).stream());
    }

    private static boolean inEnvironment(ObjectNode container) {
        return Json.objects(container, "envFrom").stream().anyMatch(from -> from.hasNonNull("secretRef"))
                || Json.objects(container, "env").stream()
                        .anyMatch(variable -> Json.object(variable, "valueFrom", "secretKeyRef") != null);
    }

    private static boolean inVolume(ObjectNode volume) {
        return volume.hasNonNull("secret")
                || volume.hasNonNull("azureFile")
                || BY_REFERENCE.stream().anyMatch(type -> Json.object(volume, type, "secretRef") != null)
                || Json.object(volume, "csi", "nodePublishSecretRef") != null
                || Json.objects(volume, "projected", "sources").stream()
                        .anyMatch(source -> source.hasNonNull("secret"));
    }
}
