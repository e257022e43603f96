package kubelab.controlplane.controllermanager.daemonset;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeSelectorBuilder;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.NodeSelectorTermBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import kubelab.controlplane.controllermanager.loop.PodControl;

/** A DaemonSet's Pod for one node: tied to it by affinity, and tolerant of what happens to nodes. */
final class DaemonPods {
    private static final List<Toleration> TOLERATIONS = List.of(
            exists("node.kubernetes.io/not-ready", "NoExecute"),
            exists("node.kubernetes.io/unreachable", "NoExecute"),
            exists("node.kubernetes.io/disk-pressure", "NoSchedule"),
            exists("node.kubernetes.io/memory-pressure", "NoSchedule"),
            exists("node.kubernetes.io/pid-pressure", "NoSchedule"),
            exists("node.kubernetes.io/unschedulable", "NoSchedule"));

    private DaemonPods() {}

    static Pod pod(DaemonSet set, String revision, Node node) {
        Pod pod = new PodBuilder(PodControl.fromTemplate(set, set.getSpec().getTemplate()))
                .editMetadata()
                .addToLabels(DaemonSetReconciler.REVISION, revision)
                .addToLabels(
                        "pod-template-generation",
                        Long.toString(set.getMetadata().getGeneration()))
                .endMetadata()
                .build();
        pod.getSpec()
                .setAffinity(
                        onlyOn(pod.getSpec().getAffinity(), node.getMetadata().getName()));
        List<Toleration> tolerations =
                new ArrayList<>(Objects.requireNonNullElse(pod.getSpec().getTolerations(), List.of()));
        TOLERATIONS.stream().filter(t -> !tolerations.contains(t)).forEach(tolerations::add);
        if (Boolean.TRUE.equals(pod.getSpec().getHostNetwork())) {
            tolerations.add(exists("node.kubernetes.io/network-unavailable", "NoSchedule"));
        }
        pod.getSpec().setTolerations(tolerations);
        return pod;
    }

    /** The node the Pod is on, or, before it is bound, the one it is meant for. */
    static Optional<String> node(Pod pod) {
        if (pod.getSpec().getNodeName() != null && !pod.getSpec().getNodeName().isEmpty()) {
            return Optional.of(pod.getSpec().getNodeName());
        }
        Affinity affinity = pod.getSpec().getAffinity();
        if (affinity == null
                || affinity.getNodeAffinity() == null
                || affinity.getNodeAffinity().getRequiredDuringSchedulingIgnoredDuringExecution() == null) {
            return Optional.empty();
        }
        return affinity
                .getNodeAffinity()
                .getRequiredDuringSchedulingIgnoredDuringExecution()
                .getNodeSelectorTerms()
                .stream()
                .flatMap(t -> t.getMatchFields().stream())
                .filter(f -> f.getKey().equals("metadata.name"))
                .flatMap(f -> f.getValues().stream())
                .findFirst();
    }

    private static Affinity onlyOn(@org.jspecify.annotations.Nullable Affinity affinity, String node) {
        NodeSelectorTerm term = new NodeSelectorTermBuilder()
                .addNewMatchField()
                .withKey("metadata.name")
                .withOperator("In")
                .withValues(node)
                .endMatchField()
                .build();
        return (affinity == null ? new AffinityBuilder() : new AffinityBuilder(affinity))
                .editOrNewNodeAffinity()
                .withRequiredDuringSchedulingIgnoredDuringExecution(
                        new NodeSelectorBuilder().withNodeSelectorTerms(term).build())
                .endNodeAffinity()
                .build();
    }

    private static Toleration exists(String key, String effect) {
        return new Toleration(effect, key, "Exists", null, null);
    }
}
