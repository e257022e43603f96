package kubelab.controlplane.network;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a node's kernel does with connections to Service addresses. Written by kube-proxy, asked for each connection. */
public interface ServiceRules {
    ServiceRules NONE = new ServiceRules() {
        @Override
        public @Nullable Target lookup(String sourceIp, String ip, int port, Instant now) {
            return null;
        }

        @Override
        public List<String> list() {
            return List.of();
        }
    };

    /**
     * @return where the connection goes instead; null when no rule is about this address
     */
    @Nullable
    Target lookup(String sourceIp, String ip, int port, Instant now);

    /** The rules in words, one a line, ordered: for people, and for the course's page. */
    List<String> list();

    /**
     * @param ip null means that the Service has no ready endpoint: the connection is refused
     * @param masquerade the server sees the node's address as the client's
     */
    record Target(@Nullable String ip, int port, boolean masquerade) {
        public static final Target REJECT = new Target(null, 0, false);
    }
}
