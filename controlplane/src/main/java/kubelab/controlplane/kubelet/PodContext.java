package kubelab.controlplane.kubelet;

import io.fabric8.kubernetes.api.model.Pod;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import kubelab.containers.clock.Clock;
import kubelab.containers.runtime.ContainerRuntime;
import kubelab.containers.runtime.PodSandbox;
import kubelab.controlplane.events.EventRecorder;
import org.jspecify.annotations.Nullable;

/** What a container needs to know of the Pod and the node that it is part of. */
interface PodContext {
    Pod pod();

    NodeConfig node();

    Clock clock();

    ContainerRuntime runtime();

    @Nullable
    PodSandbox sandbox();

    Environment environment();

    /** What the Pod's {@code imagePullSecrets} hold now. */
    PullSecrets pullSecrets();

    Volumes volumes();

    Handlers handlers();

    EventRecorder events();

    /** Tasks of this Pod, one after another. */
    Executor queue();

    /** For handlers that block on the network. */
    Executor blocking();

    /** The kubelet is stopped. */
    boolean paused();

    /** Something has changed: look at the whole Pod again. */
    void changed();

    /** Look at the whole Pod again after {@code delay}. */
    void wake(java.time.Duration delay);

    default String podIp() {
        PodSandbox sandbox = sandbox();
        return sandbox == null ? "" : sandbox.network().ip();
    }

    /** {@code NAME_NAMESPACE(UID)}, how the kubelet's messages name a Pod. */
    default String formatted() {
        return pod().getMetadata().getName() + "_" + pod().getMetadata().getNamespace() + "("
                + pod().getMetadata().getUid() + ")";
    }

    default @Nullable Path volume(String name) {
        return volumes().path(name);
    }
}
