package kubelab.containers.runtime.kernel;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Signals by their Linux numbers. */
public enum Signal {
    HUP(1, "Hangup"),
    INT(2, "Interrupt"),
    QUIT(3, "Quit"),
    ILL(4, "Illegal instruction"),
    TRAP(5, "Trace/breakpoint trap"),
    ABRT(6, "Aborted"),
    BUS(7, "Bus error"),
    FPE(8, "Floating point exception"),
    KILL(9, "Killed"),
    USR1(10, "User defined signal 1"),
    SEGV(11, "Segmentation fault"),
    USR2(12, "User defined signal 2"),
    PIPE(13, "Broken pipe"),
    ALRM(14, "Alarm clock"),
    TERM(15, "Terminated"),
    STKFLT(16, "Stack fault"),
    CHLD(17, ""),
    CONT(18, ""),
    STOP(19, "Stopped (signal)"),
    TSTP(20, "Stopped"),
    TTIN(21, "Stopped (tty input)"),
    TTOU(22, "Stopped (tty output)"),
    URG(23, ""),
    XCPU(24, "CPU time limit exceeded"),
    XFSZ(25, "File size limit exceeded"),
    VTALRM(26, "Virtual timer expired"),
    PROF(27, "Profiling timer expired"),
    WINCH(28, ""),
    POLL(29, "I/O possible"),
    PWR(30, "Power failure"),
    SYS(31, "Bad system call");

    private final int number;
    private final String text;

    Signal(int number, String text) {
        this.number = number;
        this.text = text;
    }

    public int number() {
        return number;
    }

    /** What a shell prints when a child died of it; empty for signals that kill nobody. */
    public String text() {
        return text;
    }

    /** Whether it does nothing to a process that has no handler. */
    boolean harmless() {
        return this == CHLD || this == CONT || this == URG || this == WINCH;
    }

    public static @Nullable Signal of(int number) {
        return number >= 1 && number <= values().length ? values()[number - 1] : null;
    }

    /** @param name a number, or a name with or without SIG, in any case */
    public static @Nullable Signal of(String name) {
        try {
            return of(Integer.parseInt(name));
        } catch (NumberFormatException words) {
            String upper = name.toUpperCase(Locale.ROOT);
            String bare = upper.startsWith("SIG") ? upper.substring(3) : upper;
            for (Signal signal : values()) {
                if (signal.name().equals(bare)) {
                    return signal;
                }
            }
            return null;
        }
    }
}
