package kubelab.controlplane.kubelet;

import java.util.List;

/**
 * A Pod's phase from the states of its containers.
 *
 * <p>Source: k8s.io/kubernetes/pkg/kubelet (getPhase), release 1.34.
 */
final class PodPhase {
    private PodPhase() {}

    static String of(PodWorker worker) {
        boolean never = worker.restartPolicy().equals("Never");
        List<ContainerLifecycle> inits = worker.of(ContainerLifecycle.Kind.INIT).toList();
        List<ContainerLifecycle> sidecars =
                worker.of(ContainerLifecycle.Kind.SIDECAR).toList();
        List<ContainerLifecycle> mains = worker.of(ContainerLifecycle.Kind.MAIN).toList();
        boolean initFailed = inits.stream().anyMatch(u -> !u.running() && u.ended() != null && !u.succeeded());
        if (initFailed && (never || worker.over())) {
            return "Failed";
        }
        boolean anyMainEver = mains.stream().anyMatch(u -> u.running() || u.ended() != null);
        boolean initPending = inits.stream().anyMatch(u -> !u.succeeded())
                || sidecars.stream().anyMatch(u -> !u.started() && u.ended() == null) && !anyMainEver;
        if (initPending) {
            return worker.over() ? "Failed" : "Pending";
        }
        long running = mains.stream().filter(u -> u.running() && !u.busy()).count();
        long stopped =
                mains.stream().filter(u -> !u.running() && u.ended() != null).count();
        long succeeded = mains.stream().filter(ContainerLifecycle::succeeded).count();
        if (worker.over()) {
            return succeeded == mains.size() ? "Succeeded" : "Failed";
        }
        if (running + stopped < mains.size()) {
            return "Pending";
        }
        if (running > 0
                || sidecars.stream().anyMatch(ContainerLifecycle::running)
                || worker.restartPolicy().equals("Always")) {
            return "Running";
        }
        if (succeeded == stopped) {
            return "Succeeded";
        }
        return never ? "Failed" : "Running";
    }
}
