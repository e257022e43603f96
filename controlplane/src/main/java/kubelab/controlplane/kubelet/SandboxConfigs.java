package kubelab.controlplane.kubelet;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kubelab.containers.runtime.PodSandboxConfig;

/** From a Pod to the sandbox that its containers share. */
final class SandboxConfigs {
    /** Linux takes no longer host name. */
    private static final int LONGEST = 63;

    private SandboxConfigs() {}

    static PodSandboxConfig of(Pod pod, NodeConfig node, ClusterConfig cluster) {
        boolean hostNetwork = Boolean.TRUE.equals(pod.getSpec().getHostNetwork());
        Map<String, List<String>> aliases = new HashMap<>();
        if (pod.getSpec().getHostAliases() != null) {
            pod.getSpec().getHostAliases().forEach(a -> aliases.put(a.getIp(), a.getHostnames()));
        }
        String hostname = hostNetwork ? node.name() : hostname(pod);
        String subdomain = pod.getSpec().getSubdomain();
        String fullName = hostNetwork || subdomain == null || subdomain.isEmpty()
                ? ""
                : hostname + "." + subdomain + "." + pod.getMetadata().getNamespace() + ".svc." + cluster.domain();
        boolean asFullName = Boolean.TRUE.equals(pod.getSpec().getSetHostnameAsFQDN()) && !fullName.isEmpty();
        return new PodSandboxConfig(
                pod.getMetadata().getNamespace(),
                pod.getMetadata().getName(),
                pod.getMetadata().getUid(),
                asFullName ? fullName : hostname,
                fullName,
                hostNetwork,
                Dns.of(pod, cluster),
                aliases,
                Boolean.TRUE.equals(pod.getSpec().getShareProcessNamespace()));
    }

    private static String hostname(Pod pod) {
        String asked = pod.getSpec().getHostname();
        String hostname = asked == null || asked.isEmpty() ? pod.getMetadata().getName() : asked;
        return hostname.length() > LONGEST ? hostname.substring(0, LONGEST).replaceAll("[-.]+$", "") : hostname;
    }
}
