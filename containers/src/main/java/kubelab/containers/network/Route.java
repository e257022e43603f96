package kubelab.containers.network;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a packet ends up. Order as in the kernel: the Service rules of the node it starts from; then, when it goes to
 * another node, under the first node's address, the rules of that one.
 *
 * @param ip where it goes, after all rewriting
 * @param source whom the receiver sees as the sender
 * @param direct no rule was about it
 */
record Route(String ip, int port, String source, Verdict verdict, boolean direct) {
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
        NodeNetwork other = target == null ? cluster.nodeAt(ip) : null;
        if (other != null && other != node) {
            at = other;
            source = node.ip();
            target = other.rules().arriving(protocol, source, port, now);
        }
        if (target == null) {
            return new Route(ip, port, source, Verdict.ACCEPT, true);
        }
        @Nullable String backend = target.ip();
        if (backend == null) {
            Verdict verdict = target == ServiceRules.Target.DROP ? Verdict.DROP : Verdict.REJECT;
            return new Route(ip, port, source, verdict, false);
        }
        return new Route(
                backend, target.port(), target.masquerade() ? at.masquerade(backend) : source, Verdict.ACCEPT, false);
    }
}
