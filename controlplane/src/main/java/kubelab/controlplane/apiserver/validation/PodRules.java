package kubelab.controlplane.apiserver.validation;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Pods and the templates they are made from. Source: k8s.io/kubernetes/pkg/apis/core/validation (1.34). */
final class PodRules {
    private static final String UPDATE_DETAIL =
            "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
                    + "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
                    + "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";
    private static final long MAX_ID = 2147483647L;

    private PodRules() {}

    static void create(JsonNode pod, Problems problems) {
        if (!pod.path("spec").path("ephemeralContainers").isEmpty()) {
            problems.forbidden("spec.ephemeralContainers", "cannot be set on create");
        }
        spec("spec", pod.path("spec"), problems);
    }

    static void spec(String path, JsonNode spec, Problems problems) {
        Set<String> volumes = VolumeRules.check(path + ".volumes", spec.path("volumes"), problems);
        ContainerRules containers = new ContainerRules(problems, volumes);
        containers.containers(path + ".containers", spec.path("containers"));
        containers.initContainers(path + ".initContainers", spec.path("initContainers"));
        problems.oneOf(path + ".restartPolicy", spec.path("restartPolicy"), "Always", "OnFailure", "Never");
        problems.oneOf(
                path + ".dnsPolicy",
                spec.path("dnsPolicy"),
                "ClusterFirstWithHostNet",
                "ClusterFirst",
                "Default",
                "None");
        MetadataRules.labels(path + ".nodeSelector", spec.path("nodeSelector"), problems);
        securityContext(path + ".securityContext", spec, problems);
        for (String field : List.of("serviceAccountName", "nodeName")) {
            String name = spec.path(field).asString("");
            if (!name.isEmpty()) {
                problems.name(path + "." + field, name, Names.subdomain(name));
            }
        }
        affinity(path + ".affinity", spec.path("affinity"), problems);
        SchedulingRules.spread(path + ".topologySpreadConstraints", spec.path("topologySpreadConstraints"), problems);
        for (String field : List.of("hostname", "subdomain")) {
            String name = spec.path(field).asString("");
            if (!name.isEmpty()) {
                problems.name(path + "." + field, name, Names.label(name));
            }
        }
        tolerations(path + ".tolerations", spec.path("tolerations"), problems);
        if (spec.has("activeDeadlineSeconds")) {
            problems.inRange(path + ".activeDeadlineSeconds", spec.path("activeDeadlineSeconds"), 1, MAX_ID);
        }
    }

    /** Most of a Pod's spec is fixed once it exists. */
    static void update(ObjectNode pod, ObjectNode old, Problems problems) {
        JsonNode spec = pod.path("spec");
        JsonNode oldSpec = old.path("spec");
        boolean resized = false;
        for (String list : List.of("containers", "initContainers")) {
            if (spec.path(list).size() != oldSpec.path(list).size()) {
                problems.forbidden("spec." + list, "pod updates may not add or remove containers");
                resized = true;
            }
            for (int i = 0; i < spec.path(list).size() && !resized; i++) {
                if (spec.path(list).path(i).path("image").asString("").isEmpty()) {
                    problems.required("spec." + list + "[" + i + "].image");
                }
            }
        }
        if (resized) {
            return;
        }
        JsonNode deadline = spec.path("activeDeadlineSeconds");
        JsonNode oldDeadline = oldSpec.path("activeDeadlineSeconds");
        if (oldDeadline.isNumber() && !deadline.isNumber()) {
            problems.invalid(
                    "spec.activeDeadlineSeconds", oldDeadline, "must not update from a positive integer to nil value");
        } else if (oldDeadline.isNumber() && deadline.asLong() > oldDeadline.asLong()) {
            problems.invalid("spec.activeDeadlineSeconds", deadline, "must be less than or equal to previous value");
        }
        if (!withoutMutable(spec, spec).equals(withoutMutable(oldSpec, spec))
                || !keepsAll(oldSpec.path("tolerations"), spec.path("tolerations"))) {
            problems.forbidden("spec", UPDATE_DETAIL);
        }
    }

    private static boolean keepsAll(JsonNode before, JsonNode after) {
        Set<JsonNode> kept = new HashSet<>();
        after.forEach(kept::add);
        for (JsonNode item : before) {
            if (!kept.contains(item)) {
                return false;
            }
        }
        return true;
    }

    /** What must stay: all but images, the deadline, more tolerations, and scheduling gates while there are some. */
    private static JsonNode withoutMutable(JsonNode spec, JsonNode next) {
        ObjectNode copy = (ObjectNode) spec.deepCopy();
        copy.remove(List.of("activeDeadlineSeconds", "schedulingGates"));
        if (next.path("terminationGracePeriodSeconds").asLong(0) == 1) {
            copy.remove("terminationGracePeriodSeconds");
        }
        copy.remove("tolerations");
        for (String list : List.of("containers", "initContainers")) {
            copy.path(list).forEach(container -> ((ObjectNode) container).remove("image"));
        }
        return copy;
    }

