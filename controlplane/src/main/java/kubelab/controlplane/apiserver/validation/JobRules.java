package kubelab.controlplane.apiserver.validation;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Jobs; their policies are in {@link JobPolicyRules}. Source: k8s.io/kubernetes/pkg/apis/batch/validation (1.34). */
final class JobRules {
    private static final int MOST_PODS = 100_000;
    private static final int MOST_WITH_MANY_COMPLETIONS = 10_000;
    private static final int LONGEST_MANAGER = 63;

    private JobRules() {}

    static void job(JsonNode object, ErrorList errors) {
        JsonNode spec = object.path("spec");
        JsonNode selector = spec.path("selector");
        JsonNode labels = spec.path("template").path("metadata").path("labels");
        if (!spec.path("manualSelector").asBoolean(false)
                && selector.isObject()
                && !WorkloadRules.matches(selector, generated(object))) {
            errors.invalid("spec.selector", WorkloadRules.printed(selector), "`selector` not auto-generated");
        }
        spec("spec", spec, errors);
        int before = errors.causes().size();
        if (!selector.isObject()) {
            errors.required("spec.selector");
        }
        WorkloadRules.selector("spec.selector", selector, errors);
        boolean readable = !selector.isObject() || errors.causes().size() == before;
        if (readable && (!selector.isObject() || !WorkloadRules.matches(selector, labels))) {
            WorkloadRules.mismatch(spec.path("template"), errors);
        }
        hostname(object.path("metadata").path("name").asString(""), spec, errors);
    }

    /** @param path where the spec is; a CronJob has one, too */
    static void spec(String path, JsonNode spec, ErrorList errors) {
        for (String field : List.of(
                "parallelism",
                "completions",
                "activeDeadlineSeconds",
                "backoffLimit",
                "ttlSecondsAfterFinished",
                "backoffLimitPerIndex",
                "maxFailedIndexes")) {
            errors.notNegative(path + "." + field, spec.path(field));
        }
        if (isSet(spec, "maxFailedIndexes") && !isSet(spec, "backoffLimitPerIndex")) {
            errors.required(path + ".backoffLimitPerIndex", "when maxFailedIndexes is specified");
        }
        if (isSet(spec, "managedBy") && spec.path("managedBy").asString("").isEmpty()) {
            errors.required(path + ".managedBy");
        }
        manager(path + ".managedBy", spec.path("managedBy").asString(""), errors);
        errors.oneOf(path + ".completionMode", spec.path("completionMode"), "NonIndexed", "Indexed");
        if (isIndexed(spec)) {
            indexed(path, spec, errors);
        } else if (spec.path("completionMode").asString("").equals("NonIndexed")) {
            for (String field : List.of("backoffLimitPerIndex", "maxFailedIndexes")) {
                if (isSet(spec, field)) {
                    errors.invalid(path + "." + field, spec.path(field), "requires indexed completion mode");
                }
            }
        }
        JobPolicyRules.check(path, spec, errors);
        WorkloadRules.template(path + ".template", spec.path("template"), errors);
        restartPolicy(path + ".template.spec.restartPolicy", spec, errors);
    }

    /** What has been decided stays so; the template may change in some fields while the Job has not started. */
    static void update(ObjectNode object, ObjectNode old, ErrorList errors) {
        JsonNode spec = object.path("spec");
        JsonNode oldSpec = old.path("spec");
        JsonNode completions = spec.path("completions");
        if (!isIndexed(spec)) {
            errors.immutable("spec.completions", oldSpec.path("completions"), completions);
        } else if (!completions.isMissingNode()
                && !completions.equals(oldSpec.path("completions"))
                && !completions.equals(spec.path("parallelism"))) {
            errors.invalid("spec.completions", completions, "can only be modified in tandem with spec.parallelism");
        }
        errors.immutable("spec.selector", oldSpec.path("selector"), spec.path("selector"));
        boolean startsLater =
                oldSpec.path("suspend").asBoolean(false) && !old.path("status").has("startTime");
        JsonNode template = spec.path("template");
        errors.immutable(
                "spec.template",
                startsLater ? withDirectives(oldSpec.path("template"), template) : oldSpec.path("template"),
                template);
        for (String field :
                List.of("completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy")) {
            errors.immutable("spec." + field, oldSpec.path(field), spec.path(field));
        }
    }

    static boolean isIndexed(JsonNode spec) {
        return spec.path("completionMode").asString("").equals("Indexed");
    }

    static boolean isSet(JsonNode spec, String field) {
        return spec.hasNonNull(field);
    }

