package kubelab.containers.runtime;

import java.util.List;
import java.util.Map;

/**
 * What a Pod's containers share.
 *
 * @param hostname what {@code hostname} prints in every container (UTS namespace)
 * @param fullName the Pod's name in the cluster's DNS, e.g. {@code web-0.web.default.svc.cluster.local}; empty without one
 * @param hostNetwork share the node's network namespace instead of getting one
 * @param dns how names are resolved (becomes /etc/resolv.conf)
 * @param hostAliases further lines of /etc/hosts: address → names
 * @param shareProcessNamespace whether containers see each other's processes
 */
public record PodSandboxConfig(
        String namespace,
        String name,
        String uid,
        String hostname,
        String fullName,
        boolean hostNetwork,
        Dns dns,
        Map<String, List<String>> hostAliases,
        boolean shareProcessNamespace) {
    public PodSandboxConfig {
        hostAliases = Map.copyOf(hostAliases);
    }

    /** Contents of /etc/resolv.conf. */
    public record Dns(List<String> nameservers, List<String> searches, List<String> options) {
        public Dns {
            nameservers = List.copyOf(nameservers);
            searches = List.copyOf(searches);
            options = List.copyOf(options);
        }
    }
}
