package kubelab.controlplane.apiserver.validation;

import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** StatefulSets. Source: k8s.io/kubernetes/pkg/apis/apps/validation (1.34). */
final class StatefulSetRules {
    private static final Set<String> MUTABLE = Set.of(
            "replicas",
            "ordinals",
            "template",
            "updateStrategy",
            "revisionHistoryLimit",
            "persistentVolumeClaimRetentionPolicy",
            "minReadySeconds");

    private StatefulSetRules() {}

    static void check(JsonNode object, ErrorList errors) {
        check(object, true, errors);
    }

    static void update(ObjectNode object, ObjectNode old, ErrorList errors) {
        check(object, false, errors);
        if (!rest(object).equals(rest(old))) {
            errors.forbidden(
                    "spec",
                    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template',"
                            + " 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and"
                            + " 'minReadySeconds' are forbidden");
        }
    }

    private static void check(JsonNode object, boolean created, ErrorList errors) {
        JsonNode spec = object.path("spec");
        String policy = spec.path("podManagementPolicy").asString("");
        if (!List.of("OrderedReady", "Parallel").contains(policy)) {
            errors.invalid("spec.podManagementPolicy", policy, "must be 'OrderedReady' or 'Parallel'");
        }
        strategy(spec.path("updateStrategy"), errors);
        for (String when : List.of("whenDeleted", "whenScaled")) {
            errors.oneOf(
                    "spec.persistentVolumeClaimRetentionPolicy." + when,
                    spec.path("persistentVolumeClaimRetentionPolicy").path(when),
                    "Retain",
                    "Delete");
        }
        errors.notNegative("spec.replicas", spec.path("replicas"));
        errors.notNegative("spec.minReadySeconds", spec.path("minReadySeconds"));
        errors.notNegative("spec.ordinals.start", spec.path("ordinals").path("start"));
        String service = spec.path("serviceName").asString("");
        if (created) {
            new Field("spec.volumeClaimTemplates", spec.path("volumeClaimTemplates"), errors)
                    .items()
                    .forEach(claim -> ClaimRules.spec(claim.get("spec")));
        }
        if (created && !service.isEmpty()) {
            errors.name("spec.serviceName", service, Names.label(service));
        }
        selectorAndTemplate(spec, errors);
        WorkloadRules.keepsRunning("StatefulSet", spec.path("template"), errors);
    }

    private static void selectorAndTemplate(JsonNode spec, ErrorList errors) {
        JsonNode selector = spec.path("selector");
        JsonNode labels = spec.path("template").path("metadata").path("labels");
        int before = errors.causes().size();
        if (!selector.isObject()) {
            errors.required("spec.selector");
        }
        WorkloadRules.selector("spec.selector", selector, errors);
        if (selector.isObject() && errors.causes().size() > before) {
            errors.invalidObject("spec.selector", selector.toString());
            return;
        }
        if (WorkloadRules.isEmptySelector(selector)) {
            errors.invalid("spec.selector", selector, "empty selector is invalid for statefulset");
        } else if (!selector.isObject() || !WorkloadRules.matches(selector, labels)) {
            WorkloadRules.mismatch(spec.path("template"), errors);
        }
        WorkloadRules.template("spec.template", asMade(spec), errors);
    }

    /** The template as the controller makes Pods from it: host names are its own, and claims come as volumes. */
    private static JsonNode asMade(JsonNode spec) {
        JsonNode template = spec.path("template").deepCopy();
        if (template.path("spec") instanceof ObjectNode pod) {
            pod.remove(List.of("hostname", "subdomain"));
            ArrayNode given = pod.path("volumes") instanceof ArrayNode volumes ? volumes : pod.arrayNode();
            ArrayNode all = pod.arrayNode();
            for (JsonNode claim : spec.path("volumeClaimTemplates")) {
                String name = claim.path("metadata").path("name").asString("");
                all.addObject()
                        .put("name", name)
                        .putObject("persistentVolumeClaim")
                        .put("claimName", name);
            }
            for (JsonNode volume : given) {
                boolean replaced = false;
                for (JsonNode claim : spec.path("volumeClaimTemplates")) {
                    replaced |= claim.path("metadata").path("name").equals(volume.path("name"));
                }
                if (!replaced) {
                    all.add(volume);
                }
            }
            pod.set("volumes", all);
        }
        return template;
    }

    private static void strategy(JsonNode strategy, ErrorList errors) {
        String type = strategy.path("type").asString("");
        JsonNode rolling = strategy.path("rollingUpdate");
        JsonNode partition = rolling.path("partition");
        switch (type) {
            case "RollingUpdate" -> {
                errors.notNegative("spec.updateStrategy.rollingUpdate.partition", partition);
                WorkloadRules.amount(
                        "spec.updateStrategy.rollingUpdate.maxUnavailable", rolling.path("maxUnavailable"), errors);
            }
            case "OnDelete" -> {
                if (rolling.isObject()) {
                    errors.invalidObject(
                            "spec.updateStrategy.rollingUpdate",
                            "{\"Partition\":" + partition.asLong(0) + ",\"MaxUnavailable\":"
                                    + (rolling.has("maxUnavailable") ? rolling.path("maxUnavailable") : "null") + "}",
                            "only allowed for updateStrategy 'RollingUpdate'");
                }
            }
            default ->
                errors.invalidObject(
                        "spec.updateStrategy",
                        "{\"Type\":\"" + type + "\",\"RollingUpdate\":null}",
                        "must be 'RollingUpdate' or 'OnDelete'");
        }
    }

    private static JsonNode rest(ObjectNode set) {
        JsonNode spec = set.path("spec").deepCopy();
        if (spec instanceof ObjectNode fields) {
            fields.remove(MUTABLE);
        }
        return spec;
    }
}
