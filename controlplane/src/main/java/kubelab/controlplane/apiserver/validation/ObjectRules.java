package kubelab.controlplane.apiserver.validation;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import kubelab.controlplane.apiserver.request.ApiException.Cause;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Checks the values of objects after defaulting: for every kind the metadata, for the kinds that the course touches what
 * upstream checks there, in upstream's words.
 *
 * <p>Simplified: custom kinds and webhooks are checked by type only. Of the status subresource, only the
 * load balancer of a Service is checked; other subresources are not checked.
 */
public final class ObjectRules {
    /** What a new object is held against; most of it an updated one, too. */
    private static final Map<String, Consumer<Field>> RULES = Map.ofEntries(
            Map.entry("Pod", f -> PodRules.create(f.node(), f.errors())),
            Map.entry("PodTemplate", f -> PodRules.template(f.get("template"))),
            Map.entry("Deployment", f -> WorkloadRules.deployment(f.node(), f.errors())),
            Map.entry("ReplicaSet", f -> WorkloadRules.replicaSet(f.node(), f.errors())),
            Map.entry("ControllerRevision", ClusterRules::revision),
            Map.entry("DaemonSet", f -> DaemonSetRules.check(f.node(), f.errors())),
            Map.entry("StatefulSet", f -> StatefulSetRules.check(f.node(), f.errors())),
            Map.entry("ReplicationController", f -> ReplicationControllerRules.check(f.node(), f.errors())),
            Map.entry("Job", f -> JobRules.job(f.node(), f.errors())),
            Map.entry("CronJob", CronJobRules::create),
            Map.entry("HorizontalPodAutoscaler", AutoscalerRules::check),
            Map.entry("PodDisruptionBudget", f -> SchedulingRules.budget(f.node(), f.errors())),
            Map.entry("Service", f -> ServiceRules.check(f.node(), f.errors())),
            Map.entry("EndpointSlice", f -> EndpointRules.slice(f.node(), f.errors())),
            Map.entry("Endpoints", f -> EndpointRules.endpoints(f.node(), f.errors())),
            Map.entry("APIService", ApiServiceRules::check),
            Map.entry("Ingress", IngressRules::create),
            Map.entry("IngressClass", IngressRules::ingressClass),
            Map.entry("NetworkPolicy", NetworkPolicyRules::check),
            Map.entry("ValidatingAdmissionPolicy", AdmissionPolicyRules::policy),
            Map.entry("ValidatingAdmissionPolicyBinding", AdmissionPolicyRules::binding),
            Map.entry("ServiceCIDR", NetworkPolicyRules::serviceRange),
            Map.entry("IPAddress", NetworkPolicyRules::address),
            Map.entry("ConfigMap", f -> ConfigRules.configMap(f.node(), f.errors())),
            Map.entry("Secret", f -> ConfigRules.secret(f.node(), f.errors())),
            Map.entry("ResourceQuota", QuotaRules::quota),
            Map.entry("LimitRange", LimitRangeRules::check),
            Map.entry("PersistentVolume", PersistentVolumeRules::check),
            Map.entry("PersistentVolumeClaim", f -> ClaimRules.spec(f.get("spec"))),
            Map.entry("StorageClass", StorageRules::storageClass),
            Map.entry("VolumeAttributesClass", StorageRules::attributesClass),
            Map.entry("CSIDriver", StorageRules::csiDriver),
            Map.entry("CSINode", StorageRules::csiNode),
            Map.entry("CSIStorageCapacity", StorageRules::capacity),
            Map.entry("VolumeAttachment", StorageRules::attachment),
            Map.entry("PriorityClass", f -> SchedulingRules.priorityClass(f.node(), f.errors())),
            Map.entry("Namespace", ClusterRules::namespace),
            Map.entry("Node", f -> {
                SchedulingRules.node(f.node(), f.errors());
                ClusterRules.node(f);
            }),
            Map.entry("Lease", ClusterRules::lease),
            Map.entry("RuntimeClass", ClusterRules::runtimeClass),
            Map.entry("Event", EventRules::create),
            Map.entry("SubjectAccessReview", ReviewRules::access),
            Map.entry("SelfSubjectAccessReview", ReviewRules::self),
            Map.entry("LocalSubjectAccessReview", ReviewRules::local),
            Map.entry("Role", f -> RbacRules.role(f.node(), true, f.errors())),
            Map.entry("ClusterRole", f -> {
                RbacRules.role(f.node(), false, f.errors());
                RbacRules.aggregation(f);
            }),
            Map.entry("RoleBinding", f -> RbacRules.binding(f.node(), true, f.errors())),
            Map.entry("ClusterRoleBinding", f -> RbacRules.binding(f.node(), false, f.errors())));

    private ObjectRules() {}

    /** @return all reasons why {@code object} cannot be created; empty when it can */
    public static List<Cause> create(ObjectNode object) {
        ErrorList errors = new ErrorList();
        String kind = kind(object);
        if (!kind.endsWith("Review")) {
            MetadataRules.check(object, kind, errors);
        }
        values(kind, object, errors);
        return errors.causes();
    }

