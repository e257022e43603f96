package kubelab.containers.network;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a node's kernel does with connections to Service addresses. Written by kube-proxy, asked for each connection. */
public interface ServiceRules {
    ServiceRules NONE = new ServiceRules() {
        @Override
        public @Nullable Target lookup(String protocol, String sourceIp, String ip, int port, Instant now) {
            return null;
        }

        @Override
        public @Nullable Target arriving(String protocol, String sourceIp, int port, Instant now) {
            return null;
        }

        @Override
        public List<String> list() {
            return List.of();
        }
    };

    /**
     * For what a Pod of this node, or the node itself, begins.
     *
     * @param protocol {@code TCP} or {@code UDP}
     * @return where the connection goes instead; null when no rule is about this address
     */
    @Nullable
    Target lookup(String protocol, String sourceIp, String ip, int port, Instant now);

    /** For what comes to a port of this node from elsewhere. @return null when it is no Service's */
    @Nullable
    Target arriving(String protocol, String sourceIp, int port, Instant now);

    /** The rules in words, one a line, ordered: for people, and for the course's page. */
    List<String> list();

    /**
     * @param ip null for {@link #REJECT} and {@link #DROP}
     * @param masquerade the server sees the node's address as the client's
     */
    record Target(@Nullable String ip, int port, boolean masquerade) {
        /** The Service has no endpoint: the connection is refused. */
        public static final Target REJECT = new Target(null, 0, false);
        /** It has some, but none that this traffic may go to: there is no answer. */
        public static final Target DROP = new Target(null, -1, false);
    }
}
