package kubelab.controlplane.apiserver;

import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is special about single kinds when they are written: who may write which part, and what the server fills in.
 *
 * <p>Source: the strategy.go files under pkg/registry, release 1.34.
 */
final class Strategies {
    private static final Set<String> WITHOUT_GENERATION = Set.of(
            "/configmaps",
            "/secrets",
            "/services",
            "/endpoints",
            "/events",
            "/namespaces",
            "/nodes",
            "/serviceaccounts",
            "/persistentvolumes",
            "/persistentvolumeclaims",
            "/limitranges",
            "/resourcequotas",
            "/podtemplates",
            "events.k8s.io/events",
            "apps/controllerrevisions",
            "rbac.authorization.k8s.io/roles",
            "rbac.authorization.k8s.io/rolebindings",
            "rbac.authorization.k8s.io/clusterroles",
            "rbac.authorization.k8s.io/clusterrolebindings",
            "coordination.k8s.io/leases",
            "autoscaling/horizontalpodautoscalers",
            "storage.k8s.io/storageclasses",
            "storage.k8s.io/csinodes",
            "storage.k8s.io/csidrivers",
            "storage.k8s.io/volumeattachments",
            "apiregistration.k8s.io/apiservices",
            "node.k8s.io/runtimeclasses",
            "networking.k8s.io/servicecidrs",
            "networking.k8s.io/ipaddresses");

    private static final String TEMPLATE_GENERATION = "deprecated.daemonset.template.generation";

    /** Fields that are not part of the desired state. */
    private static final Set<String> NOT_SPEC = Set.of("metadata", "status", "kind", "apiVersion");

    private Strategies() {}

    static boolean hasGeneration(Resource resource) {
        return !WITHOUT_GENERATION.contains(resource.group() + "/" + resource.plural());
    }

    static void prepareForCreate(Resource resource, ObjectNode object) {
        DisabledFields.drop(resource, object);
        if (resource.hasStatus() && !resource.is("", "nodes") && !resource.is("", "services")) {
            object.remove("status");
        }
        switch (resource.group() + "/" + resource.plural()) {
            case "/pods":
                ObjectNode status = object.putObject("status");
                status.put("phase", "Pending").put("qosClass", QosClass.of(object));
                MatchLabelKeys.apply(object);
                if (Json.number(object, 0, "spec", "terminationGracePeriodSeconds") < 0) {
                    Json.ensure(object, "spec").put("terminationGracePeriodSeconds", 1);
                }
                if (!Json.items(object, "spec", "schedulingGates").isEmpty()) {
                    ObjectNode gated = status.putArray("conditions").addObject();
                    gated.put("type", "PodScheduled").put("status", "False").putNull("lastProbeTime");
                    gated.put("lastTransitionTime", Json.string(object, "metadata", "creationTimestamp"));
                    gated.put("reason", "SchedulingGated")
                            .put("message", "Scheduling is blocked due to non-empty scheduling gates");
                }
                break;
            case "/namespaces":
                object.putObject("status").put("phase", "Active");
                ObjectNode spec = Json.ensure(object, "spec");
                if (!Json.strings(spec, "finalizers").contains("kubernetes")) {
                    spec.withArray("finalizers").add("kubernetes");
                }
                break;
            case "/persistentvolumeclaims":
                object.putObject("status").put("phase", "Pending");
                DataSources.normalise(Json.ensure(object, "spec"), false);
                break;
            case "/persistentvolumes":
                object.putObject("status")
                        .put("phase", "Pending")
                        .put("lastPhaseTransitionTime", Json.string(object, "metadata", "creationTimestamp"));
                break;
            case "/serviceaccounts":
                secretNames(object);
                break;
            case "/limitranges":
                // the only kind that needs no name
                if (Json.string(object, "metadata", "name").isEmpty()) {
                    Json.ensure(object, "metadata").put("name", Json.string(object, "metadata", "uid"));
                }
                break;
            case "storage.k8s.io/volumeattachments":
                object.putObject("status").put("attached", false);
                break;
            case "networking.k8s.io/ingresses":
                object.putObject("status").putObject("loadBalancer");
                break;

            case "apps/statefulsets":
                object.putObject("status").put("replicas", 0).put("availableReplicas", 0);
                break;
            case "apps/replicasets":
            case "/replicationcontrollers":
                object.putObject("status").put("replicas", 0);
                break;
            case "apps/daemonsets":
                object.putObject("status")
                        .put("currentNumberScheduled", 0)
                        .put("numberMisscheduled", 0)
                        .put("desiredNumberScheduled", 0)
                        .put("numberReady", 0);
                Json.ensure(object, "metadata", "annotations").put(TEMPLATE_GENERATION, "1");
                break;
            case "policy/poddisruptionbudgets":
                object.putObject("status")
                        .put("disruptionsAllowed", 0)
                        .put("currentHealthy", 0)
                        .put("desiredHealthy", 0)
                        .put("expectedPods", 0);
                break;
            case "autoscaling/horizontalpodautoscalers":
                if (resource.version().equals("v1")) {
                    object.putObject("status").put("currentReplicas", 0).put("desiredReplicas", 0);
                } else {
                    object.putObject("status").put("desiredReplicas", 0).putNull("currentMetrics");
                }
                break;
            case "batch/jobs":
                object.putObject("status");
                JobSelector.generate(object);
                break;
            case "/services":
                if (Json.object(object, "status") == null) {
                    object.putObject("status").putObject("loadBalancer");
                }
                break;
            default:
                if (resource.hasStatus() && resource.definition() == null && !object.has("status")) {
                    object.putObject("status");
                }
        }
    }

