package kubelab.containers.network;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a packet ends up. Order as in the kernel: the Service rules of the node it starts from; then, when it goes to
 * another node, under the first node's address, the rules of that one; at last the host ports of the node it came to.
 *
 * @param ip where it goes, after all rewriting
 * @param source whom the receiver sees as the sender
 * @param forwarded whom the receiver's node sees as the sender while it decides whether to pass the packet on
 * @param direct no rule was about it
 * @param at the node whose rules had the last word
 */
record Route(String ip, int port, String source, String forwarded, Verdict verdict, boolean direct, NodeNetwork at) {
    enum Verdict {
        ACCEPT,
        REJECT,
        DROP
    }

    static Route of(ClusterNetwork cluster, NodeNetwork node, String protocol, String from, String ip, int port) {
        Instant now = cluster.clock().now();
        NodeNetwork at = node;
        String source = from;
        ServiceRules.Target target = node.rules().lookup(protocol, from, ip, port, now);
        NodeNetwork machine = target == null ? cluster.nodeAt(ip) : null;
        if (machine != null && machine != node) {
            at = machine;
            source = node.ip();
            target = machine.rules().arriving(protocol, source, port, now);
        }
        if (target == null && machine != null && protocol.equals("TCP")) {
            target = hostPort(cluster, machine, port);
        }
        if (target == null) {
            return new Route(ip, port, source, source, Verdict.ACCEPT, true, at);
        }
        @Nullable String backend = target.ip();
        if (backend == null) {
            Verdict verdict = target == ServiceRules.Target.DROP ? Verdict.DROP : Verdict.REJECT;
            return new Route(ip, port, source, source, verdict, false, at);
        }
        String seen = target.masquerade() ? at.masquerade(backend) : source;
        // The last node passes a packet on before it puts an address of its own into it.
        String forwarded = at.hasPod(backend) ? source : seen;
        return new Route(backend, target.port(), seen, forwarded, Verdict.ACCEPT, false, at);
    }

    private static ServiceRules.@Nullable Target hostPort(ClusterNetwork cluster, NodeNetwork machine, int port) {
        String place = machine.hostPorts().get(port);
        if (place == null) {
            return null;
        }
        int colon = place.indexOf(':');
        String pod = place.substring(0, colon);
        return cluster.at(pod) == null
                ? null
                : new ServiceRules.Target(pod, Integer.parseInt(place.substring(colon + 1)), false);
    }
}
