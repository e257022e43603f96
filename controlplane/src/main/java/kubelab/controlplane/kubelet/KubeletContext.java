package kubelab.controlplane.kubelet;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.concurrent.Executor;
import kubelab.containers.clock.Clock;
import kubelab.containers.runtime.ContainerRuntime;
import kubelab.controlplane.events.EventRecorder;

/** What a Pod's worker gets from its kubelet. */
interface KubeletContext {
    NodeConfig node();

    ClusterConfig cluster();

    KubernetesClient client();

    PodConfigSource podConfig();

    ContainerRuntime runtime();

    Clock clock();

    EventRecorder events();

    Handlers handlers();

    Executor workers();

    Executor blocking();

    /** Whether the API server can be reached (it cannot while the node is cut off). */
    boolean online();

    /** The node is gone. */
    boolean closed();

    /** The worker has nothing left to do. */
    void forget(PodWorker worker);
}