    /** Takes from the live object what this request may not change. */
    static void prepareForUpdate(Resource resource, String subresource, ObjectNode next, ObjectNode live) {
        if (subresource.equals("status")) {
            JsonNode status = next.get("status");
            JsonNode metadata = next.get("metadata");
            for (String field : List.copyOf(next.propertyNames())) {
                next.remove(field);
            }
            live.properties().forEach(e -> next.set(e.getKey(), e.getValue().deepCopy()));
            if (status == null) {
                next.remove("status");
            } else {
                next.set("status", status);
            }
            if (metadata instanceof ObjectNode sent) {
                ObjectNode kept = Json.ensure(next, "metadata");
                // As upstream: a status update may touch annotations and labels of most kinds, nothing else.
                for (String field : List.of("labels", "annotations", "managedFields", "finalizers")) {
                    JsonNode value = sent.get(field);
                    if (value == null) {
                        kept.remove(field);
                    } else {
                        kept.set(field, value);
                    }
                }
            }
            return;
        }
        DisabledFields.drop(resource, next);
        if (resource.hasStatus() && subresource.isEmpty()) {
            JsonNode status = live.get("status");
            if (status == null) {
                next.remove("status");
            } else {
                next.set("status", status.deepCopy());
            }
        }
        switch (resource.group() + "/" + resource.plural()) {
            case "/services" -> ServiceStrategy.prepareForUpdate(next, live);
            case "apps/daemonsets" -> countTemplates(next, live);
            case "/serviceaccounts" -> secretNames(next);
            case "/persistentvolumeclaims" ->
                DataSources.normalise(Json.ensure(next, "spec"), Json.object(live, "spec", "dataSource") != null);
            case "/namespaces" -> {
                if (subresource.isEmpty() && live.path("spec").has("finalizers")) {
                    Json.ensure(next, "spec")
                            .set(
                                    "finalizers",
                                    live.path("spec").path("finalizers").deepCopy());
                }
            }
            default -> {}
        }
    }

    /** An old way to tell templates apart; upstream keeps counting. */
    private static void countTemplates(ObjectNode next, ObjectNode live) {
        String before = Json.string(live, "metadata", "annotations", TEMPLATE_GENERATION);
        boolean same =
                next.path("spec").path("template").equals(live.path("spec").path("template"));
        if (before.matches("[0-9]{1,9}")) {
            Json.ensure(next, "metadata", "annotations")
                    .put(TEMPLATE_GENERATION, Integer.toString(Integer.parseInt(before) + (same ? 0 : 1)));
        }
    }

    /** Of the secrets of an account nothing counts but their names. */
    private static void secretNames(ObjectNode account) {
        Json.objects(account, "secrets").forEach(secret -> secret.retain("name"));
    }

    /** The generation counts changes of what is wished for. */
    static void bumpGeneration(Resource resource, ObjectNode next, ObjectNode live) {
        if (!hasGeneration(resource)) {
            Json.ensure(next, "metadata").remove("generation");
            return;
        }
        long generation = Json.number(live, 1, "metadata", "generation");
        // Of a PriorityClass nothing that matters can change, so upstream never counts on.
        boolean changed = specChanged(next, live) && !resource.is("scheduling.k8s.io", "priorityclasses");
        Json.ensure(next, "metadata").put("generation", changed ? generation + 1 : generation);
    }

    private static boolean specChanged(ObjectNode next, ObjectNode live) {
        for (String field : next.propertyNames()) {
            if (!NOT_SPEC.contains(field) && !Json.same(next.get(field), live.get(field))) {
                return true;
            }
        }
        for (String field : live.propertyNames()) {
            if (!NOT_SPEC.contains(field) && !next.has(field)) {
                return true;
            }
        }
        return false;
    }
}
