package kubelab.controlplane.apiserver.validation;

import java.util.List;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/** Names, labels, annotations, finalizers and owners. Source: k8s.io/apimachinery/pkg/api/validation (1.34). */
final class MetadataRules {
    private static final Set<String> STANDARD_FINALIZERS = Set.of("kubernetes", "orphan", "foregroundDeletion");

    private MetadataRules() {}

    /** How the names of a kind's objects look. */
    static Function<String, List<String>> nameRule(String kind) {
        return switch (kind) {
            case "Service" -> Names::label1035;
            case "Namespace", "StatefulSet" -> Names::labelWithoutDots;
            // An APIService is named VERSION.GROUP, and the core group has no name.
            case "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding", "APIService" -> MetadataRules::pathSegment;
            default -> Names::subdomain;
        };
    }

    static void check(JsonNode object, String kind, Problems problems) {
        JsonNode metadata = object.path("metadata");
        Function<String, List<String>> rule = nameRule(kind);
        String prefix = metadata.path("generateName").asString("");
        if (!prefix.isEmpty()) {
            // a prefix may end in a dash, which the generated part follows
            String start = prefix.endsWith("-") ? prefix.substring(0, prefix.length() - 1) + "a" : prefix;
            problems.name("metadata.generateName", prefix, rule.apply(start));
        }
        String name = metadata.path("name").asString("");
        problems.name("metadata.name", name, rule.apply(name));
        labels("metadata.labels", metadata.path("labels"), problems);
        metadata.path("annotations")
                .properties()
                .forEach(a -> problems.name("metadata.annotations", a.getKey(), Names.qualified(a.getKey())));
        owners(metadata.path("ownerReferences"), problems);
        finalizers(metadata.path("finalizers"), problems);
    }

    static void labels(String path, JsonNode labels, Problems problems) {
        labels.properties().forEach(label -> {
            problems.name(path, label.getKey(), Names.qualified(label.getKey()));
            String value = label.getValue().asString("");
            problems.name(path, value, Names.labelValue(value));
        });
    }

    private static void owners(JsonNode owners, Problems problems) {
        for (JsonNode owner : owners) {
            for (String field : List.of("apiVersion", "kind", "name", "uid")) {
                if (owner.path(field).asString("").isEmpty()) {
                    String what = field.equals("apiVersion") ? "version must not be empty" : "must not be empty";
                    problems.invalid("metadata.ownerReferences." + field, "", what);
                }
            }
        }
    }

    private static void finalizers(JsonNode finalizers, Problems problems) {
        for (int i = 0; i < finalizers.size(); i++) {
            String name = finalizers.path(i).asString("");
            problems.name("metadata.finalizers", name, Names.qualified(name));
            if (!name.contains("/") && !STANDARD_FINALIZERS.contains(name)) {
                problems.invalid(
                        "metadata.finalizers[" + i + "]",
                        name,
                        "name is neither a standard finalizer name nor is it fully qualified");
            }
        }
    }

    private static List<String> pathSegment(String name) {
        if (name.equals(".") || name.equals("..")) {
            return List.of("may not be '" + name + "'");
        }
        if (name.contains("/")) {
            return List.of("may not contain '/'");
        }
        return name.contains("%") ? List.of("may not contain '%'") : List.of();
    }
}
