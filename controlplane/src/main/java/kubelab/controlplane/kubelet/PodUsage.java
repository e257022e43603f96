package kubelab.controlplane.kubelet;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.Map;
import kubelab.controlplane.runtime.Container;

/**
 * What a Pod's containers use.
 *
 * @param containers name → use of those that run
 */
public record PodUsage(Pod pod, Map<String, Container.Usage> containers) {
    public PodUsage {
        containers = Map.copyOf(containers);
    }
}