    private static void indexed(String path, JsonNode spec, ErrorList errors) {
        long completions = spec.path("completions").asLong(0);
        JsonNode parallelism = spec.path("parallelism");
        JsonNode maxFailed = spec.path("maxFailedIndexes");
        if (!isSet(spec, "completions")) {
            errors.required(path + ".completions", "when completion mode is Indexed");
        }
        atMost(path + ".parallelism", parallelism, MOST_PODS, " when completion mode is Indexed", errors);
        if (isSet(spec, "completions") && isSet(spec, "maxFailedIndexes") && maxFailed.asLong(0) > completions) {
            errors.invalid(path + ".maxFailedIndexes", maxFailed, "must be less than or equal to completions");
        }
        atMost(path + ".maxFailedIndexes", maxFailed, MOST_PODS, "", errors);
        if (completions > MOST_PODS && isSet(spec, "backoffLimitPerIndex")) {
            if (!isSet(spec, "maxFailedIndexes")) {
                errors.required(path + ".maxFailedIndexes", "must be specified when completions is above " + MOST_PODS);
            }
            String why = " when completions are above " + MOST_PODS + " and used with backoff limit per index";
            atMost(path + ".parallelism", parallelism, MOST_WITH_MANY_COMPLETIONS, why, errors);
            atMost(path + ".maxFailedIndexes", maxFailed, MOST_WITH_MANY_COMPLETIONS, why, errors);
        }
    }

    private static void atMost(String path, JsonNode number, int most, String why, ErrorList errors) {
        if (number.asLong(0) > most) {
            errors.invalid(path, number, "must be less than or equal to " + most + why);
        }
    }

    private static void manager(String path, String name, ErrorList errors) {
        if (name.isEmpty()) {
            return;
        }
        int slash = name.indexOf('/');
        if (slash <= 0 || slash == name.length() - 1) {
            errors.invalid(path, name, "must be a domain-prefixed path (such as \"acme.io/foo\")");
        } else {
            errors.name(path, name.substring(0, slash), Names.subdomain(name.substring(0, slash)));
        }
        if (name.length() > LONGEST_MANAGER) {
            errors.tooLong(path, LONGEST_MANAGER);
        }
    }

    private static void restartPolicy(String path, JsonNode spec, ErrorList errors) {
        JsonNode policy = spec.path("template").path("spec").path("restartPolicy");
        switch (policy.asString("")) {
            case "", "Always" -> errors.required(path, "valid values: \"OnFailure\", \"Never\"");
            case "Never" -> {}
            case "OnFailure" -> {
                if (isSet(spec, "podFailurePolicy")) {
                    errors.invalid(path, policy, "only \"Never\" is supported when podFailurePolicy is specified");
                }
            }
            default -> errors.oneOf(path, policy, "OnFailure", "Never");
        }
    }

    /** A Pod's host name has the index at its end, and must still be one. */
    private static void hostname(String name, JsonNode spec, ErrorList errors) {
        long completions = spec.path("completions").asLong(0);
        String last = name + "-" + (completions - 1);
        if (isIndexed(spec) && completions > 0 && !Names.label(last).isEmpty()) {
            errors.invalid("metadata.name", name, "will not able to create pod with invalid DNS label: " + last);
        }
    }

    private static ObjectNode generated(JsonNode object) {
        String uid = object.path("metadata").path("uid").asString("");
        String name = object.path("metadata").path("name").asString("");
        ObjectNode labels = JsonNodeFactory.instance.objectNode();
        Map.of("controller-uid", uid, "job-name", name).forEach((key, value) -> {
            labels.put(key, value);
            labels.put("batch.kubernetes.io/" + key, value);
        });
        return labels;
    }

    /** The old template with the new one's labels, annotations and scheduling directives. */
    private static JsonNode withDirectives(JsonNode old, JsonNode template) {
        JsonNode copy = old.deepCopy();
        if (copy.path("spec") instanceof ObjectNode spec) {
            JsonNode given = template.path("spec");
            for (String field : List.of("nodeSelector", "tolerations", "schedulingGates")) {
                take(spec, given, field);
            }
            JsonNode nodeAffinity = given.path("affinity").path("nodeAffinity");
            ObjectNode affinity =
                    spec.path("affinity") instanceof ObjectNode present ? present : spec.putObject("affinity");
            affinity.remove("nodeAffinity");
            if (!nodeAffinity.isMissingNode()) {
                affinity.set("nodeAffinity", nodeAffinity);
            }
            if (affinity.isEmpty() && !given.has("affinity")) {
                spec.remove("affinity");
            }
        }
        if (copy instanceof ObjectNode whole && template.path("metadata").isObject()) {
            ObjectNode metadata =
                    whole.path("metadata") instanceof ObjectNode present ? present : whole.putObject("metadata");
            take(metadata, template.path("metadata"), "labels");
            take(metadata, template.path("metadata"), "annotations");
        }
        return copy;
    }

    private static void take(ObjectNode target, JsonNode from, String field) {
        target.remove(field);
        if (from.has(field)) {
            target.set(field, from.path(field));
        }
    }
}
