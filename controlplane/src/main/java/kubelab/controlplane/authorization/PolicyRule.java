package kubelab.controlplane.authorization;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import kubelab.controlplane.apiserver.request.Authorizer.Attributes;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One rule of a role: these verbs on these resources (or these paths). Rules only allow; nothing can forbid.
 *
 * @param names empty for all objects
 */
record PolicyRule(
        List<String> verbs, List<String> groups, List<String> resources, List<String> names, List<String> paths) {
    PolicyRule {
        verbs = List.copyOf(verbs);
        groups = List.copyOf(groups);
        resources = List.copyOf(resources);
        names = List.copyOf(names);
        paths = List.copyOf(paths);
    }

    static List<PolicyRule> of(ObjectNode role) {
        List<PolicyRule> rules = new ArrayList<>();
        for (ObjectNode rule : Json.objects(role, "rules")) {
            rules.add(new PolicyRule(
                    Json.strings(rule, "verbs"),
                    Json.strings(rule, "apiGroups"),
                    Json.strings(rule, "resources"),
                    Json.strings(rule, "resourceNames"),
                    Json.strings(rule, "nonResourceURLs")));
        }
        return rules;
    }

    boolean allows(Attributes asked) {
        if (!contains(verbs, asked.verb())) {
            return false;
        }
        if (!asked.resourceRequest()) {
            return paths.stream().anyMatch(p -> matchesPath(p, asked.path()));
        }
        return contains(groups, asked.group())
                && matchesResource(asked.resource(), asked.subresource())
                && (names.isEmpty() || names.contains(asked.name()));
    }

    private boolean matchesResource(String resource, String subresource) {
        String combined = subresource.isEmpty() ? resource : resource + "/" + subresource;
        return resources.contains("*")
                || resources.contains(combined)
                || !subresource.isEmpty() && resources.contains("*/" + subresource);
    }

    private static boolean contains(List<String> allowed, String asked) {
        return allowed.contains("*") || allowed.contains(asked);
    }

    private static boolean matchesPath(String pattern, String path) {
        return pattern.equals("*")
                || pattern.equals(path)
                || pattern.endsWith("*") && path.startsWith(pattern.substring(0, pattern.length() - 1));
    }

    /** Whether some rule of {@code owned} allows all that {@code this} single-purpose rule would. */
    boolean isCoveredBy(List<PolicyRule> owned) {
        return owned.stream().anyMatch(o -> o.coversAll(this));
    }

    /** This rule in its smallest parts: one verb, one group, one resource, one name each. */
    List<PolicyRule> parts() {
        List<PolicyRule> parts = new ArrayList<>();
        for (String verb : verbs) {
            paths.forEach(p -> parts.add(new PolicyRule(List.of(verb), List.of(), List.of(), List.of(), List.of(p))));
            for (String group : groups) {
                for (String resource : resources) {
                    if (names.isEmpty()) {
                        parts.add(
                                new PolicyRule(List.of(verb), List.of(group), List.of(resource), List.of(), List.of()));
                    }
                    names.forEach(n -> parts.add(
                            new PolicyRule(List.of(verb), List.of(group), List.of(resource), List.of(n), List.of())));
                }
            }
        }
        return parts;
    }

    private boolean coversAll(PolicyRule part) {
        if (!contains(verbs, part.verbs.get(0))) {
            return false;
        }
        if (!part.paths.isEmpty()) {
            return paths.stream().anyMatch(p -> matchesPath(p, part.paths.get(0)));
        }
        String resource = part.resources.get(0);
        int slash = resource.indexOf('/');
        boolean resourceCovered = resources.contains("*")
                || resources.contains(resource)
                || slash >= 0 && resources.contains("*" + resource.substring(slash));
        return contains(groups, part.groups.get(0))
                && resourceCovered
                && (names.isEmpty() || !part.names.isEmpty() && names.contains(part.names.get(0)));
    }

    ObjectNode toJson() {
        ObjectNode rule = Json.object();
        put(rule, "verbs", verbs);
        put(rule, "apiGroups", groups);
        put(rule, "resources", resources);
        put(rule, "resourceNames", names);
        put(rule, "nonResourceURLs", paths);
        return rule;
    }

    private static void put(ObjectNode rule, String field, List<String> values) {
        if (!values.isEmpty()) {
            ArrayNode array = rule.putArray(field);
            values.forEach(array::add);
        }
    }

    /** As upstream prints a rule in a refusal. */
    String text() {
        List<String> parts = new ArrayList<>();
        addText(parts, "APIGroups", groups);
        addText(parts, "Resources", resources);
        addText(parts, "ResourceNames", names);
        addText(parts, "NonResourceURLs", paths);
        addText(parts, "Verbs", verbs);
        return "{" + String.join(", ", parts) + "}";
    }

    private static void addText(List<String> parts, String field, List<String> values) {
        if (!values.isEmpty()) {
            parts.add(
                    field + ":" + values.stream().map(v -> "\"" + v + "\"").collect(Collectors.joining(" ", "[", "]")));
        }
    }
}
