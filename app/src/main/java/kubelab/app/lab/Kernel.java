package kubelab.app.lab;

import java.util.Optional;
import kubelab.containers.host.DaemonThreads;

/** What a Jupyter kernel of ours does besides running cells. */
public final class Kernel {
    static final String STARTED = "kubelab.kernel.started";

    private Kernel() {}

    /** Called by the start-up script. */
    public static void started() {
        System.setProperty(STARTED, "true");
        endWithServer();
        DaemonThreads.start("lab-ahead", LabOpener::ahead);
    }

    /** A server that is killed leaves its kernels behind, and nobody would end them. */
    private static void endWithServer() {
        Optional.ofNullable(System.getenv("JPY_PARENT_PID"))
                .map(Long::parseLong)
                .filter(pid -> pid > 1)
                .flatMap(ProcessHandle::of)
                .ifPresent(server ->
                        server.onExit().thenRun(() -> Runtime.getRuntime().halt(1)));
    }
}
