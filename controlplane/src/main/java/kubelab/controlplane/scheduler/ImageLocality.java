package kubelab.controlplane.scheduler;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Prefers nodes that have a large image already. An image counts the less, the fewer nodes have it, so that not all Pods
 * run after the first.
 *
 * <p>Source: {@code pkg/scheduler/framework/plugins/imagelocality}, 1.34.
 */
final class ImageLocality implements Score {
    private static final long SMALL = 23L << 20;
    private static final long LARGE = 1000L << 20;

    @Override
    public int weight() {
        return 1;
    }

    @Override
    public long[] of(Pod pod, List<NodeInfo> candidates, List<NodeInfo> all) {
        List<String> wanted = images(pod);
        Map<String, Integer> spread = new HashMap<>();
        for (NodeInfo node : all) {
            for (String image : wanted) {
                if (size(node, image) > 0) {
                    spread.merge(image, 1, Integer::sum);
                }
            }
        }
        long[] marks = new long[candidates.size()];
        long most = LARGE * wanted.size();
        for (int i = 0; i < marks.length && !spread.isEmpty(); i++) {
            long sum = 0;
            for (String image : wanted) {
                sum += size(candidates.get(i), image) * spread.getOrDefault(image, 0) / all.size();
            }
            marks[i] = MAX * (Math.max(SMALL, Math.min(sum, most)) - SMALL) / (most - SMALL);
        }
        return marks;
    }

    private static long size(NodeInfo node, String image) {
        return node.images().getOrDefault(image, 0L);
    }

    /** As nodes list them: with the registry and a tag. */
    private static List<String> images(Pod pod) {
        List<Container> init = Objects.requireNonNullElse(pod.getSpec().getInitContainers(), List.of());
        return Stream.concat(init.stream(), pod.getSpec().getContainers().stream())
                .map(Container::getImage)
                .filter(Objects::nonNull)
                .map(ImageLocality::normalised)
                .toList();
    }

    private static String normalised(String image) {
        boolean tagged = image.lastIndexOf(':') > image.lastIndexOf('/');
        return tagged ? image : image + ":latest";
    }
}
