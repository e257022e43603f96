package kubelab.controlplane.apiserver.validation;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** ResourceQuotas. Source: k8s.io/kubernetes/pkg/apis/core/validation (1.34). */
final class QuotaRules {
    private static final Set<String> QUOTAS = Set.of(
            "cpu",
            "memory",
            "ephemeral-storage",
            "requests.cpu",
            "requests.memory",
            "requests.storage",
            "requests.ephemeral-storage",
            "limits.cpu",
            "limits.memory",
            "limits.ephemeral-storage",
            "pods",
            "resourcequotas",
            "services",
            "replicationcontrollers",
            "secrets",
            "configmaps",
            "persistentvolumeclaims",
            "services.nodeports",
            "services.loadbalancers");
    private static final Set<String> POD_RESOURCES = Set.of(
            "pods",
            "cpu",
            "memory",
            "ephemeral-storage",
            "requests.cpu",
            "requests.memory",
            "requests.ephemeral-storage",
            "limits.cpu",
            "limits.memory",
            "limits.ephemeral-storage");
    private static final Set<String> POD_SCOPES =
            Set.of("Terminating", "NotTerminating", "NotBestEffort", "PriorityClass", "CrossNamespacePodAffinity");
    private static final Set<String> FLAG_SCOPES =
            Set.of("BestEffort", "NotBestEffort", "Terminating", "NotTerminating", "CrossNamespacePodAffinity");
    private static final Set<String> SCOPES = Set.of(
            "Terminating",
            "NotTerminating",
            "BestEffort",
            "NotBestEffort",
            "PriorityClass",
            "CrossNamespacePodAffinity",
            "VolumeAttributesClass");

    private QuotaRules() {}

    static void quota(Field object) {
        Field spec = object.get("spec");
        Field hard = spec.get("hard");
        for (String name : hard.keys()) {
            Field entry = hard.key(name);
            ResourceRules.resourceName(entry, name);
            if (!name.contains("/") && !isQuota(name)) {
                entry.invalid(name, "must be a standard resource for quota");
            }
            ResourceRules.amount(entry, name);
        }
        Set<String> resources = new TreeSet<>(hard.keys());
        Field scopes = spec.get("scopes");
        Set<String> given = new HashSet<>();
        for (Field scope : scopes.items()) {
            if (!SCOPES.contains(scope.text())) {
                scopes.invalid("unsupported scope");
            }
            for (String resource : resources) {
                if (isQuota(resource) && !goesWith(scope.text(), resource)) {
                    scopes.invalid("unsupported scope applied to resource");
                }
            }
            given.add(scope.text());
        }
        conflicts(scopes, given, scopes);
        if (spec.has("scopeSelector")) {
            selector(spec.at("scopeSelector", "matchExpressions"), resources, scopes);
        }
    }

    private static void selector(Field expressions, Set<String> resources, Field scopes) {
        Set<String> given = new HashSet<>();
        for (Field expression : expressions.items()) {
            String scope = expression.text("scopeName");
            // upstream forgets the index
            Field shown = new Field(expressions.path(), expression.node(), expressions.errors());
            if (!SCOPES.contains(scope)) {
                shown.get("scopeName").invalid(scope, "unsupported scope");
            }
            for (String resource : resources) {
                if (isQuota(resource) && !goesWith(scope, resource)) {
                    expressions
                            .errors()
                            .invalidObject(expressions.path(), "{…}", "unsupported scope applied to resource");
                }
            }
            String operator = expression.text("operator");
            if (FLAG_SCOPES.contains(scope) && !operator.equals("Exists")) {
                shown.get("operator")
                        .invalid(
                                operator,
                                "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating,"
                                        + " ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort,"
                                        + " ResourceQuotaScopeNotBestEffort or"
                                        + " ResourceQuotaScopeCrossNamespacePodAffinity");
            }
            Field values = shown.get("values");
            switch (operator) {
                case "In", "NotIn" -> {
                    if (values.isEmpty()) {
                        values.required(
                                "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector");
                    }
                }
                case "Exists", "DoesNotExist" -> {
                    if (!values.isEmpty()) {
                        values.invalid("must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope"
                                + " selector");
                    }
                }
                default -> shown.get("operator").invalid(operator, "not a valid selector operator");
            }
            given.add(scope);
        }
        conflicts(expressions, given, scopes);
    }

    private static void conflicts(Field at, Set<String> given, Field scopes) {
        for (List<String> pair :
                List.of(List.of("BestEffort", "NotBestEffort"), List.of("Terminating", "NotTerminating"))) {
            if (given.containsAll(pair)) {
                at.errors()
                        .invalidObject(
                                at.path(), scopes.isSet() ? scopes.node().toString() : "null", "conflicting scopes");
            }
        }
    }

    static void quotaUpdate(Field object, JsonNode old) {
        Set<JsonNode> before = new HashSet<>();
        old.path("spec").path("scopes").forEach(before::add);
        Set<JsonNode> after = new HashSet<>();
        Field scopes = object.at("spec", "scopes");
        scopes.node().forEach(after::add);
        if (!before.equals(after)) {
            object.errors()
                    .invalidObject(
                            scopes.path(), scopes.isSet() ? scopes.node().toString() : "null", "field is immutable");
        }
    }

    private static boolean isQuota(String name) {
        return QUOTAS.contains(name) || name.startsWith("hugepages-") || name.startsWith("requests.hugepages-");
    }

    private static boolean goesWith(String scope, String resource) {
        if (scope.equals("BestEffort")) {
            return resource.equals("pods");
        }
        if (scope.equals("VolumeAttributesClass")) {
            return resource.equals("persistentvolumeclaims") || resource.equals("requests.storage");
        }
        return !POD_SCOPES.contains(scope)
                || POD_RESOURCES.contains(resource)
                || resource.startsWith("hugepages-")
                || resource.startsWith("requests.hugepages-");
    }
}
