package kubelab.controlplane.apiserver.validation;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Roles and bindings. Source: k8s.io/kubernetes/pkg/apis/rbac/validation (1.34). */
final class RbacRules {
    private static final String GROUP = "rbac.authorization.k8s.io";

    private RbacRules() {}

    static void role(JsonNode role, boolean namespaced, ErrorList errors) {
        JsonNode rules = role.path("rules");
        for (int i = 0; i < rules.size(); i++) {
            rule("rules[" + i + "]", rules.path(i), namespaced, errors);
        }
    }

    private static void rule(String path, JsonNode rule, boolean namespaced, ErrorList errors) {
        if (rule.path("verbs").isEmpty()) {
            errors.required(path + ".verbs", "verbs must contain at least one value");
        }
        JsonNode urls = rule.path("nonResourceURLs");
        if (!urls.isEmpty()) {
            if (namespaced) {
                errors.invalid(path + ".nonResourceURLs", urls, "namespaced rules cannot apply to non-resource URLs");
            }
            if (!rule.path("apiGroups").isEmpty()
                    || !rule.path("resources").isEmpty()
                    || !rule.path("resourceNames").isEmpty()) {
                errors.invalid(
                        path + ".nonResourceURLs",
                        urls,
                        "rules cannot apply to both regular resources and non-resource URLs");
            }
            return;
        }
        if (rule.path("apiGroups").isEmpty()) {
            errors.required(path + ".apiGroups", "resource rules must supply at least one api group");
        }
        if (rule.path("resources").isEmpty()) {
            errors.required(path + ".resources", "resource rules must supply at least one resource");
        }
    }

    static void aggregation(Field role) {
        Field selectors = role.at("aggregationRule", "clusterRoleSelectors");
        if (role.has("aggregationRule") && selectors.isEmpty()) {
            selectors.required("at least one clusterRoleSelector required if aggregationRule is non-nil");
        }
        for (Field selector : selectors.items()) {
            if (!SelectorRules.check(selector)) {
                selector.errors().invalidObject(selector.path(), "null", "invalid label selector.");
            }
        }
    }

    static void binding(JsonNode binding, boolean namespaced, ErrorList errors) {
        JsonNode role = binding.path("roleRef");
        if (!role.path("apiGroup").asString("").equals(GROUP)) {
            errors.unsupported("roleRef.apiGroup", role.path("apiGroup").toString(), GROUP);
        }
        String kind = role.path("kind").asString("");
        if (!kind.equals("ClusterRole") && !(namespaced && kind.equals("Role"))) {
            if (namespaced) {
                errors.unsupported("roleRef.kind", "\"" + kind + "\"", "Role", "ClusterRole");
            } else {
                errors.unsupported("roleRef.kind", "\"" + kind + "\"", "ClusterRole");
            }
        }
        if (role.path("name").asString("").isEmpty()) {
            errors.required("roleRef.name");
        } else {
            new Field("roleRef.name", role.path("name"), errors).name(MetadataRules::pathSegment);
        }
        JsonNode subjects = binding.path("subjects");
        for (int i = 0; i < subjects.size(); i++) {
            subject("subjects[" + i + "]", subjects.path(i), namespaced, errors);
        }
    }

    private static void subject(String path, JsonNode subject, boolean namespaced, ErrorList errors) {
        String name = subject.path("name").asString("");
        String group = subject.path("apiGroup").asString("");
        if (name.isEmpty()) {
            errors.required(path + ".name");
        }
        switch (subject.path("kind").asString("")) {
            case "ServiceAccount" -> {
                if (!name.isEmpty()) {
                    errors.name(path + ".name", name, Names.subdomain(name));
                }
                if (!group.isEmpty()) {
                    errors.unsupported(path + ".apiGroup", "\"" + group + "\"", "");
                }
                if (!namespaced && subject.path("namespace").asString("").isEmpty()) {
                    errors.required(path + ".namespace");
                }
            }
            case "User", "Group" -> {
                if (!group.equals(GROUP)) {
                    errors.unsupported(path + ".apiGroup", "\"" + group + "\"", GROUP);
                }
            }
            default ->
                errors.unsupported(path + ".kind", subject.path("kind").toString(), "ServiceAccount", "User", "Group");
        }
    }

    static void bindingUpdate(ObjectNode binding, ObjectNode old, ErrorList errors) {
        JsonNode role = binding.path("roleRef");
        if (!role.equals(old.path("roleRef"))) {
            ObjectNode shown = tools.jackson.databind.node.JsonNodeFactory.instance.objectNode();
            shown.set("APIGroup", role.path("apiGroup"));
            shown.set("Kind", role.path("kind"));
            shown.set("Name", role.path("name"));
            errors.invalid("roleRef", shown, "cannot change roleRef");
        }
    }
}
