package kubelab.controlplane;

import java.util.List;

/**
 * A part of the control plane or of a node that can be started and stopped while the cluster runs. A stopped component
 * does nothing and holds no watch; started again (as a new object of the same factory) it picks up from the state in
 * the API server.
 */
public interface Component {
    /** {@code kube-scheduler}, {@code kube-controller-manager}, {@code kubelet-worker1}, … */
    String name();

    /** Must return soon: work goes on threads of the component's own, named after it. */
    void start();

    /** Whether it has nothing to do at this instant: asked between the steps of a fast-forward. */
    default boolean idle() {
        return true;
    }

    /** How far each of its parts is: asked by the {@link Watchdog}. Must be cheap and must not wait. */
    default List<Progress> progress() {
        return List.of();
    }

    /** Ends its watches, timers and threads. Twice is fine. */
    void stop();
}
