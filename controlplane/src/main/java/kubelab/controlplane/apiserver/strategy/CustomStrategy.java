package kubelab.controlplane.apiserver.strategy;

import java.util.ArrayList;
import java.util.List;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A custom resource: what is special about it is in its definition, whatever its name. */
final class CustomStrategy implements Strategy {
    private final String group;
    private final List<String> fields = new ArrayList<>();

    CustomStrategy(String group, String version, ObjectNode definition) {
        this.group = group;
        for (JsonNode each : Json.items(definition, "spec", "versions")) {
            if (Json.string(each, "name").equals(version)) {
                Json.items(each, "selectableFields")
                        .forEach(field ->
                                fields.add(Json.string(field, "jsonPath").replaceFirst("^\\.", "")));
            }
        }
    }

    @Override
    public String storagePrefix(String plural) {
        return "/registry/" + group + "/" + plural + "/";
    }

    @Override
    public List<String> selectableFields() {
        return List.copyOf(fields);
    }

    @Override
    public String fieldValue(ObjectNode stored, String field) {
        JsonNode value = Json.at(stored, field.split("\\."));
        return value == null ? "" : value.asString("");
    }
}
