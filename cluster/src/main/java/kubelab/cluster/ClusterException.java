package kubelab.cluster;

import org.jspecify.annotations.Nullable;

/** A cluster cannot be had: what is wrong, and what to do about it. */
public final class ClusterException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Why; each has one exit code. */
    public enum Reason {
        /** The request itself is wrong (unknown provider, no such context). */
        WRONG_USE(2),
        /** No Docker engine answers. */
        NO_DOCKER(3),
        /** The image is not on the machine and cannot be pulled. */
        NO_IMAGE(3),
        /** The engine refuses a privileged container. */
        NO_PRIVILEGE(3),
        /** A port that is needed is taken. */
        PORT_BUSY(3),
        /** The disk is full. */
        DISK_FULL(3),
        /** It was started, but did not become ready in time. */
        NOT_READY(3),
        /** The cluster does not answer (any more). */
        UNREACHABLE(3),
        /** Anything else. */
        OTHER(3);

        private final int exitCode;

        Reason(int exitCode) {
            this.exitCode = exitCode;
        }

        public int exitCode() {
            return exitCode;
        }
    }

    private final Reason reason;
    private final String nextStep;

    public ClusterException(Reason reason, String message, String nextStep) {
        this(reason, message, nextStep, null);
    }

    public ClusterException(Reason reason, String message, String nextStep, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.nextStep = nextStep;
    }

    public Reason reason() {
        return reason;
    }

    /** What the user can do, as a sentence or a command. */
    public String nextStep() {
        return nextStep;
    }
}
