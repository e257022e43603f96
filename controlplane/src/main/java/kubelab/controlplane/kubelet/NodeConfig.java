package kubelab.controlplane.kubelet;

import io.fabric8.kubernetes.api.model.Taint;
import java.util.List;
import java.util.Map;

/**
 * What a kubelet is told about its node.
 *
 * @param ip the node's address, also {@code hostIP} of its Pods
 * @param podCidr the node's range of Pod addresses, e.g. {@code 10.42.1.0/24}
 * @param labels further labels; the well-known ones (host name, os, arch) are set by the kubelet
 * @param cpus whole cores
 * @param maxPods how many Pods the node takes
 */
public record NodeConfig(
        String name,
        String ip,
        String podCidr,
        Map<String, String> labels,
        List<Taint> taints,
        int cpus,
        long memoryBytes,
        int maxPods) {
    public NodeConfig {
        labels = Map.copyOf(labels);
        taints = List.copyOf(taints);
    }

    /** A node with 2 cores, 8 GiB and room for 110 Pods. */
    public static NodeConfig of(String name, String ip, String podCidr, Map<String, String> labels) {
        return new NodeConfig(name, ip, podCidr, labels, List.of(), 2, 8L << 30, 110);
    }
}
