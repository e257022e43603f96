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
import kubelab.controlplane.services.ServiceView;
import org.jspecify.annotations.Nullable;

/**
 * One port of one Service and where its connections go.
 *
 * @param service {@code namespace/name}
 * @param addresses virtual addresses: cluster IPs and load balancer addresses
 * @param nodePort 0 when there is none
 * @param affinitySeconds how long a client stays with its endpoint; 0 for no affinity
 * @param ready endpoints that get traffic
 * @param leaving those that still serve while they terminate: used when there is no other
 * @param local only endpoints on the node that the connection came to, and the client's address is kept
 */
record Rule(
        String service,
        String port,
        List<String> addresses,
        String protocol,
        int number,
        int nodePort,
        List<Backend> ready,
        List<Backend> leaving,
        int affinitySeconds,
        boolean local,
        boolean internalLocal) {

    record Backend(String ip, int port, String node) {}

    /** Endpoints for new connections. @param node only those on it; null for all */
    List<Backend> usable(@Nullable String node) {
        List<Backend> chosen = on(node, ready);
        return chosen.isEmpty() ? on(node, leaving) : chosen;
    }

    private static List<Backend> on(@Nullable String node, List<Backend> all) {
        return node == null
                ? all
                : all.stream().filter(backend -> backend.node().equals(node)).toList();
    }

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
                    Objects.requireNonNullElse(port.getProtocol(), "TCP"),
                    port.getPort(),
                    Objects.requireNonNullElse(port.getNodePort(), 0),
                    backends(name, slices, true),
                    backends(name, slices, false),
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

    private static List<Backend> backends(String port, List<EndpointSlice> slices, boolean wantReady) {
        List<Backend> chosen = new ArrayList<>();
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
                    var conditions = endpoint.getConditions();
                    boolean ready = conditions == null || !Boolean.FALSE.equals(conditions.getReady());
                    boolean leaving = !ready
                            && Boolean.TRUE.equals(conditions.getServing())
                            && Boolean.TRUE.equals(conditions.getTerminating());
                    if (wantReady ? ready : leaving) {
                        chosen.add(new Backend(endpoint.getAddresses().get(0), each.getPort(), node));
                    }
                }
            }
        }
        chosen.sort(Comparator.comparing(Backend::ip).thenComparing(Backend::port));
        return List.copyOf(chosen);
    }
}
