package kubelab.grader.check;

/**
 * How quick the cluster is now. A beat is a piece of work that goes through all of it: API server, scheduler, kubelet,
 * EndpointSlice controller, name server, kube-proxy. Once a beat that began after a change is through, what that change
 * set in motion is most likely through as well, however slow the machine is.
 */
public interface Pulse {
    /** For clusters that are trusted to be quick. */
    Pulse TRUSTED = since -> true;

    /**
     * Whether a beat has come through that began after this; starts one if need be. Returns at once.
     *
     * @param since a {@link System#nanoTime}
     */
    boolean beatSince(long since);
}
