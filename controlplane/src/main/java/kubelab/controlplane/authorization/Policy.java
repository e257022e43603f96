package kubelab.controlplane.authorization;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kubelab.controlplane.apiserver.Json;
import kubelab.controlplane.apiserver.ObjectReader;
import kubelab.controlplane.apiserver.User;
import tools.jackson.databind.node.ObjectNode;

/**
 * All roles and bindings at one moment, ready to be asked. Compiled anew when one of them changed.
 *
 * @param roles {@code ClusterRole//name} or {@code Role/namespace/name} → its rules
 * @param bindings by namespace; those of the cluster under the empty name
 */
record Policy(Map<String, List<PolicyRule>> roles, Map<String, List<Binding>> bindings) {
    static final String GROUP = "rbac.authorization.k8s.io";

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

    static Policy read(ObjectReader reader) {
        List<ObjectNode> objects = new ArrayList<>();
        List<ObjectNode> clusterRoles = reader.list(GROUP, "clusterroles", "");
        add(objects, "ClusterRole", clusterRoles);
        add(objects, "Role", reader.list(GROUP, "roles", ""));
        add(objects, "ClusterRoleBinding", reader.list(GROUP, "clusterrolebindings", ""));
        add(objects, "RoleBinding", reader.list(GROUP, "rolebindings", ""));
        boolean bootstrapped = clusterRoles.stream()
                .anyMatch(r -> Json.string(r, "metadata", "name").equals("cluster-admin"));
        if (!bootstrapped) {
            // A starting cluster: its own parts need their rights before anybody has stored them.
            objects.addAll(BootstrapPolicy.objects());
        }
        return of(objects);
    }

    static Policy of(List<ObjectNode> objects) {
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

    private static void add(List<ObjectNode> all, String kind, List<ObjectNode> some) {
        some.forEach(object -> all.add(object.put("kind", kind)));
    }
}
