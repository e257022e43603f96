package kubelab.containers.network;

/**
 * Decides which new connections and datagrams pass. Asked by the nodes' kernels: for what leaves a Pod, on the Pod's node, and for
 * what comes to a Pod, on that Pod's node. Not asked for replies, nor again for a connection that stands, nor for what a Pod
 * sends to itself.
 */
public interface ConnectionFilter {
    ConnectionFilter ALLOW_ALL = (direction, flow) -> true;

    /** A flow that is not allowed gets no answer and runs into its timeout, as with dropped packets. Must not wait. */
    boolean allows(Direction direction, Flow flow);

    /** Seen from the Pod whose node asks. */
    enum Direction {
        INGRESS,
        EGRESS
    }

    /**
     * A connection or a datagram as the node that asks sees it: after Service addresses have been replaced there.
     *
     * @param protocol {@code TCP} or {@code UDP}
     * @param port the target's
     */
    record Flow(Peer source, Peer target, String protocol, int port) {}
}