    private static void securityContext(String path, JsonNode spec, Problems problems) {
        JsonNode context = spec.path("securityContext");
        for (String field : List.of("runAsUser", "runAsGroup", "fsGroup")) {
            if (context.path(field).isNumber()) {
                problems.inRange(path + "." + field, context.path(field), 0, MAX_ID);
            }
        }
        JsonNode share = spec.path("shareProcessNamespace");
        if (share.asBoolean(false) && spec.path("hostPID").asBoolean(false)) {
            problems.invalid(
                    path + ".shareProcessNamespace", share, "ShareProcessNamespace and HostPID cannot both be enabled");
        }
    }

    private static void tolerations(String path, JsonNode tolerations, Problems problems) {
        for (int i = 0; i < tolerations.size(); i++) {
            String here = path + "[" + i + "]";
            JsonNode toleration = tolerations.path(i);
            String key = toleration.path("key").asString("");
            String operator = toleration.path("operator").asString("");
            if (!key.isEmpty()) {
                problems.name(here + ".key", key, Names.qualified(key));
            } else if (!operator.equals("Exists")) {
                problems.invalid(
                        here + ".operator",
                        operator,
                        "operator must be Exists when `key` is empty, which means \"match all values and all keys\"");
            }
            if (operator.equals("Exists")
                    && !toleration.path("value").asString("").isEmpty()) {
                problems.invalid(
                        here + ".operator",
                        toleration.path("value"),
                        "value must be empty when `operator` is 'Exists'");
            } else if (!operator.equals("Exists")) {
                problems.oneOf(here + ".operator", toleration.path("operator"), "Equal", "Exists");
            }
            if (toleration.has("tolerationSeconds")
                    && !toleration.path("effect").asString("").equals("NoExecute")) {
                problems.invalid(
                        here + ".effect",
                        toleration.path("effect").asString(""),
                        "effect must be 'NoExecute' when `tolerationSeconds` is set");
            }
            problems.oneOf(here + ".effect", toleration.path("effect"), "NoSchedule", "PreferNoSchedule", "NoExecute");
        }
    }

    private static void affinity(String path, JsonNode affinity, Problems problems) {
        JsonNode node = affinity.path("nodeAffinity");
        String required = "requiredDuringSchedulingIgnoredDuringExecution";
        String preferred = "preferredDuringSchedulingIgnoredDuringExecution";
        JsonNode terms = node.path(required).path("nodeSelectorTerms");
        if (node.has(required) && terms.isEmpty()) {
            problems.required(
                    path + ".nodeAffinity." + required + ".nodeSelectorTerms",
                    "must have at least one node selector term");
        }
        for (int i = 0; i < terms.size(); i++) {
            nodeTerm(path + ".nodeAffinity." + required + ".nodeSelectorTerms[" + i + "]", terms.path(i), problems);
        }
        for (int i = 0; i < node.path(preferred).size(); i++) {
            String here = path + ".nodeAffinity." + preferred + "[" + i + "]";
            weight(here, node.path(preferred).path(i), problems);
            nodeTerm(here + ".preference", node.path(preferred).path(i).path("preference"), problems);
        }
        for (String kind : List.of("podAffinity", "podAntiAffinity")) {
            JsonNode pods = affinity.path(kind);
            for (int i = 0; i < pods.path(required).size(); i++) {
                podTerm(
                        path + "." + kind + "." + required + "[" + i + "]",
                        pods.path(required).path(i),
                        problems);
            }
            for (int i = 0; i < pods.path(preferred).size(); i++) {
                String here = path + "." + kind + "." + preferred + "[" + i + "]";
                weight(here, pods.path(preferred).path(i), problems);
                podTerm(here + ".podAffinityTerm", pods.path(preferred).path(i).path("podAffinityTerm"), problems);
            }
        }
    }

    private static void weight(String path, JsonNode term, Problems problems) {
        long weight = term.path("weight").asLong(0);
        if (weight < 1 || weight > 100) {
            problems.invalid(path + ".weight", term.path("weight"), "must be in the range 1-100");
        }
    }

    private static void nodeTerm(String path, JsonNode term, Problems problems) {
        JsonNode expressions = term.path("matchExpressions");
        for (int i = 0; i < expressions.size(); i++) {
            String here = path + ".matchExpressions[" + i + "]";
            String operator = expressions.path(i).path("operator").asString("");
            int values = expressions.path(i).path("values").size();
            switch (operator) {
                case "In", "NotIn" -> {
                    if (values == 0) {
                        problems.required(here + ".values", "must be specified when `operator` is 'In' or 'NotIn'");
                    }
                }
                case "Exists", "DoesNotExist" -> {
                    if (values > 0) {
                        problems.forbidden(
                                here + ".values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                    }
                }
                case "Gt", "Lt" -> {
                    if (values != 1) {
                        problems.required(
                                here + ".values", "must be specified single value when `operator` is 'Lt' or 'Gt'");
                    }
                }
                default -> problems.invalid(here + ".operator", operator, "not a valid selector operator");
            }
            String key = expressions.path(i).path("key").asString("");
            problems.name(here + ".key", key, Names.qualified(key));
        }
    }

    private static void podTerm(String path, JsonNode term, Problems problems) {
        WorkloadRules.selector(path + ".labelSelector", term.path("labelSelector"), problems);
        String key = term.path("topologyKey").asString("");
        if (key.isEmpty()) {
            problems.required(path + ".topologyKey", "can not be empty");
        }
        problems.name(path + ".topologyKey", key, Names.qualified(key));
    }
}
