package kubelab.controlplane.apiserver.registry;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.apiserver.request.GoText;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/**
 * A field selector ({@code spec.nodeName=worker1,status.phase!=Running}); which fields a resource has for it its strategy
 * knows.
 *
 * <p>Source: the SelectableFields functions in pkg/registry and the conversions in pkg/apis, release 1.34.
 */
public final class FieldSelector {
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
    public void requireSupported(Resource resource) {
        List<String> special = resource.strategy().selectableFields();
        for (Requirement r : requirements) {
            boolean known = r.field.equals("metadata.name")
                    || r.field.equals("metadata.namespace")
                            && (resource.namespaced() || !resource.isCustom() && special.isEmpty())
                    || special.contains(r.field);
            if (!known) {
                throw ApiException.badRequest(resource.strategy().unknownField(r.field, GoText.quote(r.field)));
            }
        }
    }

    /** The same, with the fields as the store names them. */
    public FieldSelector asStored(Resource resource) {
        return new FieldSelector(requirements.stream()
                .map(r -> new Requirement(resource.strategy().storedField(r.field), r.equal, r.value))
                .toList());
    }

    public boolean isEmpty() {
        return requirements.isEmpty();
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
    public static Map<String, String> fieldsOf(Resource resource, ObjectNode object) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("metadata.name", Json.string(object, "metadata", "name"));
        fields.put("metadata.namespace", Json.string(object, "metadata", "namespace"));
        for (String field : resource.strategy().storedFields()) {
            fields.put(field, resource.strategy().fieldValue(object, field));
        }
        // Kept with every object, and few of them: one instance each.
        Json.map(object, "metadata", "labels").forEach((key, value) -> fields.put(("#" + key).intern(), value));
        return fields;
    }

    /** The labels among the values that the store keeps. */
    public static Map<String, String> labelsOf(Map<String, String> fields) {
        Map<String, String> labels = new LinkedHashMap<>();
        fields.forEach((key, value) -> {
            if (key.startsWith("#")) {
                labels.put(key.substring(1), value);
            }
        });
        return labels;
    }
}
