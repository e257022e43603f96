package kubelab.containers.network;

/**
 * Asked once for every new connection between two addresses.
 *
 * <p>Simplified: no component enforces NetworkPolicy objects yet; an implementation of this interface will do so.
 */
public interface ConnectionFilter {
    ConnectionFilter ALLOW_ALL = (sourceIp, targetIp, targetPort) -> true;

    /** A connection that is not allowed gets no answer and runs into its timeout, as with dropped packets. */
    boolean allows(String sourceIp, String targetIp, int targetPort);
}
