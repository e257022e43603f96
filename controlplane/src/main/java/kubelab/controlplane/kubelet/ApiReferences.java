package kubelab.controlplane.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a static Pod must not refer to: objects of the API, since it runs without one.
 *
 * <p>Source: HasAPIObjectReference of k8s.io/kubernetes/pkg/api/pod/util.go, release 1.34. Simplified: of volumes that no
 * simulated node has, only those are refused that name a Secret in every case.
 */
final class ApiReferences {
    private ApiReferences() {}

    /** The kind of the first reference, as upstream names it: {@code configmaps (via configmap volumes)}. */
    static Optional<String> first(Pod pod) {
        PodSpec spec = pod.getSpec();
        if (spec.getServiceAccountName() != null
                && !spec.getServiceAccountName().isEmpty()) {
            return Optional.of("serviceaccounts");
        }
        if (refersToSecrets(spec)) {
            return Optional.of("secrets");
        }
        if (inContainers(
                        spec,
                        source -> source.getConfigMapKeyRef() != null,
                        container -> container.getEnvFrom().stream().anyMatch(from -> from.getConfigMapRef() != null))
                || volumes(spec).stream().anyMatch(ApiReferences::showsConfigMap)) {
            return Optional.of("configmaps");
        }
        if (!spec.getResourceClaims().isEmpty()) {
            return Optional.of("resourceclaims");
        }
        return volumes(spec).stream()
                .map(ApiReferences::of)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static boolean refersToSecrets(PodSpec spec) {
        return !spec.getImagePullSecrets().isEmpty()
                || inContainers(
                        spec, source -> source.getSecretKeyRef() != null, container -> container.getEnvFrom().stream()
                                .anyMatch(from -> from.getSecretRef() != null))
                || volumes(spec).stream()
                        .anyMatch(v -> v.getSecret() != null
                                || v.getAzureFile() != null
                                || projections(v).stream().anyMatch(p -> p.getSecret() != null));
    }

    private static boolean showsConfigMap(Volume volume) {
        return volume.getConfigMap() != null || projections(volume).stream().anyMatch(p -> p.getConfigMap() != null);
    }

    private static Optional<String> of(Volume volume) {
        if (volume.getCsi() != null) {
            return Optional.of("csidrivers (via CSI volumes)");
        }
        if (volume.getGlusterfs() != null) {
            return Optional.of("endpoints (via glusterFS volumes)");
        }
        if (volume.getPersistentVolumeClaim() != null) {
            return Optional.of("persistentvolumeclaims");
        }
        if (volume.getEphemeral() != null) {
            return Optional.of("persistentvolumeclaims (via ephemeral volumes)");
        }
        return projections(volume).stream()
                .map(ApiReferences::of)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<String> of(VolumeProjection source) {
        if (source.getServiceAccountToken() != null) {
            return Optional.of("serviceaccounts (via projected volumes)");
        }
        return source.getClusterTrustBundle() != null ? Optional.of("clustertrustbundles") : Optional.empty();
    }

    private static boolean inContainers(
            PodSpec spec, Predicate<EnvVarSource> variable, Predicate<Container> container) {
        List<Container> all = new ArrayList<>(spec.getInitContainers());
        all.addAll(spec.getContainers());
        return all.stream()
                .anyMatch(c -> container.test(c)
                        || c.getEnv().stream()
                                .map(EnvVar::getValueFrom)
                                .anyMatch(source -> source != null && variable.test(source)));
    }

    private static List<Volume> volumes(PodSpec spec) {
        return spec.getVolumes();
    }

    private static List<VolumeProjection> projections(Volume volume) {
        var projected = volume.getProjected();
        @Nullable List<VolumeProjection> sources = projected == null ? null : projected.getSources();
        return sources == null ? List.of() : sources;
    }
}
