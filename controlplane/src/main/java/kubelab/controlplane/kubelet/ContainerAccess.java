package kubelab.controlplane.kubelet;

import java.util.Optional;
import kubelab.containers.runtime.ContainerLog;
import kubelab.containers.runtime.RuntimeContainer;

/** A container of a Pod on this node, as logs, exec and attach see it. */
public final class ContainerAccess {
    private final PodWorker worker;
    private final ContainerUnit unit;

    ContainerAccess(PodWorker worker, ContainerUnit unit) {
        this.worker = worker;
        this.unit = unit;
    }

    /** The container, if it runs now. */
    public Optional<RuntimeContainer> running() {
        return unit.running() ? Optional.ofNullable(unit.container()) : Optional.empty();
    }

    /**
     * What the container has printed.
     *
     * @param previous of the container before the current one
     * @throws IllegalStateException when there is none; the message says why in upstream's words
     */
    public ContainerLog log(boolean previous) {
        String which = "container \"" + unit.name() + "\" in pod \""
                + worker.pod().getMetadata().getName() + "\" ";
        RuntimeContainer current = unit.container();
        RuntimeContainer before = unit.running() || unit.waiting() == null ? unit.previous() : current;
        if (previous) {
            if (before == null) {
                throw new IllegalStateException("previous terminated " + which + "not found");
            }
            return before.log();
        }
        if (current != null) {
            return current.log();
        }
        ContainerState.Waiting waiting = unit.waiting();
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
