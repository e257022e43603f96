package kubelab.controlplane.controllermanager.namespace;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NamespaceCondition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kubelab.containers.clock.Clock;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.Key;
import kubelab.controlplane.controllermanager.loop.Reconciler;
import kubelab.controlplane.controllermanager.namespace.NamespaceContents.Left;
import kubelab.controlplane.controllermanager.namespace.NamespacedKinds.Found;
import kubelab.controlplane.controllermanager.namespace.NamespacedKinds.Kind;

/** Empties a namespace that is being deleted: Pods first, then the rest; at last takes the finalizer off. */
final class NamespaceReconciler implements Reconciler {
    /** The finalizer in a namespace's spec that only this controller removes. */
    private static final String FINALIZER = "kubernetes";

    private final Cached<Namespace> namespaces;
    private final NamespacedKinds kinds;
    private final NamespaceContents contents;
    private final KubernetesClient client;
    private final Clock clock;

    NamespaceReconciler(Cached<Namespace> namespaces, KubernetesClient client, Clock clock) {
        this.namespaces = namespaces;
        this.kinds = new NamespacedKinds(client);
        this.contents = new NamespaceContents(client);
        this.client = client;
        this.clock = clock;
    }

    // tag::reconcile[]
    @Override
    public Result reconcile(Key key) {
        Optional<Namespace> found = namespaces.get(key);
        if (found.isEmpty() || found.get().getMetadata().getDeletionTimestamp() == null || !isHeld(found.get())) {
            return Result.done();
        }
        String name = key.name();
        Found known = kinds.now();
        // Pods first: what they still need on their way out, their Secrets and network policies, must outlive them.
        Left left = contents.empty(
                name, known.kinds().stream().filter(k -> isPods(k)).toList());
        if (left.isNothing()) {
            left = contents.empty(
                    name, known.kinds().stream().filter(k -> !isPods(k)).toList());
        }
        if (left.isNothing() && known.errors().isEmpty()) {
            letGo(name);
            return Result.done();
        }
        report(found.get(), new DeletionConditions(clock.now()).of(known.errors(), left));
        List<String> errors = new ArrayList<>(known.errors());
        errors.addAll(left.errors());
        if (!errors.isEmpty()) {
            // Everything else was deleted all the same; this is tried again, later each time.
            throw new IllegalStateException("cannot empty the namespace yet: " + String.join(", ", errors));
        }
        // Whatever goes calls again at once; this is for what the caches do not hold, such as custom resources.
        return Result.after(Duration.ofSeconds(1));
    }
    // end::reconcile[]

    private static boolean isPods(Kind kind) {
        return kind.group().isEmpty() && kind.resource().equals("pods");
    }

    private void letGo(String name) {
        Namespace latest = client.namespaces().withName(name).get();
        if (latest == null) {
            return;
        }
        Namespace freed = new NamespaceBuilder(latest)
                .editOrNewSpec()
                .removeFromFinalizers(FINALIZER)
                .endSpec()
                .build();
        try {
            client.raw("/api/v1/namespaces/" + name + "/finalize", "PUT", freed);
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
        }
    }

    private void report(Namespace namespace, List<NamespaceCondition> conditions) {
        List<NamespaceCondition> before = namespace.getStatus() == null
                ? List.of()
                : namespace.getStatus().getConditions();
        for (NamespaceCondition condition : conditions) {
            before.stream()
                    .filter(c -> c.getType().equals(condition.getType())
                            && c.getStatus().equals(condition.getStatus()))
                    .findFirst()
                    .ifPresent(c -> condition.setLastTransitionTime(c.getLastTransitionTime()));
        }
        if (!conditions.equals(before)) {
            client.resource(new NamespaceBuilder(namespace)
                            .editOrNewStatus()
                            .withConditions(conditions)
                            .endStatus()
                            .build())
                    .updateStatus();
        }
    }

    private static boolean isHeld(Namespace namespace) {
        return namespace.getSpec() != null
                && namespace.getSpec().getFinalizers() != null
                && namespace.getSpec().getFinalizers().contains(FINALIZER);
    }
}
