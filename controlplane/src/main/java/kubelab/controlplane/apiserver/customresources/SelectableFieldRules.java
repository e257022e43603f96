package kubelab.controlplane.apiserver.customresources;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** By which fields custom objects may be selected. Source: ValidateCustomResourceSelectableFields (1.34). */
final class SelectableFieldRules {
    private static final int MOST = 8;
    private static final List<String> TYPES = List.of("string", "boolean", "integer");

    private SelectableFieldRules() {}

    static void check(ObjectNode version, String path, Causes causes) {
        List<ObjectNode> fields = Json.objects(version, "selectableFields");
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < fields.size(); i++) {
            String here = path + "[" + i + "].jsonPath";
            String jsonPath = Json.string(fields.get(i), "jsonPath");
            if (jsonPath.isEmpty()) {
                causes.required(here, "");
                continue;
            }
            String wrong = wrongPath(version.path("schema").path("openAPIV3Schema"), jsonPath);
            if (wrong != null) {
                causes.invalidText(here, jsonPath, "is an invalid path: " + wrong);
                continue;
            }
            if (jsonPath.startsWith(".metadata.")) {
                causes.invalidText(here, jsonPath, "must not point to fields in metadata");
            }
            JsonNode target = target(version.path("schema").path("openAPIV3Schema"), jsonPath);
            if (!TYPES.contains(Json.string(target, "type"))) {
                causes.invalidText(
                        here,
                        jsonPath,
                        "must point to a field of type string, boolean or integer. Enum string fields and strings with"
                                + " formats are allowed.");
            }
            if (!seen.add(jsonPath)) {
                causes.duplicate(here, jsonPath);
            }
        }
        if (seen.size() > MOST) {
            causes.tooMany(path, seen.size(), MOST);
        }
    }

    private static @Nullable String wrongPath(JsonNode schema, String jsonPath) {
        if (!jsonPath.startsWith(".")) {
            return "expected [ or . but got: " + jsonPath;
        }
        JsonNode here = schema;
        for (String name : jsonPath.substring(1).split("\\.", -1)) {
            JsonNode next = here.path("properties").path(name);
            if (next.isMissingNode()) {
                return "does not refer to a valid field";
            }
            here = next;
        }
        return null;
    }

    private static JsonNode target(JsonNode schema, String jsonPath) {
        JsonNode here = schema;
        for (String name : jsonPath.substring(1).split("\\.", -1)) {
            here = here.path("properties").path(name);
        }
        return here;
    }
}
