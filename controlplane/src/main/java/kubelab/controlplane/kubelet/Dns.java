package kubelab.controlplane.kubelet;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodDNSConfig;
import java.util.ArrayList;
import java.util.List;
import kubelab.containers.runtime.PodSandboxConfig;

/**
 * What goes into a Pod's /etc/resolv.conf.
 *
 * <p>Source: k8s.io/kubernetes/pkg/kubelet/network/dns, release 1.34. Simplified: with the policy Default no name is
 * resolved, since there is no host whose settings a Pod could inherit.
 */
final class Dns {
    private Dns() {}

    static PodSandboxConfig.Dns of(Pod pod, ClusterConfig cluster) {
        String policy = pod.getSpec().getDnsPolicy() == null
                ? "ClusterFirst"
                : pod.getSpec().getDnsPolicy();
        boolean hostNetwork = Boolean.TRUE.equals(pod.getSpec().getHostNetwork());
        List<String> servers = new ArrayList<>();
        List<String> searches = new ArrayList<>();
        List<String> options = new ArrayList<>();
        if (policy.equals("ClusterFirstWithHostNet") || policy.equals("ClusterFirst") && !hostNetwork) {
            servers.add(cluster.dnsIp());
            searches.add(pod.getMetadata().getNamespace() + ".svc." + cluster.domain());
            searches.add("svc." + cluster.domain());
            searches.add(cluster.domain());
            options.add("ndots:5");
        }
        PodDNSConfig more = pod.getSpec().getDnsConfig();
        if (more != null) {
            if (more.getNameservers() != null) {
                servers.addAll(more.getNameservers());
            }
            if (more.getSearches() != null) {
                searches.addAll(more.getSearches());
            }
            if (more.getOptions() != null) {
                more.getOptions().forEach(o -> {
                    options.removeIf(known -> known.split(":")[0].equals(o.getName()));
                    options.add(o.getValue() == null ? o.getName() : o.getName() + ":" + o.getValue());
                });
            }
        }
        return new PodSandboxConfig.Dns(servers, searches, options);
    }
}
