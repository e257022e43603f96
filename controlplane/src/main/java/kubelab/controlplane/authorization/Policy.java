package kubelab.controlplane.authorization;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kubelab.controlplane.apiserver.request.ObjectReader;
import kubelab.controlplane.apiserver.request.User;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/**
 * All roles and bindings at one moment, ready to be asked. Compiled anew when one of them changed.
 *
 * @param roles {@code ClusterRole//name} or {@code Role/namespace/name} → its rules
 * @param bindings by namespace; those of the cluster under the empty name
 */
record Policy(Map<String, List<PolicyRule>> roles, Map<String, List<Binding>> bindings) {
    static final String GROUP = "rbac.authorization.k8s.io";
    static final Map<String, String> KINDS = Map.of(
            "clusterroles", "ClusterRole",
            "roles", "Role",
            "clusterrolebindings", "ClusterRoleBinding",
            "rolebindings", "RoleBinding");

    /** Grants a role to subjects, in a namespace or ({@code namespace} empty) everywhere. */
    record Binding(
            String kind, String namespace, String name, String roleKind, String roleName, List<Subject> subjects) {
        String roleKey() {
            return roleKind + "/" + (roleKind.equals("Role") ? namespace : "") + "/" + roleName;
        }
    }

    /** Who is granted something. */
    record Subject(String kind, String namespace, String name) {
        boolean isOneOf(User user) {
            return switch (kind) {
                case "User" -> user.name().equals(name);
                case "Group" -> user.groups().contains(name);
                case "ServiceAccount" -> user.name().equals("system:serviceaccount:" + namespace + ":" + name);
                default -> false;
            };
        }

        String text() {
            return kind + " \"" + name + (kind.equals("ServiceAccount") ? "/" + namespace : "") + "\"";
        }
    }

    /** One stored object, compiled. */
    record Part(long revision, Policy policy) {}

    /**
     * @param known what was compiled before, by key; brought up to date, so that a change costs no more than what changed
     */
    static Policy read(ObjectReader reader, Map<String, Part> known) {
        // Asked before the rest is read: it is stored last, and what is stored while we read may be seen or not.
        boolean complete = reader.get(GROUP, "clusterroles", "", "cluster-admin") != null;
        Set<String> present = new HashSet<>();
        KINDS.forEach((plural, kind) -> reader.visit(GROUP, plural, (key, revision, object) -> {
            present.add(key);
            Part part = known.get(key);
            if (part == null || part.revision() != revision) {
                known.put(key, new Part(revision, of(List.of(object.get().put("kind", kind)))));
            }
        }));
        known.keySet().retainAll(present);
        Policy whole = new Policy(new HashMap<>(), new HashMap<>());
        if (!complete) {
            // A starting cluster: its own parts need their rights before anybody has stored them.
            whole.add(Starting.POLICY);
        }
        known.values().forEach(part -> whole.add(part.policy()));
        return whole;
    }

    /** The same for every cluster, and never changed. */
    private static final class Starting {
        static final Policy POLICY = of(BootstrapPolicy.objects());
    }

    private void add(Policy part) {
        roles.putAll(part.roles);
        part.bindings.forEach((namespace, some) ->
                bindings.computeIfAbsent(namespace, n -> new ArrayList<>()).addAll(some));
    }

    private static Policy of(List<ObjectNode> objects) {
        Map<String, List<PolicyRule>> roles = new HashMap<>();
        Map<String, List<Binding>> bindings = new HashMap<>();
        for (ObjectNode object : objects) {
            String kind = Json.string(object, "kind");
            String namespace = Json.string(object, "metadata", "namespace");
            String name = Json.string(object, "metadata", "name");
            if (kind.endsWith("Binding")) {
                bindings.computeIfAbsent(namespace, n -> new ArrayList<>())
                        .add(new Binding(
                                kind,
                                namespace,
                                name,
                                Json.string(object, "roleRef", "kind"),
                                Json.string(object, "roleRef", "name"),
                                subjects(object, namespace)));
            } else {
                roles.put(kind + "/" + namespace + "/" + name, PolicyRule.of(object));
            }
        }
        return new Policy(roles, bindings);
    }

    /** A service account without a namespace is one of the binding's own. */
    private static List<Subject> subjects(ObjectNode binding, String bindingNamespace) {
        List<Subject> subjects = new ArrayList<>();
        for (ObjectNode subject : Json.objects(binding, "subjects")) {
            String kind = Json.string(subject, "kind");
            String namespace = Json.string(subject, "namespace");
            boolean local = kind.equals("ServiceAccount") && namespace.isEmpty();
            subjects.add(new Subject(kind, local ? bindingNamespace : namespace, Json.string(subject, "name")));
        }
        return subjects;
    }
}
