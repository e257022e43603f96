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
                            "status.podIPs",
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
            Map.entry("batch/jobs", List.of("status.successful")));

    /** Of events.k8s.io, by the names that it has for them. */
    private static final List<String> EVENT_FIELDS = List.of(
            "regarding.kind",
            "regarding.namespace",
            "regarding.name",
            "regarding.uid",
            "regarding.apiVersion",
            "regarding.resourceVersion",
            "regarding.fieldPath",
            "reason",
            "reportingController",
            "type");

    private record Requirement(String field, boolean equal, String value) {}

    private final List<Requirement> requirements;

    private FieldSelector(List<Requirement> requirements) {
        this.requirements = requirements;
    }

    /** @throws ApiException BadRequest for what cannot be read */
    public static FieldSelector parse(String text) {
        List<Requirement> requirements = new ArrayList<>();
        for (String term : terms(text)) {
            if (!term.isEmpty()) {
                requirements.add(requirement(text, term));
            }
        }
        return new FieldSelector(requirements);
    }

    /** The terms, in alphabetical order as upstream reads them; a comma behind a backslash belongs to a value. */
    private static List<String> terms(String text) {
        List<String> terms = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '\\') {
                i++;
            } else if (text.charAt(i) == ',') {
                terms.add(text.substring(start, i));
                start = i + 1;
            }
        }
        terms.add(text.substring(start));
        terms.sort(null);
        return terms;
    }

    private static Requirement requirement(String text, String term) {
        int is = term.indexOf('=');
        if (is < 0) {
            throw ApiException.badRequest("invalid selector: '" + text + "'; can't understand '" + term + "'");
        }
        boolean equal = is == 0 || term.charAt(is - 1) != '!';
        int from = equal && term.startsWith("==", is) ? is + 2 : is + 1;
        return new Requirement(term.substring(0, equal ? is : is - 1), equal, unescaped(term.substring(from)));
    }

    private static String unescaped(String value) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '=' || c == ',') {
                throw ApiException.badRequest("invalid field selector: unescaped character in value: " + (int) c);
            }
            if (c == '\\') {
                i++;
                if (i == value.length() || "\\,=".indexOf(value.charAt(i)) < 0) {
                    throw ApiException.badRequest("invalid field selector: invalid escape sequence: "
                            + value.substring(i - 1, Math.min(i + 1, value.length())));
                }
                c = value.charAt(i);
            }
            plain.append(c);
        }
        return plain.toString();
    }

    /** @throws ApiException BadRequest for a field that the resource does not select by */
    void requireSupported(Resource resource) {
        List<String> special = selectable(resource);
        for (Requirement r : requirements) {
            boolean known = r.field.equals("metadata.name")
                    || r.field.equals("metadata.namespace") && (resource.namespaced() || special.isEmpty())
                    || special.contains(r.field);
            if (!known) {
                throw ApiException.badRequest(
                        special.isEmpty()
                                ? GoText.quote(r.field)
                                        + " is not a known field selector: only \"metadata.name\", \"metadata.namespace\""
                                : resource.is("batch", "jobs")
                                        ? "field label " + GoText.quote(r.field) + " not supported for Job"
                                        : "field label not supported: " + r.field);
            }
        }
    }

    public boolean isEmpty() {
        return requirements.isEmpty();
    }

    public boolean matches(Map<String, String> fields) {
        for (Requirement r : requirements) {
            if (fields.getOrDefault(stored(r.field), "").equals(r.value) != r.equal) {
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

    /** The fields by the names that requests use. */
    private static List<String> selectable(Resource resource) {
        return resource.is("events.k8s.io", "events") ? EVENT_FIELDS : fieldsFor(resource);
    }

    /** Events are stored in the form of the core group. */
    private static String stored(String field) {
        return field.equals("reportingController")
                ? "reportingComponent"
                : field.startsWith("regarding.") ? "involvedObject." + field.substring(10) : field;
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
}
