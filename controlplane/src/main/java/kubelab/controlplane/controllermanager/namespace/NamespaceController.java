package kubelab.controlplane.controllermanager.namespace;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import kubelab.controlplane.controllermanager.loop.ControlLoop;
import kubelab.controlplane.controllermanager.loop.ControllerContext;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.Key;

/** Wires the namespace reconciler: a namespace is looked at when it changes, and when something in it goes. */
public final class NamespaceController {
    private static final String NAME = "namespace-controller";

    private NamespaceController() {}

    public static ControlLoop wire(ControllerContext context) {
        Cached<Namespace> namespaces = context.informers().of(Namespace.class);
        context.informers().of(Pod.class);
        ControlLoop loop = new ControlLoop(
                NAME, context.clock(), new NamespaceReconciler(namespaces, context.client(NAME), context.clock()));
        namespaces.onChange(namespace -> {
            if (namespace.getMetadata().getDeletionTimestamp() != null) {
                loop.enqueue(Key.of(namespace));
            }
        });
        context.informers().all().forEach(cached -> watchDeletions(cached, namespaces, loop));
        return loop;
    }

    /** What holds up a namespace is mostly Pods that end gracefully: when one is gone, it is time to look again. */
    private static <T extends HasMetadata> void watchDeletions(
            Cached<T> cached, Cached<Namespace> namespaces, ControlLoop loop) {
        cached.onEvent(object -> {}, (before, after) -> {}, object -> {
            String namespace = object.getMetadata().getNamespace();
            if (namespace != null
                    && namespaces
                            .get("", namespace)
                            .filter(n -> n.getMetadata().getDeletionTimestamp() != null)
                            .isPresent()) {
                loop.enqueue(new Key("", namespace));
            }
        });
    }
}
