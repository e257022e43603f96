package kubelab.containers.runtime.shell;

/** Leaves loops, functions or the script: break, continue, return and exit. */
final class Jump extends RuntimeException {
    private static final long serialVersionUID = 1L;

    enum Kind {
        BREAK,
        CONTINUE,
        RETURN,
        EXIT
    }

    private final Kind kind;
    private final int value;

    /** @param value how many loops, or the status */
    Jump(Kind kind, int value) {
        super(null, null, false, false);
        this.kind = kind;
        this.value = value;
    }

    Kind kind() {
        return kind;
    }

    /** Whether it is for a loop: {@code break} or {@code continue}. */
    boolean leavesLoop() {
        return kind == Kind.BREAK || kind == Kind.CONTINUE;
    }

    int value() {
        return value;
    }
}
