package kubelab.containers.network;

import org.jspecify.annotations.Nullable;

/**
 * One end of a connection.
 *
 * @param node the node that has the address, or whose Pod has it; empty for a place outside the cluster
 * @param pod whose address it is; null for a node itself (and for Pods that share its network) and outside the cluster
 */
public record Peer(String ip, String node, @Nullable PodKey pod) {

    /** Whose sandbox a network namespace belongs to, as a network plugin is told when it makes the namespace. */
    public record PodKey(String namespace, String name, String uid) {
        /** For a namespace that was made for no Pod. */
        public static final PodKey NONE = new PodKey("", "", "");
    }
}
