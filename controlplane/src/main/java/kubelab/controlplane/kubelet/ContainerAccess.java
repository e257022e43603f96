package kubelab.controlplane.kubelet;

import java.util.Optional;
import kubelab.containers.runtime.ContainerLog;
import kubelab.containers.runtime.RuntimeContainer;

/** A container of a Pod on this node, as logs, exec and attach see it. */
public final class ContainerAccess {
    private final PodWorker worker;
    private final ContainerLifecycle lifecycle;

    ContainerAccess(PodWorker worker, ContainerLifecycle lifecycle) {
        this.worker = worker;
        this.lifecycle = lifecycle;
    }

    /** The container, if it runs now. */
    public Optional<RuntimeContainer> running() {
        return lifecycle.running() ? Optional.ofNullable(lifecycle.container()) : Optional.empty();
    }

    /**
     * What the container has printed.
     *
     * @param previous of the container before the current one
     * @throws IllegalStateException when there is none; the message says why in upstream's words
     */
    public ContainerLog log(boolean previous) {
        String which = "container \"" + lifecycle.name() + "\" in pod \""
                + worker.pod().getMetadata().getName() + "\" ";
        RuntimeContainer current = lifecycle.container();
        RuntimeContainer before = lifecycle.running() || lifecycle.waiting() == null ? lifecycle.previous() : current;
        if (previous) {
            if (before == null) {
                throw new IllegalStateException("previous terminated " + which + "not found");
            }
            return before.log();
        }
        if (current != null) {
            return current.log();
        }
        ContainerState.Waiting waiting = lifecycle.waiting();
        String reason = waiting == null ? "" : waiting.reason();
        throw new IllegalStateException(which + "is waiting to start: "
                + switch (reason) {
                    case "ErrImagePull" -> "image can't be pulled";
                    case "ImagePullBackOff" -> "trying and failing to pull image";
                    case "" -> worker.initializing() ? "PodInitializing" : "ContainerCreating";
                    default -> reason;
                });
    }
}
