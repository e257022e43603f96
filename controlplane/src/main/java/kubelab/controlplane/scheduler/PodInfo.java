package kubelab.controlplane.scheduler;

import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.WeightedPodAffinityTerm;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import kubelab.controlplane.nodefit.HostPorts;
import kubelab.controlplane.nodefit.Resources;

/**
 * A Pod with what decisions ask of it again and again, worked out once.
 *
 * @param requested what it asks for
 * @param scored the same for the scores, where a container without a request counts as a little
 * @param hostPorts ports of the host that it takes
 * @param owner the uid of the set that made it; empty if none did
 */
public record PodInfo(Pod pod, Resources requested, Resources scored, List<ContainerPort> hostPorts, String owner) {
    private static final Set<String> SPREADING_OWNERS = Set.of("ReplicaSet", "ReplicationController", "StatefulSet");

    public PodInfo {
        hostPorts = List.copyOf(hostPorts);
    }

    public static PodInfo of(Pod pod) {
        return new PodInfo(pod, Resources.requestedBy(pod), Resources.scoredFor(pod), HostPorts.of(pod), owner(pod));
    }

    /** The same Pod with a newer status. */
    PodInfo with(Pod newer) {
        return new PodInfo(newer, requested, scored, hostPorts, owner(newer));
    }

    String uid() {
        return Objects.requireNonNullElse(pod.getMetadata().getUid(), "");
    }

    String namespace() {
        return Objects.requireNonNullElse(pod.getMetadata().getNamespace(), "");
    }

    int priority() {
        return priority(pod);
    }

    static int priority(Pod pod) {
        return Objects.requireNonNullElse(pod.getSpec().getPriority(), 0);
    }

    boolean isTerminating() {
        return pod.getMetadata().getDeletionTimestamp() != null;
    }

    /** Whether it has anything to say about where other Pods are. */
    boolean hasPodAffinity() {
        var affinity = pod.getSpec().getAffinity();
        return affinity != null && (affinity.getPodAffinity() != null || affinity.getPodAntiAffinity() != null);
    }

    static List<PodAffinityTerm> required(Pod pod) {
        var affinity = NodeInfo.affinity(pod).getPodAffinity();
        return affinity == null ? List.of() : affinity.getRequiredDuringSchedulingIgnoredDuringExecution();
    }

    static List<PodAffinityTerm> requiredAnti(Pod pod) {
        var affinity = NodeInfo.affinity(pod).getPodAntiAffinity();
        return affinity == null ? List.of() : affinity.getRequiredDuringSchedulingIgnoredDuringExecution();
    }

    static List<WeightedPodAffinityTerm> preferred(Pod pod) {
        var affinity = NodeInfo.affinity(pod).getPodAffinity();
        return affinity == null ? List.of() : affinity.getPreferredDuringSchedulingIgnoredDuringExecution();
    }

    static List<WeightedPodAffinityTerm> preferredAnti(Pod pod) {
        var affinity = NodeInfo.affinity(pod).getPodAntiAffinity();
        return affinity == null ? List.of() : affinity.getPreferredDuringSchedulingIgnoredDuringExecution();
    }

    static String owner(Pod pod) {
        for (OwnerReference reference : pod.getMetadata().getOwnerReferences()) {
            if (Boolean.TRUE.equals(reference.getController()) && SPREADING_OWNERS.contains(reference.getKind())) {
                return reference.getUid();
            }
        }
        return "";
    }
}
