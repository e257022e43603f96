package kubelab.labkit.worker;

import java.time.Duration;
import java.util.List;

/** A component's method did not do what it should: it threw, did not return, or its process is gone. */
public final class PipeFault extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What happened. */
    public enum Kind {
        THREW,
        HUNG,
        GONE
    }

    private final Kind kind;
    private final String method;
    private final String exception;
    private final List<String> frames;
    private final Duration limit;

    private PipeFault(Kind kind, String method, String exception, String message, List<String> frames, Duration limit) {
        super(message);
        this.kind = kind;
        this.method = method;
        this.exception = exception;
        this.frames = List.copyOf(frames);
        this.limit = limit;
    }

    static PipeFault threw(String method, String exception, String message, List<String> frames) {
        return new PipeFault(Kind.THREW, method, exception, message, frames, Duration.ZERO);
    }

    static PipeFault hung(String method, Duration limit) {
        return new PipeFault(Kind.HUNG, method, "", "did not return", List.of(), limit);
    }

    /** Nobody is at the other end any more. */
    public static PipeFault gone(String why) {
        return new PipeFault(Kind.GONE, "", "", why, List.of(), Duration.ZERO);
    }

    public Kind kind() {
        return kind;
    }

    /** The method that was called. */
    public String method() {
        return method;
    }

    /** Simple name of what was thrown. */
    public String exception() {
        return exception;
    }

    /** Lines of the learner's file, innermost first. */
    public List<String> frames() {
        return frames;
    }

    public Duration limit() {
        return limit;
    }
}
