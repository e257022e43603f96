package kubelab.containers.runtime.shell;

/** A mistake that ends a command, and a script with it. */
final class ShellError extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int status;
    private boolean told;

    ShellError(String message, int status) {
        super(message, null, false, false);
        this.status = status;
    }

    String text() {
        return java.util.Objects.requireNonNullElse(getMessage(), "");
    }

    /** Whether somebody who knew more about the place has complained. @return the same before this call */
    boolean tell() {
        boolean before = told;
        told = true;
        return before;
    }

    int status() {
        return status;
    }
}
