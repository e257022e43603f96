package kubelab.controlplane.apiserver.patch;

import java.util.ArrayList;
import java.util.List;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * RFC 6902 as upstream's library reads it: a replaced or copied field of an object need not be there, a missing value is
 * null, and a negative index counts from the end. A failed operation leaves nothing changed and is answered with 422.
 *
 * <p>Source: gopkg.in/evanphx/json-patch.v4 (4.12).
 */
final class JsonPatch {
    private static final Logger LOG = LoggerFactory.getLogger(JsonPatch.class);

    /** The object or array that holds what a path names, and the path's last step. */
    private record Place(JsonNode parent, String step) {
        /** Null for a field that an object does not have. */
        @Nullable
        JsonNode get() {
            return parent instanceof ArrayNode array ? array.get(index(array.size())) : parent.get(step);
        }

        void add(JsonNode value) {
            if (parent instanceof ObjectNode object) {
                object.set(step, value);
            } else if (parent instanceof ArrayNode array) {
                array.insert(step.equals("-") ? array.size() : index(array.size() + 1), value);
            }
        }

        void replace(JsonNode value) {
            if (parent instanceof ObjectNode object) {
                object.set(step, value);
            } else if (parent instanceof ArrayNode array) {
                array.set(index(array.size()), value);
            }
        }

        void remove() {
            if (parent instanceof ObjectNode object) {
                if (object.remove(step) == null) {
                    throw refused("Unable to remove nonexistent key: " + step);
                }
            } else if (parent instanceof ArrayNode array) {
                array.remove(index(array.size()));
            }
        }

        private int index(int size) {
            try {
                int index = Integer.parseInt(step);
                if (index < size && index >= -size) {
                    return index < 0 ? index + size : index;
                }
            } catch (NumberFormatException notAnIndex) {
                // refused below
            }
            throw refused("Unable to access invalid index: " + step);
        }
    }

    private JsonPatch() {}

    /** @throws ApiException Invalid, without a word of why, when an operation does not fit */
    static JsonNode apply(ObjectNode base, ArrayNode operations) {
        JsonNode document = base;
        for (JsonNode operation : operations) {
            document = apply(document, operation);
        }
        return document;
    }

    private static JsonNode apply(JsonNode document, JsonNode operation) {
        String op = Json.string(operation, "op");
        String path = Json.string(operation, "path");
        JsonNode given = operation.get("value");
        JsonNode value = given == null ? NullNode.getInstance() : given;
        switch (op) {
            case "add" -> place(document, path).add(value);
            case "remove" -> place(document, path).remove();
            case "replace" -> {
                if (path.isEmpty() && operation.has("path")) {
                    return value;
                }
                place(document, path).replace(value);
            }
            case "move" -> {
                Place from = place(document, Json.string(operation, "from"));
                JsonNode moved = orNull(from.get());
                from.remove();
                place(document, path).add(moved);
            }
            case "copy" ->
                place(document, path)
                        .add(orNull(place(document, Json.string(operation, "from"))
                                        .get())
                                .deepCopy());
            case "test" -> {
                JsonNode found =
                        path.isEmpty() ? document : place(document, path).get();
                if (!Json.same(orNull(found), value)) {
                    throw refused("testing value " + path + " failed");
                }
            }
            default -> throw refused("Unexpected kind: " + op);
        }
        return document;
    }

    private static JsonNode orNull(@Nullable JsonNode value) {
        return value == null ? NullNode.getInstance() : value;
    }

    private static Place place(JsonNode document, String path) {
        List<String> steps = new ArrayList<>();
        for (String step : path.split("/", -1)) {
            steps.add(step.replace("~1", "/").replace("~0", "~"));
        }
        JsonNode parent = steps.size() < 2 ? null : document;
        for (int i = 1; i < steps.size() - 1 && parent != null; i++) {
            parent = parent.isContainer() ? new Place(parent, steps.get(i)).get() : null;
        }
        if (parent == null || !parent.isContainer()) {
            throw refused("doc is missing path: " + path);
        }
        return new Place(parent, steps.get(steps.size() - 1));
    }

    private static ApiException refused(String why) {
        LOG.debug("refused JSON patch: {}", why);
        // Upstream says no more than this to the client.
        return new ApiException(422, "Invalid", "the server rejected our request due to an error in our request");
    }
}
