package kubelab.controlplane.apiserver;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A field selector ({@code spec.nodeName=worker1,status.phase!=Running}) and the fields that each resource has for it.
 *
 * <p>Source: the SelectableFields functions in pkg/registry and the conversions in pkg/apis, release 1.34.
 */
public final class FieldSelector {
    /** Beyond metadata.name and metadata.namespace, which every resource has. */
    private static final Map<String, List<String>> FIELDS = Map.ofEntries(
            Map.entry(
                    "/pods",
                    List.of(
                            "spec.nodeName",
                            "spec.restartPolicy",
                            "spec.schedulerName",
                            "spec.serviceAccountName",
                            "spec.hostNetwork",
                            "status.phase",
                            "status.podIP",
                            "status.nominatedNodeName")),
            Map.entry(
                    "/events",
                    List.of(
                            "involvedObject.kind",
                            "involvedObject.namespace",
                            "involvedObject.name",
                            "involvedObject.uid",
                            "involvedObject.apiVersion",
                            "involvedObject.resourceVersion",
                            "involvedObject.fieldPath",
                            "reason",
                            "reportingComponent",
                            "source",
                            "type")),
            Map.entry("/namespaces", List.of("status.phase")),
            Map.entry("/nodes", List.of("spec.unschedulable")),
            Map.entry("/secrets", List.of("type")),
            Map.entry("/services", List.of("spec.clusterIP", "spec.type")),
            Map.entry("/replicationcontrollers", List.of("status.replicas")),
            Map.entry("apps/replicasets", List.of("status.replicas")),
            Map.entry("batch/jobs", List.of("status.successful")));

    private record Requirement(String field, boolean equal, String value) {}

    private final List<Requirement> requirements;

    private FieldSelector(List<Requirement> requirements) {
        this.requirements = requirements;
    }

    /** @throws ApiException BadRequest for a field that the resource does not select by */
    public static FieldSelector parse(Resource resource, String text) {
        List<Requirement> requirements = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            if (part.isBlank()) {
                continue;
            }
            int not = part.indexOf("!=");
            int is = part.indexOf('=');
            if (is < 0) {
                throw ApiException.badRequest("invalid selector: '" + text + "'; can't understand '" + part + "'");
            }
            boolean equal = not < 0 || not > is;
            String field = part.substring(0, equal ? is : not).strip();
            int from = equal ? (part.startsWith("==", is) ? is + 2 : is + 1) : not + 2;
            if (resource.is("events.k8s.io", "events")) {
                field = field.replaceFirst("^regarding\\.", "involvedObject.")
                        .replaceFirst("^reportingController$", "reportingComponent");
            }
            requirements.add(new Requirement(
                    supported(resource, field), equal, part.substring(from).strip()));
        }
        return new FieldSelector(requirements);
    }

    public boolean isEmpty() {
        return requirements.isEmpty();
    }

    /** The one name that is asked for; empty when it is no such selector. */
    public String exactName() {
        for (Requirement r : requirements) {
            if (r.equal && r.field.equals("metadata.name")) {
                return r.value;
            }
        }
        return "";
    }

    public boolean matches(Map<String, String> fields) {
        for (Requirement r : requirements) {
            if (fields.getOrDefault(r.field, "").equals(r.value) != r.equal) {
                return false;
            }
        }
        return true;
    }

    /** The values an object is selected by: its fields, and its labels under {@code #key}. */
    static Map<String, String> fieldsOf(Resource resource, ObjectNode object) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("metadata.name", Json.string(object, "metadata", "name"));
        fields.put("metadata.namespace", Json.string(object, "metadata", "namespace"));
        for (String field : fieldsFor(resource)) {
            fields.put(field, value(object, field));
        }
        // Kept with every object, and few of them: one instance each.
        Json.map(object, "metadata", "labels").forEach((key, value) -> fields.put(("#" + key).intern(), value));
        return fields;
    }

    /** The labels among the values that the store keeps. */
    static Map<String, String> labelsOf(Map<String, String> fields) {
        Map<String, String> labels = new LinkedHashMap<>();
        fields.forEach((key, value) -> {
            if (key.startsWith("#")) {
                labels.put(key.substring(1), value);
            }
        });
        return labels;
    }

    private static List<String> fieldsFor(Resource resource) {
        if (resource.definition() != null) {
            List<String> fields = new ArrayList<>();
            for (JsonNode version : Json.items(resource.definition(), "spec", "versions")) {
                if (Json.string(version, "name").equals(resource.version())) {
                    Json.items(version, "selectableFields")
                            .forEach(f -> fields.add(Json.string(f, "jsonPath").replaceFirst("^\\.", "")));
                }
            }
            return fields;
        }
        String group = resource.is("events.k8s.io", "events") ? "" : resource.group();
        return FIELDS.getOrDefault(group + "/" + resource.plural(), List.of());
    }

    private static String value(ObjectNode object, String field) {
        switch (field) {
            case "source":
                String component = Json.string(object, "source", "component");
                return component.isEmpty() ? Json.string(object, "reportingComponent") : component;
            case "status.successful":
                return String.valueOf(Json.number(object, 0, "status", "succeeded"));
            case "status.replicas":
                return String.valueOf(Json.number(object, 0, "status", "replicas"));
            case "spec.unschedulable":
            case "spec.hostNetwork":
                return String.valueOf(Json.bool(object, field.split("\\.")));
            default:
                return Json.string(object, field.split("\\."));
        }
    }

    private static String supported(Resource resource, String field) {
        if (field.equals("metadata.name")
                || (field.equals("metadata.namespace") && resource.namespaced())
                || fieldsFor(resource).contains(field)) {
            return field;
        }
        throw ApiException.badRequest("field label not supported: " + field);
    }
}
