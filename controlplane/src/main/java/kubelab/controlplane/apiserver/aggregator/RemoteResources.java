package kubelab.controlplane.apiserver.aggregator;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What another server says of its resources, read as Go reads it into a type: a value of the wrong type makes the whole
 * unreadable, and what the type does not have is left out. Clients decode the discovery document as a whole, so that one
 * server's mistake would take all groups from them.
 */
final class RemoteResources {
    private RemoteResources() {}

    /**
     * @param resources as aggregated discovery has them
     * @throws IllegalArgumentException when a value is of the wrong type
     */
    static ArrayNode checked(ArrayNode resources) {
        return each(resources, RemoteResources::resource);
    }

    private static ArrayNode each(ArrayNode list, UnaryOperator<ObjectNode> check) {
        ArrayNode checked = Json.array();
        objects(list).forEach(one -> checked.add(check.apply(one)));
        return checked;
    }

    private static ObjectNode resource(ObjectNode one) {
        ObjectNode resource = Json.object().put("resource", text(one, "resource"));
        kind(one, resource);
        resource.put("scope", text(one, "scope")).put("singularResource", text(one, "singularResource"));
        verbs(one, resource);
        words(one, "shortNames", resource);
        words(one, "categories", resource);
        ArrayNode subs = list(one, "subresources");
        if (!subs.isEmpty()) {
            resource.set("subresources", each(subs, RemoteResources::subresource));
        }
        return resource;
    }

    private static ObjectNode subresource(ObjectNode one) {
        ObjectNode sub = Json.object().put("subresource", text(one, "subresource"));
        kind(one, sub);
        ArrayNode accepted = list(one, "acceptedTypes");
        if (!accepted.isEmpty()) {
            sub.set("acceptedTypes", each(accepted, RemoteResources::groupVersionKind));
        }
        verbs(one, sub);
        return sub;
    }

    private static void kind(ObjectNode from, ObjectNode to) {
        JsonNode kind = from.get("responseKind");
        if (kind instanceof ObjectNode object) {
            to.set("responseKind", groupVersionKind(object));
        } else {
            absent(kind, "responseKind");
            to.set("responseKind", groupVersionKind(Json.object()));
        }
    }

    private static ObjectNode groupVersionKind(ObjectNode from) {
        return Json.object()
                .put("group", text(from, "group"))
                .put("version", text(from, "version"))
                .put("kind", text(from, "kind"));
    }

    private static void verbs(ObjectNode from, ObjectNode to) {
        words(from, "verbs", to);
        if (!to.has("verbs")) {
            to.putNull("verbs");
        }
    }

    private static void words(ObjectNode from, String field, ObjectNode to) {
        ArrayNode words = list(from, field);
        if (!words.isEmpty()) {
            ArrayNode copy = to.putArray(field);
            words.forEach(word -> copy.add(word(word, field)));
        }
    }

    /** Empty when the field is absent or null. */
    static String text(ObjectNode from, String field) {
        return word(from.get(field), field);
    }

    private static String word(@Nullable JsonNode value, String field) {
        if (value != null && value.isString()) {
            return value.stringValue();
        }
        absent(value, field);
        return "";
    }

    /** False when the field is absent or null. */
    static boolean flag(ObjectNode from, String field) {
        JsonNode value = from.get(field);
        if (value != null && value.isBoolean()) {
            return value.booleanValue();
        }
        absent(value, field);
        return false;
    }

    /** Empty when the field is absent or null. */
    static ArrayNode list(ObjectNode from, String field) {
        JsonNode value = from.get(field);
        if (value instanceof ArrayNode list) {
            return list;
        }
        absent(value, field);
        return Json.array();
    }

    static List<ObjectNode> objects(ArrayNode list) {
        List<ObjectNode> objects = new ArrayList<>();
        for (JsonNode item : list) {
            if (item instanceof ObjectNode object) {
                objects.add(object);
            } else {
                absent(item, "item");
                objects.add(Json.object());
            }
        }
        return objects;
    }

    private static void absent(@Nullable JsonNode value, String field) {
        if (value != null && !value.isNull()) {
            throw new IllegalArgumentException(field + " is " + value.getNodeType());
        }
    }
}
