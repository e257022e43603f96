package kubelab.controlplane.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ObjectFieldSelector;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceFieldSelector;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a Pod may learn about itself: {@code fieldRef} and {@code resourceFieldRef}.
 *
 * <p>Source: k8s.io/kubernetes/pkg/fieldpath and pkg/api/v1/resource, release 1.34.
 */
final class DownwardApi {
    private static final Pattern SUBSCRIPT = Pattern.compile("metadata\\.(labels|annotations)\\['([^']*)'\\]");

    private DownwardApi() {}

    /**
     * @param podIp empty while the Pod has none
     * @throws IllegalArgumentException for a path that is not offered
     */
    static String field(Pod pod, ObjectFieldSelector selector, String podIp, NodeConfig node) {
        String path = selector.getFieldPath();
        Matcher subscript = SUBSCRIPT.matcher(path);
        if (subscript.matches()) {
            Map<String, String> map = subscript.group(1).equals("labels")
                    ? pod.getMetadata().getLabels()
                    : pod.getMetadata().getAnnotations();
            return map == null ? "" : map.getOrDefault(subscript.group(2), "");
        }
        return switch (path) {
            case "metadata.name" -> pod.getMetadata().getName();
            case "metadata.namespace" -> pod.getMetadata().getNamespace();
            case "metadata.uid" -> pod.getMetadata().getUid();
            case "metadata.labels" -> format(pod.getMetadata().getLabels());
            case "metadata.annotations" -> format(pod.getMetadata().getAnnotations());
            case "spec.nodeName" -> node.name();
            case "spec.serviceAccountName" -> orEmpty(pod.getSpec().getServiceAccountName());
            case "status.hostIP", "status.hostIPs" -> node.ip();
            case "status.podIP", "status.podIPs" -> podIp;
            default -> throw new IllegalArgumentException("unsupported fieldPath: " + path);
        };
    }

    /** A limit or request of a container, in units of the divisor, rounded up; the node's capacity when there is no limit. */
    static String resource(Pod pod, Container own, ResourceFieldSelector selector, NodeConfig node) {
        Container container = own;
        String name = selector.getContainerName();
        if (name != null && !name.isEmpty()) {
            container = Stream.concat(
                            pod.getSpec().getContainers().stream(), pod.getSpec().getInitContainers().stream())
                    .filter(c -> c.getName().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("container " + name + " not found"));
        }
        String[] parts = selector.getResource().split("\\.", 2);
        if (parts.length != 2) {
            throw new IllegalArgumentException("unsupported container resource : " + selector.getResource());
        }
        Quantity quantity = quantity(container, parts[0], parts[1]);
        BigDecimal value;
        if (quantity != null) {
            value = quantity.getNumericalAmount();
        } else if (parts[1].equals("cpu")) {
            value = parts[0].equals("limits") ? BigDecimal.valueOf(node.cpus()) : BigDecimal.ZERO;
        } else {
            value = parts[0].equals("limits") ? BigDecimal.valueOf(node.memoryBytes()) : BigDecimal.ZERO;
        }
        Quantity divisor = selector.getDivisor();
        BigDecimal unit = divisor == null ? BigDecimal.ONE : divisor.getNumericalAmount();
        if (unit.signum() == 0) {
            unit = BigDecimal.ONE;
        }
        return value.divide(unit, 0, RoundingMode.CEILING).toPlainString();
    }

    private static @Nullable Quantity quantity(Container container, String kind, String resource) {
        if (container.getResources() == null) {
            return null;
        }
        Map<String, Quantity> map = kind.equals("limits")
                ? container.getResources().getLimits()
                : container.getResources().getRequests();
        return map == null ? null : map.get(resource);
    }

    private static String format(@Nullable Map<String, String> map) {
        if (map == null) {
            return "";
        }
        return new TreeMap<>(map)
                .entrySet().stream()
                        .map(e -> e.getKey() + "=" + quote(e.getValue()))
                        .collect(Collectors.joining("\n"));
    }

    private static String quote(String value) {
        return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
