package kubelab.controlplane.controllermanager.nodelifecycle;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import kubelab.controlplane.controllermanager.loop.ControlLoop;
import kubelab.controlplane.controllermanager.loop.ControllerContext;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.Key;

/** Wires the node reconciler. A renewed lease is no event: the reconciler asks when the last one was due. */
public final class NodeLifecycleController {
    /** The account upstream uses for it. */
    private static final String ACCOUNT = "node-controller";

    private NodeLifecycleController() {}

    public static ControlLoop wire(ControllerContext context) {
        Cached<Node> nodes = context.informers().of(Node.class);
        Cached<Lease> leases = context.informers().of(Lease.class);
        Cached<Pod> pods = context.informers().of(Pod.class);
        ControlLoop loop = new ControlLoop(
                "node-lifecycle-controller",
                context.clock(),
                new NodeReconciler(
                        nodes, leases, pods, context.client(ACCOUNT), context.recorder(ACCOUNT), context.clock()));
        nodes.onChange(node -> loop.enqueue(Key.of(node)));
        return loop;
    }
}
