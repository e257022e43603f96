package kubelab.controlplane.controllermanager.podautoscaler;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import kubelab.controlplane.quantity.Amounts;
import org.jspecify.annotations.Nullable;

/**
 * What Pods ask for of a resource: utilization is a percentage of it.
 *
 * <p>Source: calculateRequests in pkg/controller/podautoscaler/replica_calculator.go, 1.34.
 */
final class PodRequests {
    private PodRequests() {}

    /**
     * @param container only this one; empty for all
     * @return Pod's name → thousandths of the unit
     * @throws Undecided when a container does not say
     */
    static Map<String, Long> of(List<Pod> pods, String container, String resource) throws Undecided {
        Map<String, Long> requests = new HashMap<>();
        for (Pod pod : pods) {
            boolean whole = container.isEmpty()
                    && requests(pod.getSpec().getResources()).keySet().stream()
                            .anyMatch(name -> name.equals("cpu") || name.equals("memory"));
            requests.put(
                    pod.getMetadata().getName(), whole ? ofPod(pod, resource) : ofContainers(pod, container, resource));
        }
        return requests;
    }

    private static long ofPod(Pod pod, String resource) throws Undecided {
        Quantity request = requests(pod.getSpec().getResources()).get(resource);
        if (request != null) {
            return Amounts.milli(request);
        }
        List<Quantity> parts = containers(pod).stream()
                .map(c -> requests(c.getResources()).get(resource))
                .filter(Objects::nonNull)
                .toList();
        if (parts.isEmpty()) {
            throw new Undecided("missing pod-level request for " + resource + " in Pod "
                    + pod.getMetadata().getName());
        }
        return parts.stream().mapToLong(Amounts::milli).sum();
    }

    private static long ofContainers(Pod pod, String container, String resource) throws Undecided {
        long sum = 0;
        for (Container c : containers(pod)) {
            if (container.isEmpty() || container.equals(c.getName())) {
                Quantity request = requests(c.getResources()).get(resource);
                if (request == null) {
                    throw new Undecided("missing request for " + resource + " in container " + c.getName() + " of Pod "
                            + pod.getMetadata().getName());
                }
                sum += Amounts.milli(request);
            }
        }
        return sum;
    }

    /** Those that run as long as the Pod: its containers and its sidecars. */
    private static List<Container> containers(Pod pod) {
        List<Container> all = new ArrayList<>(pod.getSpec().getContainers());
        pod.getSpec().getInitContainers().stream()
                .filter(c -> "Always".equals(c.getRestartPolicy()))
                .forEach(all::add);
        return all;
    }

    private static Map<String, Quantity> requests(@Nullable ResourceRequirements resources) {
        return resources == null || resources.getRequests() == null ? Map.of() : resources.getRequests();
    }
}
