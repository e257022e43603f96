package kubelab.controlplane.kubeproxy;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServiceSpec;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * One port of one Service and where its connections go.
 *
 * @param service {@code namespace/name}
 * @param addresses virtual addresses: cluster IPs and load balancer addresses
 * @param nodePort 0 when there is none
 * @param affinitySeconds how long a client stays with its endpoint; 0 for no affinity
 * @param local only endpoints on the node that the connection came to, and the client's address is kept
 */
record Rule(
        String service,
        String port,
        List<String> addresses,
        int number,
        int nodePort,
        List<Backend> backends,
        int affinitySeconds,
        boolean local,
        boolean internalLocal) {

    record Backend(String ip, int port, String node) {}

    /** Source: pkg/proxy/endpointslicecache.go and topology.go in Kubernetes 1.34. */
    static List<Rule> of(String key, Service service, List<EndpointSlice> slices) {
        ServiceSpec spec = service.getSpec();
        String clusterIp = spec.getClusterIP();
        if (clusterIp == null
                || clusterIp.isEmpty()
                || clusterIp.equals("None")
                || "ExternalName".equals(spec.getType())) {
            return List.of();
        }
        List<String> addresses = new ArrayList<>(
                spec.getClusterIPs() == null || spec.getClusterIPs().isEmpty()
                        ? List.of(clusterIp)
                        : spec.getClusterIPs());
        if (spec.getExternalIPs() != null) {
            addresses.addAll(spec.getExternalIPs());
        }
        if (service.getStatus() != null
                && service.getStatus().getLoadBalancer() != null
                && service.getStatus().getLoadBalancer().getIngress() != null) {
            service.getStatus().getLoadBalancer().getIngress().forEach(ingress -> {
                if (ingress.getIp() != null) {
                    addresses.add(ingress.getIp());
                }
            });
        }
        List<Rule> rules = new ArrayList<>();
        for (ServicePort port : spec.getPorts() == null ? List.<ServicePort>of() : spec.getPorts()) {
            String name = Objects.requireNonNullElse(port.getName(), "");
            rules.add(new Rule(
                    key,
                    name,
                    List.copyOf(addresses),
                    port.getPort(),
                    Objects.requireNonNullElse(port.getNodePort(), 0),
                    backends(name, slices),
                    affinity(spec),
                    "Local".equals(spec.getExternalTrafficPolicy()),
                    "Local".equals(spec.getInternalTrafficPolicy())));
        }
        return rules;
    }

    private static int affinity(ServiceSpec spec) {
        if (!"ClientIP".equals(spec.getSessionAffinity())) {
            return 0;
        }
        boolean set = spec.getSessionAffinityConfig() != null
                && spec.getSessionAffinityConfig().getClientIP() != null
                && spec.getSessionAffinityConfig().getClientIP().getTimeoutSeconds() != null;
        return set ? spec.getSessionAffinityConfig().getClientIP().getTimeoutSeconds() : 10800;
    }

    /** Ready endpoints; if there is none, those that still serve while they terminate. */
    private static List<Backend> backends(String port, List<EndpointSlice> slices) {
        List<Backend> ready = new ArrayList<>();
        List<Backend> leaving = new ArrayList<>();
        for (EndpointSlice slice : slices) {
            if (!"IPv4".equals(slice.getAddressType())) {
                continue;
            }
            for (EndpointPort each : ServiceView.ports(slice)) {
                if (!port.equals(Objects.requireNonNullElse(each.getName(), "")) || each.getPort() == null) {
                    continue;
                }
                for (Endpoint endpoint : ServiceView.endpoints(slice)) {
                    String node = Objects.requireNonNullElse(endpoint.getNodeName(), "");
                    Backend backend = new Backend(endpoint.getAddresses().get(0), each.getPort(), node);
                    var conditions = endpoint.getConditions();
                    if (conditions == null || !Boolean.FALSE.equals(conditions.getReady())) {
                        ready.add(backend);
                    } else if (Boolean.TRUE.equals(conditions.getServing())
                            && Boolean.TRUE.equals(conditions.getTerminating())) {
                        leaving.add(backend);
                    }
                }
            }
        }
        List<Backend> chosen = ready.isEmpty() ? leaving : ready;
        chosen.sort(Comparator.comparing(Backend::ip).thenComparing(Backend::port));
        return List.copyOf(chosen);
    }
}
