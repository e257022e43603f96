package kubelab.controlplane.apiserver.validation;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/** Names, labels, annotations, finalizers and owners. Source: k8s.io/apimachinery/pkg/api/validation (1.34). */
final class MetadataRules {
    /** Stands for all custom kinds, whatever they are called. */
    static final String CUSTOM = "";

    /** Kinds of groups that know nothing of the core group's rules. */
    private static final Set<String> GENERIC =
            Set.of("PodDisruptionBudget", "Lease", "RuntimeClass", "CustomResourceDefinition", MetadataRules.CUSTOM);

    private static final Set<String> STANDARD_FINALIZERS = Set.of("kubernetes", "orphan", "foregroundDeletion");

    private MetadataRules() {}

    /** How the names of a kind's objects look. */
    static Function<String, List<String>> nameRule(String kind) {
        return switch (kind) {
            case "Service" -> Names::label1035;
            case "Namespace", "StatefulSet" -> Names::label;
            case "IPAddress" ->
                name -> Addresses.isAddress(name)
                        ? List.of()
                        : List.of("must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
            // An APIService is named VERSION.GROUP, and the core group has no name.
            case "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding", "APIService", "PodDisruptionBudget" ->
                MetadataRules::pathSegment;
            default -> Names::subdomain;
        };
    }

    static void check(JsonNode object, String kind, ErrorList errors) {
        JsonNode metadata = object.path("metadata");
        Function<String, List<String>> rule =
                kind.equals("Event") && object.path("apiVersion").asString("").equals("v1")
                        ? MetadataRules::pathSegment
                        : nameRule(kind);
        if (metadata.path("name").asString("").isEmpty()) {
            errors.required("metadata.name", "name or generateName is required");
        }
        check(object, rule, !GENERIC.contains(kind), errors);
    }

    /** The metadata of an object inside another. */
    static void checkInside(JsonNode object, ErrorList errors) {
        check(object, MetadataRules::pathSegment, false, errors);
        String namespace = object.path("metadata").path("namespace").asString("");
        if (!namespace.isEmpty()) {
            errors.name("metadata.namespace", namespace, Names.label(namespace));
        }
    }

    private static void check(
            JsonNode object, Function<String, List<String>> rule, boolean standardFinalizers, ErrorList errors) {
        JsonNode metadata = object.path("metadata");
        String prefix = metadata.path("generateName").asString("");
        if (!prefix.isEmpty()) {
            // a prefix may end in a dash, which the generated part follows
            String start = prefix.endsWith("-") ? prefix.substring(0, prefix.length() - 1) + "a" : prefix;
            errors.name("metadata.generateName", prefix, rule.apply(start));
        }
        String name = metadata.path("name").asString("");
        if (!name.isEmpty()) {
            errors.name("metadata.name", name, rule.apply(name));
        }
        labels("metadata.labels", metadata.path("labels"), errors);
        annotations(Field.root(object, errors).at("metadata", "annotations"));
        if (metadata.path("generation").asLong(0) < 0) {
            errors.invalid("metadata.generation", metadata.path("generation"), "must be greater than or equal to 0");
        }
        owners(metadata.path("ownerReferences"), errors);
        finalizers(metadata.path("finalizers"), standardFinalizers, errors);
    }

    static void update(JsonNode object, JsonNode old, String kind, ErrorList errors) {
        JsonNode metadata = object.path("metadata");
        owners(metadata.path("ownerReferences"), errors);
        finalizers(metadata.path("finalizers"), !GENERIC.contains(kind), errors);
    }

    /** Keys are names, whatever their case. */
    static void annotations(Field annotations) {
        for (String key : annotations.keys()) {
            annotations.errors().name(annotations.path(), key, Names.qualified(key.toLowerCase(Locale.ROOT)));
        }
    }

    static void labels(String path, JsonNode labels, ErrorList errors) {
        labels.properties().forEach(label -> {
            errors.name(path, label.getKey(), Names.qualified(label.getKey()));
            String value = label.getValue().asString("");
            errors.name(path, value, Names.labelValue(value));
        });
    }

    private static void owners(JsonNode owners, ErrorList errors) {
        for (JsonNode owner : owners) {
            for (String field : List.of("apiVersion", "kind", "name", "uid")) {
                boolean empty = owner.path(field).asString("").isEmpty();
                if (empty
                        || field.equals("apiVersion")
                                && owner.path(field).asString("").split("/", -1).length > 2) {
                    String what = field.equals("apiVersion") ? "version must not be empty" : "must not be empty";
                    errors.invalid(
                            "metadata.ownerReferences." + field,
                            owner.path(field).asString(""),
                            what);
                }
            }
        }
    }

    /** @param standard whether names without a domain are held against those that are known */
    private static void finalizers(JsonNode finalizers, boolean standard, ErrorList errors) {
        for (int i = 0; i < finalizers.size(); i++) {
            String name = finalizers.path(i).asString("");
            errors.name("metadata.finalizers", name, Names.qualified(name));
            if (standard && !name.contains("/") && !STANDARD_FINALIZERS.contains(name)) {
                errors.invalid(
                        "metadata.finalizers[" + i + "]",
                        name,
                        "name is neither a standard finalizer name nor is it fully qualified");
            }
        }
    }

    static List<String> pathSegment(String name) {
        if (name.equals(".") || name.equals("..")) {
            return List.of("may not be '" + name + "'");
        }
        if (name.contains("/")) {
            return List.of("may not contain '/'");
        }
        return name.contains("%") ? List.of("may not contain '%'") : List.of();
    }
}