    /**
     * @param subresource empty, {@code status}, {@code resize}, …
     * @return all reasons why {@code old} cannot become {@code object}
     */
    public static List<Cause> update(String subresource, ObjectNode object, ObjectNode old) {
        ErrorList errors = new ErrorList();
        JsonNode metadata = object.path("metadata");
        MetadataRules.labels("metadata.labels", metadata.path("labels"), errors);
        MetadataRules.annotations(Field.root(object, errors).at("metadata", "annotations"));
        MetadataRules.update(object, old, kind(object), errors);
        if (!subresource.isEmpty()) {
            if (subresource.equals("status") && kind(object).equals("Service")) {
                ServiceRules.status(object, errors);
            }
            return errors.causes();
        }
        String kind = kind(object);
        Field field = Field.root(object, errors);
        switch (kind) {
            case "Pod" -> PodRules.update(object, old, errors);
            case "Deployment", "ReplicaSet", "DaemonSet" -> {
                values(kind, object, errors);
                WorkloadRules.selectorUpdate(object, old, errors);
            }
            case "StatefulSet" -> StatefulSetRules.update(object, old, errors);
            case "Job" -> {
                values(kind, object, errors);
                JobRules.update(object, old, errors);
            }
            case "Service" -> {
                ServiceRules.update(object, old, errors);
                values(kind, object, errors);
            }
            case "EndpointSlice" -> EndpointRules.sliceUpdate(object, old, errors);
            case "ConfigMap" -> {
                ConfigRules.immutable(object, old, errors);
                values(kind, object, errors);
            }
            case "Secret" -> {
                ConfigRules.immutable(object, old, errors);
                errors.immutable("type", old.path("type"), object.path("type"));
                values(kind, object, errors);
            }
            case "PriorityClass" -> SchedulingRules.priorityClassUpdate(object, old, errors);
            case "RoleBinding", "ClusterRoleBinding" -> {
                values(kind, object, errors);
                RbacRules.bindingUpdate(object, old, errors);
            }
            case "CronJob" -> CronJobRules.update(field, old);
            case "ControllerRevision" -> ClusterRules.revisionUpdate(field, old);
            case "Ingress" -> IngressRules.check(field);
            case "NetworkPolicy" -> {
                // upstream looks twice
                values(kind, object, errors);
                values(kind, object, errors);
            }
            case "IngressClass" -> {
                IngressRules.ingressClassUpdate(field, old);
                values(kind, object, errors);
            }
            case "PersistentVolume" -> {
                values(kind, object, errors);
                PersistentVolumeRules.update(field, old);
            }
            case "PersistentVolumeClaim" -> {
                values(kind, object, errors);
                ClaimRules.update(field, old);
            }
            case "ResourceQuota" -> {
                values(kind, object, errors);
                QuotaRules.quotaUpdate(field, old);
            }
            case "StorageClass" -> {
                values(kind, object, errors);
                StorageRules.storageClassUpdate(field, old);
            }
            case "VolumeAttributesClass" -> StorageRules.attributesClassUpdate(field, old);
            case "CSIDriver" -> {
                values(kind, object, errors);
                StorageRules.csiDriverUpdate(field, old);
            }
            case "CSINode" -> {
                values(kind, object, errors);
                StorageRules.csiNodeUpdate(field, old);
            }
            case "CSIStorageCapacity" -> {
                values(kind, object, errors);
                StorageRules.capacityUpdate(field, old);
            }
            case "VolumeAttachment" -> {
                values(kind, object, errors);
                if (!object.path("spec").equals(old.path("spec"))) {
                    errors.invalidObject("spec", "{…}", "field is immutable");
                }
            }
            case "RuntimeClass" -> {
                values(kind, object, errors);
                errors.immutable("handler", old.path("handler"), object.path("handler"));
            }
            case "Namespace" -> {}
            default -> values(kind, object, errors);
        }
        return errors.causes();
    }

    /** Of a new object of a custom kind its metadata only. */
    public static List<Cause> customCreate(ObjectNode object) {
        ErrorList errors = new ErrorList();
        MetadataRules.check(object, MetadataRules.CUSTOM, errors);
        return SizeRules.create(object, errors.causes());
    }

    /** Of a changed object of a custom kind its metadata only. */
    public static List<Cause> customUpdate(ObjectNode object, ObjectNode old) {
        ErrorList errors = new ErrorList();
        JsonNode metadata = object.path("metadata");
        MetadataRules.labels("metadata.labels", metadata.path("labels"), errors);
        MetadataRules.annotations(Field.root(object, errors).at("metadata", "annotations"));
        MetadataRules.update(object, old, MetadataRules.CUSTOM, errors);
        return SizeRules.update(object, errors.causes());
    }

    /** The metadata of an object inside a custom one, if it has any: its name is any name, and need not be there. */
    public static List<Cause> insideMetadata(ObjectNode object) {
        ErrorList errors = new ErrorList();
        MetadataRules.checkInside(object, errors);
        return errors.causes();
    }

    private static void values(String kind, ObjectNode object, ErrorList errors) {
        Consumer<Field> rule = RULES.get(kind);
        if (rule != null) {
            rule.accept(Field.root(object, errors));
        }
    }

    private static String kind(ObjectNode object) {
        return object.path("kind").asString("");
    }
}
