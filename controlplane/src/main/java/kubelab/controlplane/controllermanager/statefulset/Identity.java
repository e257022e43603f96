package kubelab.controlplane.controllermanager.statefulset;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import kubelab.controlplane.controllermanager.loop.PodControl;

/** Name, host name and claims of the Pod with a given number: what stays when the Pod is replaced. */
final class Identity {
    static final String REVISION = "controller-revision-hash";

    private Identity() {}

    static String name(StatefulSet set, int ordinal) {
        return set.getMetadata().getName() + "-" + ordinal;
    }

    /** The number at the end of a Pod's name; -1 when it is none of the set's. */
    static int ordinal(StatefulSet set, Pod pod) {
        String prefix = set.getMetadata().getName() + "-";
        String name = pod.getMetadata().getName();
        try {
            return name.startsWith(prefix) ? Integer.parseInt(name.substring(prefix.length())) : -1;
        } catch (NumberFormatException another) {
            return -1;
        }
    }

    static Pod pod(StatefulSet set, PodTemplateSpec template, String revision, int ordinal) {
        String name = name(set, ordinal);
        PodBuilder pod = new PodBuilder(PodControl.fromTemplate(set, template));
        pod.editMetadata()
                .withName(name)
                .addToLabels("apps.kubernetes.io/pod-index", Integer.toString(ordinal))
                .addToLabels(REVISION, revision)
                .addToLabels("statefulset.kubernetes.io/pod-name", name)
                .endMetadata();
        pod.editSpec()
                .withHostname(name)
                .withSubdomain(set.getSpec().getServiceName())
                .endSpec();
        List<PersistentVolumeClaim> claims = templates(set);
        Pod built = pod.build();
        claims.forEach(claim -> {
            String volume = claim.getMetadata().getName();
            built.getSpec().getVolumes().removeIf(v -> v.getName().equals(volume));
            built.getSpec()
                    .getVolumes()
                    .add(new VolumeBuilder()
                            .withName(volume)
                            .withNewPersistentVolumeClaim(volume + "-" + name, false)
                            .build());
        });
        return built;
    }

    /** The claims that the Pod with this number uses; they outlive it. */
    static List<PersistentVolumeClaim> claims(StatefulSet set, int ordinal) {
        List<PersistentVolumeClaim> claims = new ArrayList<>();
        for (PersistentVolumeClaim template : templates(set)) {
            Map<String, String> labels = new LinkedHashMap<>(
                    Objects.requireNonNullElse(template.getMetadata().getLabels(), Map.of()));
            labels.putAll(
                    Objects.requireNonNullElse(set.getSpec().getSelector().getMatchLabels(), Map.<String, String>of()));
            claims.add(new PersistentVolumeClaimBuilder(template)
                    .editMetadata()
                    .withName(template.getMetadata().getName() + "-" + name(set, ordinal))
                    .withNamespace(set.getMetadata().getNamespace())
                    .withLabels(labels)
                    .endMetadata()
                    .withStatus(null)
                    .build());
        }
        return claims;
    }

    private static List<PersistentVolumeClaim> templates(StatefulSet set) {
        return Objects.requireNonNullElse(set.getSpec().getVolumeClaimTemplates(), List.of());
    }
}
