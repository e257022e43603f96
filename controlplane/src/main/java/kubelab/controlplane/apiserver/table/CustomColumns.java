package kubelab.controlplane.apiserver.table;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The columns of a custom resource: its name, and what its definition says; without a word from it, the age.
 *
 * <p>Source: k8s.io/apiextensions-apiserver/pkg/registry/customresource/tableconvertor (1.34).
 */
public final class CustomColumns {
    private static final ObjectNode AGE = Json.parseObject(
            "{\"name\":\"Age\",\"type\":\"date\",\"jsonPath\":\".metadata.creationTimestamp\",\"description\":"
                    + "\"CreationTimestamp is a timestamp representing the server time when this object was created. It"
                    + " is not guaranteed to be set in happens-before order across separate operations. Clients may not"
                    + " set this value.\"}");

    private final List<Column> columns = new ArrayList<>();

    private record Column(JsonPath path, ObjectNode definition) {
        String type() {
            return Json.string(definition, "type");
        }
    }

    /** @param additional {@code additionalPrinterColumns} of a version; the first that cannot be read ends the list */
    public CustomColumns(List<ObjectNode> additional) {
        for (ObjectNode column : additional.isEmpty() ? List.of(AGE) : additional) {
            JsonPath path = JsonPath.parse(Json.string(column, "jsonPath"));
            if (path == null) {
                return;
            }
            columns.add(new Column(path, column));
        }
    }

    /** @param name the definition of the column Name */
    ArrayNode definitions(JsonNode name) {
        ArrayNode all = Json.array().add(name);
        for (Column column : columns) {
            String path = Json.string(column.definition, "jsonPath");
            String said = Json.string(column.definition, "description");
            all.addObject()
                    .put("name", Json.string(column.definition, "name"))
                    .put("type", column.type())
                    .put("format", Json.string(column.definition, "format"))
                    .put(
                            "description",
                            said.isEmpty() ? "Custom resource definition column (in JSONPath format): " + path : said)
                    .put("priority", Json.number(column.definition, 0, "priority"));
        }
        return all;
    }

    void cells(JsonNode object, Instant now, ArrayNode cells) {
        cells.add(Text.name(object));
        for (Column column : columns) {
            List<JsonNode> found = column.path.find(object);
            cell(column.type(), found.isEmpty() ? JsonNodeFactory.instance.nullNode() : found.get(0), now, cells);
        }
    }

    private static void cell(String type, JsonNode value, Instant now, ArrayNode cells) {
        boolean number = value.isNumber();
        if (type.equals("string") && !value.isNull()) {
            cells.add(
                    value.isString()
                            ? value.stringValue()
                            : value.isContainer() ? value.toString() : Text.or(value, ""));
        } else if (type.equals("integer") && number) {
            cells.add(value.decimalValue().longValue());
        } else if (type.equals("number") && number || type.equals("boolean") && value.isBoolean()) {
            cells.add(value);
        } else if (type.equals("date") && value.isString()) {
            cells.add(since(value, now));
        } else {
            cells.addNull();
        }
    }

    private static String since(JsonNode value, Instant now) {
        try {
            return Text.since(value, now);
        } catch (DateTimeException unreadable) {
            return "<invalid>";
        }
    }
}
