package kubelab.controlplane.store;

import org.jspecify.annotations.Nullable;

/** A key was not at the revision that a write was made for. */
public final class CompareFailedException extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient @Nullable Entry current;

    public CompareFailedException(String key, long expected, @Nullable Entry current) {
        super(key + ": expected revision " + expected + ", found " + (current == null ? 0 : current.modRevision()));
        this.current = current;
    }

    /** What is there instead; null when there is no such key. */
    public @Nullable Entry current() {
        return current;
    }
}
