package kubelab.app.console;

import java.nio.charset.Charset;
import java.util.List;
import kubelab.cluster.Progress;

/** The {@link Console} of this process. */
public final class Terminal {
    private static final Console OF_PROCESS = new Console(System.out, System.err, Console.Ends.ofProcess(), charset());

    private Terminal() {}

    /** From now on all that this process prints is put into its terminal's width and encoding. */
    public static void install() {
        System.setOut(OF_PROCESS.out());
        System.setErr(OF_PROCESS.err());
    }

    /**
     * What the terminal understands. Not always what Java takes from the environment: where that names no encoding, the
     * launcher lets Java have UTF-8, so that it can read any file's name, and says here what the terminal has.
     */
    public static Charset charset() {
        for (String property : List.of("kubelab.charset", "stdout.encoding", "sun.stdout.encoding")) {
            String name = System.getProperty(property, "");
            if (!name.isEmpty() && Charset.isSupported(name)) {
                return Charset.forName(name);
            }
        }
        return Charset.defaultCharset();
    }

    public static Console console() {
        return OF_PROCESS;
    }

    public static void error(String message) {
        OF_PROCESS.error(message);
    }

    public static void next(String step) {
        OF_PROCESS.next(step);
    }

    public static void say(String line) {
        OF_PROCESS.say(line);
    }

    public static Progress progress() {
        return OF_PROCESS.progress();
    }

    public static void endProgress() {
        OF_PROCESS.endProgress();
    }
}
