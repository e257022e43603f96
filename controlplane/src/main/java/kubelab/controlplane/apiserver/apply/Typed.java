package kubelab.controlplane.apiserver.apply;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kubelab.controlplane.apiserver.openapi.Schema;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * How values at one place are compared and merged, from the schema where there is one and else from what the values
 * look like: objects field by field, lists as one value.
 */
record Typed(@Nullable Schema schema) {
    private static final Typed UNTYPED = new Typed(null);

    /** How a value is taken apart. */
    enum Parts {
        /** Not at all: scalars and atomic lists and objects. */
        LEAF,
        /** By declared fields. */
        STRUCT,
        /** By free keys. */
        MAP,
        /** By items. */
        LIST
    }

    /** @param value one of the values that are here, to go by when there is no schema */
    Parts parts(JsonNode value) {
        Schema known = schema;
        if (known == null || known.shape() == Schema.Shape.ANY) {
            return value.isObject() ? Parts.MAP : Parts.LEAF;
        }
        return switch (known.shape()) {
            case STRUCT -> known.atomic() ? Parts.LEAF : Parts.STRUCT;
            case MAP -> known.atomic() ? Parts.LEAF : Parts.MAP;
            case LIST -> known.listType() == Schema.ListType.ATOMIC ? Parts.LEAF : Parts.LIST;
            default -> Parts.LEAF;
        };
    }

    Typed field(String name) {
        return schema == null || schema.shape() == Schema.Shape.ANY
                ? UNTYPED
                : schema.field(name).map(Typed::new).orElse(UNTYPED);
    }

    /** Whether a struct has such a field; custom objects may have others, which are like those of a map. */
    boolean declares(String name) {
        Schema known = schema;
        return known == null
                || known.shape() != Schema.Shape.STRUCT
                || known.fields().containsKey(name);
    }

    Typed element() {
        return schema == null ? UNTYPED : new Typed(schema.element());
    }

    /** The items of a LIST by their steps; of several with the same keys the last one counts. */
    Map<String, JsonNode> items(JsonNode list) {
        Map<String, JsonNode> items = new LinkedHashMap<>();
        list.forEach(item -> items.put(step(item), item));
        return items;
    }

    /** {@code k:{…}} or {@code v:…}. */
    String step(JsonNode item) {
        Schema known = schema;
        if (known == null || known.listType() == Schema.ListType.SET || !item.isObject()) {
            return "v:" + item;
        }
        Map<String, JsonNode> keys = new TreeMap<>();
        for (String key : known.listMapKeys()) {
            JsonNode value = item.path(key);
            if (value.isMissingNode() || value.isNull()) {
                known.element().field(key).flatMap(Schema::defaultValue).ifPresent(d -> keys.put(key, d));
            } else {
                keys.put(key, value);
            }
        }
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        keys.forEach(node::set);
        return "k:" + node;
    }

    /** A path as messages show it: {@code .spec.containers[name="web"].image}. */
    static String show(List<String> path) {
        StringBuilder text = new StringBuilder();
        for (String step : path) {
            String rest = step.substring(2);
            switch (step.charAt(0)) {
                case 'f' -> text.append('.').append(rest);
                case 'k' -> text.append('[').append(rest, 1, rest.length() - 1).append(']');
                default -> text.append("[=").append(rest).append(']');
            }
        }
        return text.toString().replaceAll("([\\[,])\"([A-Za-z]+)\":", "$1$2=");
    }
}
