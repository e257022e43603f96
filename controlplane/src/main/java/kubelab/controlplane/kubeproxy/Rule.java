package kubelab.controlplane.kubeproxy;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServiceSpec;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointHints;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
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
 * @param near of these the ones that clients of this node shall use: all, or those whose hints name its zone or itself
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
        List<Backend> near,
        List<Backend> leaving,
        int affinitySeconds,
        boolean local,
        boolean internalLocal) {

    record Backend(String ip, int port, String node) {}

    /** An endpoint with what its hints say: for clients of which zones and on which nodes it is. */
    private record Candidate(Backend backend, Set<String> zones, Set<String> nodes) {
        static Candidate of(Backend backend, @Nullable EndpointHints hints) {
            Set<String> zones = new HashSet<>();
            Set<String> nodes = new HashSet<>();
            if (hints != null && hints.getForZones() != null) {
                hints.getForZones().forEach(zone -> zones.add(zone.getName()));
            }
            if (hints != null && hints.getForNodes() != null) {
                hints.getForNodes().forEach(node -> nodes.add(node.getName()));
            }
            return new Candidate(backend, zones, nodes);
        }
    }

    /** Endpoints for new connections. @param node only those on it; null for all */
    List<Backend> usable(@Nullable String node) {
        List<Backend> chosen = node == null ? near : on(node, ready);
        return chosen.isEmpty() ? on(node, leaving) : chosen;
    }

    private static List<Backend> on(@Nullable String node, List<Backend> all) {
        return node == null
                ? all
                : all.stream().filter(backend -> backend.node().equals(node)).toList();
    }

    /** Source: pkg/proxy/endpointslicecache.go and topology.go in Kubernetes 1.34. */
    static List<Rule> of(String key, Service service, List<EndpointSlice> slices, String node, String zone) {
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
            List<Candidate> ready = candidates(name, slices, true);
            rules.add(new Rule(
                    key,
                    name,
                    List.copyOf(addresses),
                    Objects.requireNonNullElse(port.getProtocol(), "TCP"),
                    port.getPort(),
                    Objects.requireNonNullElse(port.getNodePort(), 0),
                    backends(ready),
                    backends(near(ready, node, zone)),
                    backends(candidates(name, slices, false)),
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

    /** A hint that some endpoints lack, or that leaves this node without any, counts for none of them. */
    private static List<Candidate> near(List<Candidate> ready, String node, String zone) {
        List<Candidate> here =
                ready.stream().filter(c -> c.nodes.contains(node)).toList();
        if (!here.isEmpty() && ready.stream().noneMatch(c -> c.nodes.isEmpty())) {
            return here;
        }
        List<Candidate> around =
                ready.stream().filter(c -> c.zones.contains(zone)).toList();
        return !around.isEmpty() && ready.stream().noneMatch(c -> c.zones.isEmpty()) ? around : ready;
    }

    /** In an order of their own, and each once, in however many slices it is. */
    private static List<Backend> backends(List<Candidate> candidates) {
        return candidates.stream()
                .map(Candidate::backend)
                .distinct()
                .sorted(Comparator.comparing(Backend::ip).thenComparing(Backend::port))
                .toList();
    }

    private static List<Candidate> candidates(String port, List<EndpointSlice> slices, boolean wantReady) {
        List<Candidate> chosen = new ArrayList<>();
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
                        chosen.add(Candidate.of(
                                new Backend(endpoint.getAddresses().get(0), each.getPort(), node),
                                endpoint.getHints()));
                    }
                }
            }
        }
        return chosen;
    }
}
