package kubelab.controlplane.defaulting;

import java.util.Map;
import kubelab.controlplane.apiserver.registry.Resource;
import kubelab.controlplane.apiserver.verb.Defaulter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Finds the defaults of a kind. Kinds without an entry have none. */
public final class Defaults implements Defaulter {
    private interface Rule {
        void apply(ObjectNode object);
    }

    private static final Map<String, Rule> RULES = Map.ofEntries(
            Map.entry("v1/Pod", PodDefaults::pod),
            Map.entry("v1/PodTemplate", o -> PodDefaults.template(o, "template")),
            Map.entry("v1/ReplicationController", WorkloadDefaults::replicationController),
            Map.entry("apps/v1/Deployment", WorkloadDefaults::deployment),
            Map.entry("apps/v1/ReplicaSet", WorkloadDefaults::replicaSet),
            Map.entry("apps/v1/StatefulSet", WorkloadDefaults::statefulSet),
            Map.entry("apps/v1/DaemonSet", WorkloadDefaults::daemonSet),
            Map.entry("batch/v1/Job", WorkloadDefaults::job),
            Map.entry("batch/v1/CronJob", WorkloadDefaults::cronJob),
            Map.entry("autoscaling/v2/HorizontalPodAutoscaler", WorkloadDefaults::autoscaler),
            Map.entry("autoscaling/v1/HorizontalPodAutoscaler", WorkloadDefaults::autoscalerV1),
            Map.entry("v1/Service", NetworkDefaults::service),
            Map.entry("v1/Endpoints", NetworkDefaults::endpoints),
            Map.entry("discovery.k8s.io/v1/EndpointSlice", NetworkDefaults::endpointSlice),
            Map.entry("networking.k8s.io/v1/NetworkPolicy", NetworkDefaults::networkPolicy),
            Map.entry("networking.k8s.io/v1/IngressClass", NetworkDefaults::ingressClass),
            Map.entry("apiregistration.k8s.io/v1/APIService", NetworkDefaults::apiService),
            Map.entry("admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy", PolicyDefaults::policy),
            Map.entry("admissionregistration.k8s.io/v1/ValidatingAdmissionPolicyBinding", PolicyDefaults::binding),
            Map.entry("v1/Secret", ConfigDefaults::secret),
            Map.entry("v1/Namespace", ConfigDefaults::namespace),
            Map.entry("v1/PersistentVolume", ConfigDefaults::persistentVolume),
            Map.entry("v1/PersistentVolumeClaim", ConfigDefaults::persistentVolumeClaim),
            Map.entry("v1/LimitRange", ConfigDefaults::limitRange),
            Map.entry("storage.k8s.io/v1/StorageClass", ConfigDefaults::storageClass),
            Map.entry("storage.k8s.io/v1/CSIDriver", ConfigDefaults::csiDriver),
            Map.entry("v1/Node", ConfigDefaults::node),
            Map.entry("scheduling.k8s.io/v1/PriorityClass", ConfigDefaults::priorityClass),
            Map.entry("rbac.authorization.k8s.io/v1/RoleBinding", ConfigDefaults::roleBinding),
            Map.entry("rbac.authorization.k8s.io/v1/ClusterRoleBinding", ConfigDefaults::roleBinding));

    @Override
    public void setDefaults(Resource resource, ObjectNode object) {
        if (resource.isCustom()) {
            return;
        }
        Rule rule = RULES.get(resource.apiVersion() + "/" + resource.kind());
        if (rule != null) {
            rule.apply(object);
        }
    }

    static void text(ObjectNode object, String field, String value) {
        JsonNode there = object.get(field);
        if (there == null
                || there.isNull()
                || (there.isString() && there.stringValue().isEmpty())) {
            object.put(field, value);
        }
    }

    /** As {@link #text} for a field whose empty word is a word. */
    static void word(ObjectNode object, String field, String value) {
        if (isUnset(object, field)) {
            object.put(field, value);
        }
    }

    static void number(ObjectNode object, String field, int value) {
        if (isUnset(object, field)) {
            object.put(field, value);
        }
    }

    static void flag(ObjectNode object, String field, boolean value) {
        if (isUnset(object, field)) {
            object.put(field, value);
        }
    }

    static boolean isUnset(ObjectNode object, String field) {
        JsonNode there = object.get(field);
        return there == null || there.isNull();
    }
}
