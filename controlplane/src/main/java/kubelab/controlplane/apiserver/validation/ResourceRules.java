package kubelab.controlplane.apiserver.validation;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Requests and limits, and the names of resources. Source: k8s.io/kubernetes/pkg/apis/core/validation (1.34). */
final class ResourceRules {
    static final String WHOLE = "must be an integer";
    private static final Set<String> OF_CONTAINERS = Set.of("cpu", "memory", "ephemeral-storage");
    private static final Set<String> STANDARD = Set.of(
            "cpu",
            "memory",
            "ephemeral-storage",
            "requests.cpu",
            "requests.memory",
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
            "storage",
            "requests.storage",
            "services.nodeports",
            "services.loadbalancers");
    private static final Set<String> WHOLE_NUMBERS = Set.of(
            "pods",
            "resourcequotas",
            "services",
            "replicationcontrollers",
            "secrets",
            "configmaps",
            "persistentvolumeclaims",
            "services.nodeports",
            "services.loadbalancers");

    private ResourceRules() {}

    /** @param claims names of the Pod's resource claims */
    static void container(Field resources, Set<String> claims) {
        requirements(resources, ResourceRules::containerName, claims);
    }

    static void pod(Field resources, Set<String> claims) {
        if (resources.has("claims")) {
            resources.get("claims").forbidden("claims may not be set for Resources at pod-level");
        }
        requirements(resources, ResourceRules::podName, claims);
    }

    private interface NameRule {
        void check(Field entry, String name);
    }

    private static void requirements(Field resources, NameRule rule, Set<String> claims) {
        Field limits = resources.get("limits");
        Field requests = resources.get("requests");
        boolean hugePages = false;
        boolean basic = false;
        for (Field kind : List.of(limits, requests)) {
            for (String name : kind.keys()) {
                Field entry = kind.key(name);
                rule.check(entry, name);
                amount(entry, name);
                if (kind == requests) {
                    withinLimit(requests, limits, name);
                }
                if (isHugePage(name)) {
                    hugePages = true;
                    wholePages(entry, name);
                }
                basic |= name.equals("cpu") || name.equals("memory");
            }
        }
        if (hugePages && !basic) {
            resources.forbidden("HugePages require cpu or memory");
        }
        claims(resources.get("claims"), claims);
    }

    private static void withinLimit(Field requests, Field limits, String name) {
        Field limit = limits.key(name);
        String asked = requests.key(name).text();
        if (!limit.isSet()) {
            if (!isOvercommitAllowed(name)) {
                limits.required("Limit must be set for non overcommitable resources");
            }
            return;
        }
        int order = Quantity.value(asked).compareTo(Quantity.value(limit.text()));
        if (order != 0 && !isOvercommitAllowed(name)) {
            requests.invalid(asked, "must be equal to " + name + " limit of " + limit.text());
        } else if (order > 0) {
            requests.invalid(asked, "must be less than or equal to " + name + " limit of " + limit.text());
        }
    }

    private static void wholePages(Field entry, String name) {
        String size = name.substring("hugepages-".length());
        BigDecimal page;
        try {
            page = Quantity.value(size);
        } catch (ArithmeticException | IllegalArgumentException noSize) {
            page = BigDecimal.ZERO;
        }
        BigDecimal asked = Quantity.value(entry.text());
        if (page.signum() <= 0 || asked.signum() < 0 || asked.remainder(page).signum() != 0) {
            entry.invalid(entry.text(), entry.text() + " is not positive integer multiple of " + name);
        }
    }

    private static void claims(Field claims, Set<String> known) {
        Set<String> seen = new HashSet<>();
        for (Field claim : claims.items()) {
            String name = claim.text("name");
            if (name.isEmpty()) {
                claim.required();
                continue;
            }
            claim.get("request").optionalName(Names::label);
            String key = claim.get("request").isEmpty() ? name : name + "/" + claim.text("request");
            boolean asWhole = seen.contains(name);
            boolean inPart = key.equals(name) && seen.stream().anyMatch(other -> other.startsWith(name + "/"));
            if (asWhole || inPart) {
                claim.duplicate(name);
            } else if (!seen.add(key)) {
                claim.duplicate(key);
            }
            if (!known.contains(name)) {
                List<String> sorted = new ArrayList<>(known);
                sorted.sort(null);
                claim.errors()
                        .notFound(
                                claim.path(),
                                name,
                                "must be one of the names in pod.spec.resourceClaims"
                                        + (known.isEmpty() ? " which is empty" : ": " + String.join(", ", sorted)));
            }
        }
    }

    /** Not below zero, and whole where there are no halves. */
    static void amount(Field entry, String name) {
        BigDecimal value = Quantity.value(entry.text().isEmpty() ? "0" : entry.text());
        if (value.signum() < 0) {
            entry.invalid("must be greater than or equal to 0");
        }
        if (isWhole(name) && value.stripTrailingZeros().scale() > 0) {
            entry.invalid(WHOLE);
        }
    }

    /** A standard one, or one with a domain. @return whether it is fine */
    static boolean resourceName(Field entry, String name) {
        List<String> wrong = Names.qualified(name);
        wrong.forEach(reason -> entry.invalid(name, reason));
        if (wrong.isEmpty() && !name.contains("/") && !STANDARD.contains(name) && !isHugePage(name)) {
            entry.invalid(name, "must be a standard resource type or fully qualified");
            return false;
        }
        return wrong.isEmpty();
    }

    static void containerName(Field entry, String name) {
        resourceName(entry, name);
        boolean qualified = name.contains("/");
        if (!qualified && !OF_CONTAINERS.contains(name) && !isHugePage(name)) {
            entry.invalid(name, "must be a standard resource for containers");
        } else if (qualified && !isNative(name) && !isExtended(name)) {
            entry.invalid(name, "doesn't follow extended resource name standard");
        }
    }

    private static void podName(Field entry, String name) {
        if (resourceName(entry, name) && !name.equals("cpu") && !name.equals("memory") && !isHugePage(name)) {
            entry.errors().unsupported(entry.path(), "\"" + name + "\"", "cpu", "hugepages-", "memory");
        }
    }

    private static boolean isHugePage(String name) {
        return name.startsWith("hugepages-");
    }

    private static boolean isNative(String name) {
        return !name.contains("/") || name.contains("kubernetes.io/");
    }

    private static boolean isExtended(String name) {
        return !isNative(name)
                && !name.startsWith("requests.")
                && Names.qualified("requests." + name).isEmpty();
    }

    static boolean isOvercommitAllowed(String name) {
        return isNative(name) && !isHugePage(name);
    }

    private static boolean isWhole(String name) {
        return WHOLE_NUMBERS.contains(name) || isExtended(name);
    }
}
