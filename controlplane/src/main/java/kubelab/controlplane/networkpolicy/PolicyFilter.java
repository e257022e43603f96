package kubelab.controlplane.networkpolicy;

import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicySpec;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import kubelab.containers.network.ConnectionFilter;
import kubelab.containers.network.Peer;
import kubelab.controlplane.labels.LabelSelectors;
import kubelab.controlplane.networkpolicy.PolicyCaches.KnownPod;
import org.jspecify.annotations.Nullable;

/**
 * What NetworkPolicies mean for one connection. Policies only allow: a Pod that no policy selects for a direction takes or begins
 * every connection of that direction, a selected one only those that a rule of one of its policies names.
 *
 * <p>Source: the types of k8s.io/api/networking/v1 and the documentation's page "Network Policies" (1.34). Where those leave it
 * open, as kube-router in k3s: established connections are not looked at again, and selectors do not match Pods with
 * hostNetwork.
 */
final class PolicyFilter implements ConnectionFilter {
    private final PolicyCaches known;

    PolicyFilter(PolicyCaches known) {
        this.known = known;
    }

    // tag::allows[]
    @Override
    public boolean allows(Direction direction, Flow flow) {
        boolean ingress = direction == Direction.INGRESS;
        Peer subject = ingress ? flow.target() : flow.source();
        Peer other = ingress ? flow.source() : flow.target();
        if (subject.pod() == null || isOwnNode(subject, other)) {
            return true;
        }
        List<NetworkPolicySpec> policies = known.policies(subject.pod().namespace()).stream()
                .map(NetworkPolicy::getSpec)
                .filter(spec -> spec.getPolicyTypes().contains(ingress ? "Ingress" : "Egress"))
                .toList();
        if (policies.isEmpty()) {
            return true;
        }
        KnownPod pod = known.pod(subject.pod());
        if (pod == null) {
            // A Pod is isolated before its first process runs, also when that is before its watch event is here.
            return false;
        }
        List<NetworkPolicySpec> selecting = policies.stream()
                .filter(spec -> LabelSelectors.match(spec.getPodSelector(), pod.labels()))
                .toList();
        return selecting.isEmpty()
                || selecting.stream()
                        .flatMap(spec -> rules(spec, ingress))
                        .anyMatch(rule -> allows(rule, pod.namespace(), other, flow));
    }
    // end::allows[]

    /** One that has no peers or no ports is about all of them. */
    private record Rule(List<NetworkPolicyPeer> peers, List<NetworkPolicyPort> ports) {
        Rule {
            peers = Objects.requireNonNullElse(peers, List.of());
            ports = Objects.requireNonNullElse(ports, List.of());
        }
    }

    private static Stream<Rule> rules(NetworkPolicySpec spec, boolean ingress) {
        return ingress
                ? spec.getIngress().stream().map(rule -> new Rule(rule.getFrom(), rule.getPorts()))
                : spec.getEgress().stream().map(rule -> new Rule(rule.getTo(), rule.getPorts()));
    }

    /** The kubelet's probes, and whatever else a Pod and its own node have to say to each other. */
    private static boolean isOwnNode(Peer pod, Peer other) {
        return other.pod() == null && !pod.node().isEmpty() && other.node().equals(pod.node());
    }

    private boolean allows(Rule rule, String namespace, Peer other, Flow flow) {
        return (rule.peers.isEmpty() || rule.peers.stream().anyMatch(peer -> matches(peer, namespace, other)))
                && (rule.ports.isEmpty() || rule.ports.stream().anyMatch(port -> matches(port, flow)));
    }

    /** @param namespace the policy's */
    private boolean matches(NetworkPolicyPeer peer, String namespace, Peer other) {
        if (peer.getIpBlock() != null) {
            return IpBlocks.contains(peer.getIpBlock(), other.ip());
        }
        KnownPod pod = other.pod() == null ? null : known.pod(other.pod());
        if (pod == null) {
            return false;
        }
        boolean inNamespace = peer.getNamespaceSelector() == null
                ? pod.namespace().equals(namespace)
                : LabelSelectors.match(peer.getNamespaceSelector(), known.labels(pod.namespace()));
        return inNamespace
                && (peer.getPodSelector() == null || LabelSelectors.match(peer.getPodSelector(), pod.labels()));
    }

    private boolean matches(NetworkPolicyPort port, Flow flow) {
        if (!Objects.requireNonNullElse(port.getProtocol(), "TCP").equals(flow.protocol())) {
            return false;
        }
        if (port.getPort() == null) {
            return true;
        }
        if (port.getPort().getStrVal() != null) {
            return isNamed(port.getPort().getStrVal(), flow);
        }
        int first = port.getPort().getIntVal();
        int last = Objects.requireNonNullElse(port.getEndPort(), first);
        return first <= flow.port() && flow.port() <= last;
    }

    /** A name means, in both directions, the port of that name and protocol of the Pod that the connection goes to. */
    private boolean isNamed(String name, Flow flow) {
        @Nullable
        KnownPod target =
                flow.target().pod() == null ? null : known.pod(flow.target().pod());
        return target != null
                && target.ports().stream()
                        .anyMatch(port -> port.name().equals(name)
                                && port.protocol().equals(flow.protocol())
                                && port.number() == flow.port());
    }
}
