package kubelab.controlplane.controllermanager.namespace;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NamespaceCondition;
import io.fabric8.kubernetes.api.model.NamespaceConditionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import kubelab.controlplane.clock.Clock;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.Key;
import kubelab.controlplane.controllermanager.loop.Reconciler;
import kubelab.controlplane.controllermanager.namespace.NamespaceContents.Kind;

/** Empties a namespace that is being deleted: Pods first, then the rest; at last takes the finalizer off. */
final class NamespaceReconciler implements Reconciler {
    /** The finalizer in a namespace's spec that only this controller removes. */
    private static final String FINALIZER = "kubernetes";

    private final Cached<Namespace> namespaces;
    private final NamespaceContents contents;
    private final KubernetesClient client;
    private final Clock clock;

    NamespaceReconciler(
            Cached<Namespace> namespaces, NamespaceContents contents, KubernetesClient client, Clock clock) {
        this.namespaces = namespaces;
        this.contents = contents;
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
        List<Kind> kinds = contents.kinds();
        Map<String, List<GenericKubernetesResource>> remaining = new TreeMap<>();
        // Pods first: what they still need on their way out, their Secrets and network policies, must outlive them.
        empty(name, kinds.stream().filter(k -> k.resource().equals("pods")).toList(), remaining);
        if (remaining.isEmpty()) {
            empty(name, kinds.stream().filter(k -> !k.resource().equals("pods")).toList(), remaining);
        }
        if (remaining.isEmpty()) {
            letGo(name);
            return Result.done();
        }
        report(found.get(), remaining);
        // Whatever goes calls again at once; this is for what the caches do not hold, such as custom resources.
        return Result.after(Duration.ofSeconds(1));
    }
    // end::reconcile[]

    private void empty(String namespace, List<Kind> kinds, Map<String, List<GenericKubernetesResource>> remaining) {
        for (Kind kind : kinds) {
            if (contents.list(kind, namespace).isEmpty()) {
                continue;
            }
            contents.delete(kind, namespace);
            List<GenericKubernetesResource> left = contents.list(kind, namespace);
            if (!left.isEmpty()) {
                remaining.put(kind.qualified(), left);
            }
        }
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

    private void report(Namespace namespace, Map<String, List<GenericKubernetesResource>> remaining) {
        String resources = remaining.entrySet().stream()
                .map(e -> e.getKey() + " has " + e.getValue().size() + " resource instances")
                .collect(Collectors.joining(", "));
        Map<String, Integer> finalizers = new TreeMap<>();
        remaining
                .values()
                .forEach(objects -> objects.forEach(
                        o -> Objects.requireNonNullElse(o.getMetadata().getFinalizers(), List.<String>of())
                                .forEach(f -> finalizers.merge(f, 1, Integer::sum))));
        String holders = finalizers.entrySet().stream()
                .map(e -> e.getKey() + " in " + e.getValue() + " resource instances")
                .collect(Collectors.joining(", "));

        List<NamespaceCondition> conditions = new ArrayList<>();
        conditions.add(condition(
                "NamespaceDeletionDiscoveryFailure",
                false,
                "ResourcesDiscovered",
                "All resources successfully discovered"));
        conditions.add(condition(
                "NamespaceDeletionGroupVersionParsingFailure",
                false,
                "ParsedGroupVersions",
                "All legacy kube types successfully parsed"));
        conditions.add(condition(
                "NamespaceDeletionContentFailure",
                false,
                "ContentDeleted",
                "All content successfully deleted, may be waiting on finalization"));
        conditions.add(condition(
                "NamespaceContentRemaining",
                true,
                "SomeResourcesRemain",
                "Some resources are remaining: " + resources));
        conditions.add(
                finalizers.isEmpty()
                        ? condition(
                                "NamespaceFinalizersRemaining",
                                false,
                                "ContentHasNoFinalizers",
                                "All content-preserving finalizers finished")
                        : condition(
                                "NamespaceFinalizersRemaining",
                                true,
                                "SomeFinalizersRemain",
                                "Some content in the namespace has finalizers remaining: " + holders));
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

    private NamespaceCondition condition(String type, boolean status, String reason, String message) {
        return new NamespaceConditionBuilder()
                .withType(type)
                .withStatus(status ? "True" : "False")
                .withReason(reason)
                .withMessage(message)
                .withLastTransitionTime(
                        clock.now().truncatedTo(ChronoUnit.SECONDS).toString())
                .build();
    }

    private static boolean isHeld(Namespace namespace) {
        return namespace.getSpec() != null
                && namespace.getSpec().getFinalizers() != null
                && namespace.getSpec().getFinalizers().contains(FINALIZER);
    }
}
