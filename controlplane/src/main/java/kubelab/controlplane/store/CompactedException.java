package kubelab.controlplane.store;

/** The revision asked for is no longer there. */
public final class CompactedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final long requested;
    private final long oldest;

    public CompactedException(long requested, long oldest) {
        super("revision " + requested + " has been compacted, the oldest one is " + oldest);
        this.requested = requested;
        this.oldest = oldest;
    }

    public long requested() {
        return requested;
    }

    public long oldest() {
        return oldest;
    }
}
