package kubelab.app;

import kubelab.cluster.Progress;

/** The {@link Console} of this process. */
final class Terminal {
    private static final Console OF_PROCESS = new Console(System.out, System.err, Console.Ends.ofProcess());

    private Terminal() {}

    static Console console() {
        return OF_PROCESS;
    }

    static void error(String message) {
        OF_PROCESS.error(message);
    }

    static void next(String step) {
        OF_PROCESS.next(step);
    }

    static void say(String line) {
        OF_PROCESS.say(line);
    }

    static Progress progress() {
        return OF_PROCESS.progress();
    }

    static void endProgress() {
        OF_PROCESS.endProgress();
    }
}
