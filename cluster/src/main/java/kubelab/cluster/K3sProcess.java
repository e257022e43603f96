package kubelab.cluster;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.Container;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.images.builder.Transferable;

/**
 * The process {@code k3s} in a node's container. A script is the container's first process, and k3s its child, as in k3d: so k3s
 * can end and begin with other flags while the Pods' containers go on. If k3s ends by itself, the container ends, as without
 * the script.
 */
final class K3sProcess {
    private static final String SCRIPT_FILE = "/etc/kubelab/run-k3s";
    private static final String FLAGS_FILE = "/etc/kubelab/k3s-flags";
    private static final String HOLD = "/run/kubelab/hold";
    private static final String PID = "/run/kubelab/k3s.pid";

    /** Its arguments are those of k3s; further flags are in a file, one a line. */
    private static final String SCRIPT = """
            set -f
            mkdir -p /run/kubelab
            trap 'kill -TERM $pid 2>/dev/null; wait $pid; exit 0' TERM INT
            while :; do
              /bin/k3s "$@" $(cat %1$s 2>/dev/null) &
              pid=$!
              echo $pid > %3$s
              wait $pid
              code=$?
              [ -e %2$s ] || exit $code
              while [ -e %2$s ]; do sleep 0.1 || sleep 1; done
            done
            """.formatted(FLAGS_FILE, HOLD, PID);

    /** Ends k3s, by force after half a minute, and returns when it has ended. */
    private static final String STOP = """
            : > %1$s
            pid=$(cat %2$s)
            kill -TERM $pid
            waited=0
            while kill -0 $pid 2>/dev/null; do
              sleep 0.1 || sleep 1
              waited=$((waited + 1))
              [ $waited -lt 300 ] || kill -KILL $pid
            done
            """.formatted(HOLD, PID);

    private final GenericContainer<?> container;

    /** Call before the container is started. */
    static K3sProcess in(GenericContainer<?> container) {
        container
                .withCopyToContainer(Transferable.of(SCRIPT), SCRIPT_FILE)
                .withCreateContainerCmdModifier(cmd -> cmd.withEntrypoint("/bin/sh", SCRIPT_FILE));
        return new K3sProcess(container);
    }

    private K3sProcess(GenericContainer<?> container) {
        this.container = container;
    }

    /** Ends k3s; containers of Pods go on. */
    void stop() {
        run("[ -e " + HOLD + " ] && exit 0\n" + STOP);
    }

    /** @param flags besides those of the container's command */
    void start(List<String> flags) {
        run("printf '%s\\n' '" + String.join("' '", flags) + "' > " + FLAGS_FILE + "\nrm -f " + HOLD);
    }

    private void run(String script) {
        try {
            Container.ExecResult result = container.execInContainer("/bin/sh", "-c", script);
            if (result.getExitCode() != 0) {
                throw failed(result.getStderr().strip(), null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed("interrupted", e);
        } catch (IOException e) {
            throw failed(String.valueOf(e.getMessage()), e);
        }
    }

    private static ClusterException failed(String why, @Nullable Throwable cause) {
        String message = "k3s could not be stopped or started in its container (" + why + ").";
        String next = "Start another cluster.";
        return cause == null
                ? new ClusterException(ClusterException.Reason.OTHER, message, next)
                : new ClusterException(ClusterException.Reason.OTHER, message, next, cause);
    }
}
