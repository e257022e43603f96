package kubelab.controlplane.apiserver.validation;

import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** LimitRanges and ResourceQuotas. Source: k8s.io/kubernetes/pkg/apis/core/validation (1.34). */
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
    private static final Set<String> POD_SCOPES = Set.of(
            "Terminating",
            "NotTerminating",
            "NotBestEffort",
            "PriorityClass",
            "CrossNamespacePodAffinity");
    private static final Set<String> FLAG_SCOPES = Set.of(
            "BestEffort", "NotBestEffort", "Terminating", "NotTerminating", "CrossNamespacePodAffinity");
    private static final Set<String> SCOPES = Set.of(
            "Terminating",
            "NotTerminating",
            "BestEffort",
            "NotBestEffort",
            "PriorityClass",
            "CrossNamespacePodAffinity",
            "VolumeAttributesClass");
    private static final List<String> LIMIT_TYPES = List.of("Pod", "Container", "PersistentVolumeClaim");

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
            Field shown = new Field(expressions.path(), expression.node(), expressions.problems());
            if (!SCOPES.contains(scope)) {
                shown.get("scopeName").invalid(scope, "unsupported scope");
            }
            for (String resource : resources) {
                if (isQuota(resource) && !goesWith(scope, resource)) {
                    expressions.problems()
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
                at.problems()
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
            object.problems()
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

    static void limitRange(Field object) {
        Set<String> seen = new HashSet<>();
        for (Field limit : object.at("spec", "limits").items()) {
            Field type = limit.get("type");
            List<String> wrong = Names.qualified(type.text());
            type.problems().name(type.path(), type.text(), wrong);
            if (wrong.isEmpty() && !type.text().contains("/") && !LIMIT_TYPES.contains(type.text())) {
                type.invalid("must be a standard limit type or fully qualified");
            }
            if (!seen.add(type.text())) {
                type.duplicate(type.text());
            }
            limit(limit);
        }
    }

    private static void limit(Field limit) {
        Set<String> names = new TreeSet<>();
        boolean ofPods = limit.is("type", "Pod");
        for (String kind : List.of("max", "min", "default", "defaultRequest", "maxLimitRequestRatio")) {
            if (ofPods && kind.startsWith("default")) {
                if (!limit.get(kind).isEmpty()) {
                    limit.get(kind).forbidden("may not be specified when `type` is 'Pod'");
                }
                continue;
            }
            for (String name : limit.get(kind).keys()) {
                if (ofPods || limit.is("type", "Container")) {
                    ResourceRules.containerName(limit.get(kind).key(name), name);
                } else {
                    ResourceRules.resourceName(limit.get(kind).key(name), name);
                }
                names.add(name);
            }
        }
        if (limit.is("type", "PersistentVolumeClaim")
                && !limit.get("min").has("storage")
                && !limit.get("max").has("storage")) {
            limit.get("limits")
                    .required("either minimum or maximum storage value is required, but neither was provided");
        }
        names.forEach(name -> amounts(limit, name, ofPods));
    }

    private static void amounts(Field limit, String name, boolean ofPods) {
        Field min = limit.get("min").key(name);
        Field max = limit.get("max").key(name);
        Field standard = ofPods ? limit.get("none") : limit.get("default").key(name);
        Field request = ofPods ? limit.get("none") : limit.get("defaultRequest").key(name);
        Field ratio = limit.get("maxLimitRequestRatio").key(name);
        greater(min, max, min, "min value %s is greater than max value %s", min);
        greater(min, request, request, "min value %s is greater than default request value %s", request);
        greater(request, max, request, "default request value %s is greater than max value %s", request);
        greater(request, standard, request, "default request value %s is greater than default limit value %s", request);
        greater(min, standard, standard, "min value %s is greater than default value %s", min);
        greater(standard, max, standard, "default value %s is greater than max value %s", max);
        if (ratio.isSet() && amount(ratio).compareTo(BigDecimal.ONE) < 0) {
            ratio.invalid("ratio " + ratio.text() + " is less than 1");
        }
        if (ratio.isSet() && min.isSet() && max.isSet()) {
            double most = amount(max).doubleValue() / amount(min).doubleValue();
            if (amount(ratio).doubleValue() > most) {
                ratio.invalid("ratio " + ratio.text() + " is greater than max/min = "
                        + String.format(java.util.Locale.ROOT, "%f", most));
            }
        }
        if (!ResourceRules.isOvercommitAllowed(name)
                && standard.isSet()
                && request.isSet()
                && amount(standard).compareTo(amount(request)) != 0) {
            request.invalid("default value " + standard.text() + " must equal to defaultRequest value "
                    + request.text() + " in " + name);
        }
    }

    /** @param shown the value that upstream prints */
    private static void greater(Field less, Field more, Field at, String text, Field shown) {
        if (less.isSet() && more.isSet() && amount(less).compareTo(amount(more)) > 0) {
            at.problems().invalid(at.path(), shown.node(), String.format(text, less.text(), more.text()));
        }
    }

    private static BigDecimal amount(Field field) {
        return Quantity.value(field.text());
    }
}
