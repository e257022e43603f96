package kubelab.app.console;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import kubelab.cluster.Progress;

/**
 * How a command speaks to people: messages and progress on standard error, so that standard output holds results only;
 * colours and a moving progress line on a terminal, plain lines elsewhere.
 */
public final class Console {
    /**
     * What is at the other ends.
     *
     * @param outTerminal whether standard output is one (the launcher knows; Java does not)
     * @param errTerminal likewise
     * @param plain whether its user wants no colours
     * @param log whether all that is written is kept, as in CI
     * @param columns the terminal's width; 0 where it is not known
     */
    public record Ends(boolean outTerminal, boolean errTerminal, boolean plain, boolean log, int columns) {
        public static Ends ofProcess() {
            String plain = System.getenv("NO_COLOR");
            return new Ends(
                    System.getProperty("kubelab.tty.out", "").equals("true"),
                    System.getProperty("kubelab.tty.err", "").equals("true"),
                    plain != null && !plain.isEmpty(),
                    System.getenv("CI") != null,
                    Integer.getInteger("kubelab.columns", 0));
        }
    }

    private final PrintStream out;
    private final PrintStream err;
    private final Ends ends;
    private final boolean moving;
    private final Object lock = new Object();
    private String shown = "";

    /** @param charset what a terminal at one of the ends understands */
    public Console(OutputStream out, OutputStream err, Ends ends, Charset charset) {
        this.out = TerminalText.over(out, charset, ends.outTerminal() ? ends.columns() : 0, this::endProgress);
        this.err = TerminalText.over(err, charset, ends.errTerminal() ? ends.columns() : 0, () -> {});
        this.ends = ends;
        this.moving = ends.errTerminal() && !ends.log();
    }

    /** For results. */
    public PrintStream out() {
        return out;
    }

    public PrintStream err() {
        return err;
    }

    /** The width that standard output has; 0 where it is no terminal. */
    public int columns() {
        return ends.outTerminal() ? ends.columns() : 0;
    }

    /** Whether standard output takes colours. */
    public boolean colour() {
        return ends.outTerminal() && !ends.plain();
    }

    public void error(String message) {
        endProgress();
        err.println((ends.errTerminal() && !ends.plain() ? "\u001b[31mkubelab:\u001b[0m " : "kubelab: ") + message);
    }

    public void next(String step) {
        endProgress();
        err.println("  → " + step);
    }

    public void say(String line) {
        endProgress();
        err.println(line);
    }

    /** An empty screen, where there is one. */
    public void clear() {
        if (moving && ends.outTerminal()) {
            err.print("\u001b[H\u001b[2J");
            err.flush();
        }
    }

    /** Steps of something long. On a terminal they replace each other; elsewhere each is a line, once. */
    public Progress progress() {
        long start = System.nanoTime();
        long[] lastLine = {0};
        return step -> {
            synchronized (lock) {
                if (step.equals(shown)) {
                    return;
                }
                if (moving) {
                    // one line of the terminal, or a rest of it would stay above the next step
                    String time = String.format(" (%.0f s)", (System.nanoTime() - start) / 1e9);
                    int room = Math.max(10, (ends.columns() > 0 ? ends.columns() : 80) - 4 - time.length());
                    String line = (step.length() > room ? step.substring(0, room) : step) + time;
                    err.print("\r\u001b[K… " + line.replace('\n', ' '));
                    err.flush();
                } else if (lastLine[0] == 0 || System.nanoTime() - lastLine[0] > 2_000_000_000L) {
                    // in a log, a sign of life every two seconds is enough
                    lastLine[0] = System.nanoTime();
                    err.println("… " + step);
                }
                shown = step;
            }
        };
    }

    public void endProgress() {
        synchronized (lock) {
            if (moving && !shown.isEmpty()) {
                err.print("\r\u001b[K");
                err.flush();
            }
            shown = "";
        }
    }
}
