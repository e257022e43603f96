package kubelab.controlplane.scheduler;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.ContainerImage;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import kubelab.controlplane.nodefit.Resources;
import org.jspecify.annotations.Nullable;

/**
 * A node and what is on it, as the scheduler decides from it.
 *
 * @param pods all that count: bound ones that have not ended, and those just assigned
 * @param affine those of them that have Pod affinity or anti-affinity
 * @param requested the sum of their requests
 * @param scored the sum of what they count in the scores
 * @param siblings owner's uid → how many of the Pods are its and not about to end
 * @param images name → bytes, of what the node has pulled
 */
public record NodeInfo(
        Node node,
        List<PodInfo> pods,
        List<PodInfo> affine,
        Resources allocatable,
        Resources requested,
        Resources scored,
        Map<String, Integer> siblings,
        Map<String, Long> images) {
    private static final Affinity NO_AFFINITY = new Affinity();

    public NodeInfo {
        pods = List.copyOf(pods);
        affine = List.copyOf(affine);
        siblings = Collections.unmodifiableMap(siblings);
        images = Collections.unmodifiableMap(images);
    }

    public static NodeInfo of(Node node, List<Pod> pods) {
        Resources allocatable = node.getStatus() == null
                ? Resources.NONE
                : Resources.of(node.getStatus().getAllocatable());
        return sum(node, pods.stream().map(PodInfo::of).toList(), allocatable, images(node));
    }

    /** This node if those Pods were on it, too. */
    NodeInfo with(Collection<PodInfo> more) {
        List<PodInfo> together = new ArrayList<>(pods);
        together.addAll(more);
        return sum(node, together, allocatable, images);
    }

    /** This node if some Pods left it. */
    NodeInfo without(Predicate<PodInfo> leaving) {
        return sum(node, pods.stream().filter(leaving.negate()).toList(), allocatable, images);
    }

    public String name() {
        return node.getMetadata().getName();
    }

    public Map<String, String> labels() {
        return Objects.requireNonNullElse(node.getMetadata().getLabels(), Map.of());
    }

    public @Nullable String label(String key) {
        return labels().get(key);
    }

    static Affinity affinity(Pod pod) {
        return Objects.requireNonNullElse(pod.getSpec().getAffinity(), NO_AFFINITY);
    }

    private static NodeInfo sum(Node node, List<PodInfo> pods, Resources allocatable, Map<String, Long> images) {
        Map<String, Integer> siblings = new HashMap<>();
        for (PodInfo pod : pods) {
            if (!pod.owner().isEmpty() && !pod.isTerminating()) {
                siblings.merge(pod.owner(), 1, Integer::sum);
            }
        }
        return new NodeInfo(
                node,
                pods,
                pods.stream().filter(PodInfo::hasPodAffinity).toList(),
                allocatable,
                Resources.sum(pods, PodInfo::requested),
                Resources.sum(pods, PodInfo::scored),
                siblings,
                images);
    }

    private static Map<String, Long> images(Node node) {
        Map<String, Long> images = new HashMap<>();
        if (node.getStatus() != null && node.getStatus().getImages() != null) {
            for (ContainerImage image : node.getStatus().getImages()) {
                for (String name : image.getNames()) {
                    images.putIfAbsent(name, Objects.requireNonNullElse(image.getSizeBytes(), 0L));
                }
            }
        }
        return images;
    }
}
