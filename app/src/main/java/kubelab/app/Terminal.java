package kubelab.app;

import java.io.PrintStream;
import kubelab.cluster.Progress;

/**
 * How the program speaks to people: messages and progress on standard error, so that standard output holds results
 * only; colours and a moving progress line on a terminal, plain lines elsewhere.
 */
final class Terminal {
    private static final PrintStream ERR = System.err;
    private static final boolean MOVING =
            System.getProperty("kubelab.tty.err", "").equals("true") && System.getenv("CI") == null;
    private static final Object LOCK = new Object();
    private static String shown = "";

    private Terminal() {}

    /** Whether standard output takes colours (the launcher knows whether it is a terminal; Java does not). */
    static boolean colour() {
        String none = System.getenv("NO_COLOR");
        return System.getProperty("kubelab.tty.out", "").equals("true") && (none == null || none.isEmpty());
    }

    private static boolean colourErr() {
        String none = System.getenv("NO_COLOR");
        return System.getProperty("kubelab.tty.err", "").equals("true") && (none == null || none.isEmpty());
    }

    static void error(String message) {
        endProgress();
        ERR.println((colourErr() ? "\u001b[31mkubelab:\u001b[0m " : "kubelab: ") + message);
    }

    static void next(String step) {
        endProgress();
        ERR.println("  → " + step);
    }

    static void say(String line) {
        endProgress();
        ERR.println(line);
    }

    /** An empty screen, where there is one. */
    static void clear() {
        if (MOVING && System.getProperty("kubelab.tty.out", "").equals("true")) {
            ERR.print("\u001b[H\u001b[2J");
            ERR.flush();
        }
    }

    /** Steps of something long. On a terminal they replace each other; elsewhere each is a line, once. */
    static Progress progress() {
        long start = System.nanoTime();
        long[] lastLine = {0};
        return step -> {
            synchronized (LOCK) {
                if (step.equals(shown)) {
                    return;
                }
                if (MOVING) {
                    String line = step + String.format(" (%.0f s)", (System.nanoTime() - start) / 1e9);
                    ERR.print("\r\u001b[K… " + (line.length() > 100 ? line.substring(0, 100) : line));
                    ERR.flush();
                } else if (lastLine[0] == 0 || System.nanoTime() - lastLine[0] > 2_000_000_000L) {
                    // in a log, a sign of life every two seconds is enough
                    lastLine[0] = System.nanoTime();
                    ERR.println("… " + step);
                }
                shown = step;
            }
        };
    }

    static void endProgress() {
        synchronized (LOCK) {
            if (MOVING && !shown.isEmpty()) {
                ERR.print("\r\u001b[K");
                ERR.flush();
            }
            shown = "";
        }
    }
}
