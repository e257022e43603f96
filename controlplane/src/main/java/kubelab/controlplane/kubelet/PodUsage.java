package kubelab.controlplane.kubelet;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.Map;
import kubelab.containers.runtime.RuntimeContainer;

/**
 * What a Pod's containers use.
 *
 * @param containers name → use of those that run
 */
public record PodUsage(Pod pod, Map<String, RuntimeContainer.Usage> containers) {
    public PodUsage {
        containers = Map.copyOf(containers);
    }
}
