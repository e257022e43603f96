package kubelab.containers.runtime;

/** A container cannot be created or started, e.g. because its command is not in the image. */
public final class ContainerException extends Exception {
    private static final long serialVersionUID = 1L;
    private final String reason;
    private final int exitCode;

    /**
     * @param reason the waiting or terminated reason kubelets show: {@code CreateContainerError}, {@code
     *     RunContainerError}, {@code StartError}
     * @param exitCode the exit code the container's status shows: 127 not found, 126 not executable, 128 otherwise
     */
    public ContainerException(String reason, int exitCode, String message) {
        super(message);
        this.reason = reason;
        this.exitCode = exitCode;
    }

    public String reason() {
        return reason;
    }

    public int exitCode() {
        return exitCode;
    }
}
