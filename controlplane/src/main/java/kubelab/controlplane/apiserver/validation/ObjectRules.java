package kubelab.controlplane.apiserver.validation;

import java.util.List;
import kubelab.controlplane.apiserver.ApiException.Cause;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Checks the values of objects after defaulting: for every kind the metadata, for the kinds that the course touches what
 * upstream checks there, in upstream's words.
 *
 * <p>Simplified: other kinds are checked by type only; so are the rarer fields of Pods (volumes other than emptyDir,
 * hostPath, configMap, secret and claims, host aliases, sysctls).
 */
public final class ObjectRules {
    private ObjectRules() {}

    /** @return all reasons why {@code object} cannot be created; empty when it can */
    public static List<Cause> create(ObjectNode object) {
        Problems problems = new Problems();
        String kind = kind(object);
        MetadataRules.check(object, kind, problems);
        values(kind, object, problems);
        return problems.causes();
    }

    /**
     * @param subresource empty, {@code status}, {@code resize}, …
     * @return all reasons why {@code old} cannot become {@code object}
     */
    public static List<Cause> update(String subresource, ObjectNode object, ObjectNode old) {
        Problems problems = new Problems();
        JsonNode metadata = object.path("metadata");
        MetadataRules.labels("metadata.labels", metadata.path("labels"), problems);
        metadata.path("annotations")
                .properties()
                .forEach(a -> problems.name("metadata.annotations", a.getKey(), Names.qualified(a.getKey())));
        if (!subresource.isEmpty()) {
            if (subresource.equals("status") && kind(object).equals("Service")) {
                ServiceRules.status(object, problems);
            }
            return problems.causes();
        }
        String kind = kind(object);
        switch (kind) {
            case "Pod" -> PodRules.update(object, old, problems);
            case "Deployment", "ReplicaSet", "DaemonSet" -> {
                values(kind, object, problems);
                WorkloadRules.selectorUpdate(object, old, problems);
            }
            case "StatefulSet" -> StatefulSetRules.update(object, old, problems);
            case "Job" -> {
                values(kind, object, problems);
                JobRules.update(object, old, problems);
            }
            case "Service" -> {
                ServiceRules.update(object, old, problems);
                values(kind, object, problems);
            }
            case "EndpointSlice" -> EndpointRules.sliceUpdate(object, old, problems);
            case "ConfigMap" -> {
                ConfigRules.immutable(object, old, problems);
                values(kind, object, problems);
            }
            case "Secret" -> {
                ConfigRules.immutable(object, old, problems);
                problems.immutable("type", old.path("type"), object.path("type"));
                values(kind, object, problems);
            }
            case "PriorityClass" -> {
                values(kind, object, problems);
                SchedulingRules.priorityClassUpdate(object, old, problems);
            }
            case "RoleBinding", "ClusterRoleBinding" -> {
                values(kind, object, problems);
                RbacRules.bindingUpdate(object, old, problems);
            }
            default -> values(kind, object, problems);
        }
        return problems.causes();
    }

    private static void values(String kind, ObjectNode object, Problems problems) {
        switch (kind) {
            case "Pod" -> PodRules.create(object, problems);
            case "Deployment" -> WorkloadRules.deployment(object, problems);
            case "ReplicaSet" -> WorkloadRules.replicaSet(object, problems);
            case "DaemonSet" -> DaemonSetRules.check(object, problems);
            case "StatefulSet" -> StatefulSetRules.check(object, problems);
            case "ReplicationController" -> ReplicationControllerRules.check(object, problems);
            case "Job" -> JobRules.job(object, problems);
            case "Service" -> ServiceRules.check(object, problems);
            case "EndpointSlice" -> EndpointRules.slice(object, problems);
            case "Endpoints" -> EndpointRules.endpoints(object, problems);
            case "ConfigMap" -> ConfigRules.configMap(object, problems);
            case "Secret" -> ConfigRules.secret(object, problems);
            case "PriorityClass" -> SchedulingRules.priorityClass(object, problems);
            case "PodDisruptionBudget" -> SchedulingRules.budget(object, problems);
            case "Node" -> SchedulingRules.node(object, problems);
            case "Role" -> RbacRules.role(object, true, problems);
            case "ClusterRole" -> RbacRules.role(object, false, problems);
            case "RoleBinding" -> RbacRules.binding(object, true, problems);
            case "ClusterRoleBinding" -> RbacRules.binding(object, false, problems);
            default -> {}
        }
    }

    private static String kind(ObjectNode object) {
        return object.path("kind").asString("");
    }
}
