package kubelab.controlplane.apiserver;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** RFC 6902. A failed operation leaves nothing changed and is answered with 422, as upstream does. */
final class JsonPatch {
    private static final Logger LOG = LoggerFactory.getLogger(JsonPatch.class);

    private JsonPatch() {}

    static JsonNode apply(ObjectNode base, ArrayNode operations) {
        JsonPatch patch = new JsonPatch();
        JsonNode document = base;
        for (JsonNode operation : operations) {
            document = patch.apply(document, operation);
        }
        return document;
    }

    private JsonNode apply(JsonNode document, JsonNode operation) {
        String op = Json.string(operation, "op");
        String path = Json.string(operation, "path");
        JsonNode value = operation.get("value");
        switch (op) {
            case "add":
                return add(document, path, required(value, op, path));
            case "remove":
                return remove(document, path, op);
            case "replace":
                if (path.isEmpty()) {
                    return required(value, op, path);
                }
                find(document, path, op);
                return add(removeKeepingPlace(document, path), path, required(value, op, path));
            case "move":
                JsonNode moved = find(document, Json.string(operation, "from"), op);
                return add(remove(document, Json.string(operation, "from"), op), path, moved);
            case "copy":
                return add(
                        document,
                        path,
                        find(document, Json.string(operation, "from"), op).deepCopy());
            case "test":
                JsonNode found = lookup(document, path);
                if (!(found == null ? value == null || value.isNull() : equal(found, value))) {
                    throw refused("testing value " + path + " failed: test failed");
                }
                return document;
            default:
                throw ApiException.badRequest("Unexpected kind: " + op);
        }
    }

    private static boolean equal(JsonNode found, @Nullable JsonNode value) {
        return value != null && found.equals(value);
    }

    private JsonNode required(@Nullable JsonNode value, String op, String path) {
        if (value == null) {
            throw refused(op + " operation on \"" + path + "\": missing value");
        }
        return value;
    }

    private JsonNode add(JsonNode document, String path, JsonNode value) {
        List<String> tokens = tokens(path);
        if (tokens.isEmpty()) {
            return value;
        }
        JsonNode parent = walk(document, tokens.subList(0, tokens.size() - 1));
        String last = tokens.get(tokens.size() - 1);
        if (parent instanceof ObjectNode object) {
            object.set(last, value);
        } else if (parent instanceof ArrayNode array) {
            if (last.equals("-")) {
                array.add(value);
            } else {
                int index = index(last, array.size(), path);
                array.insert(index, value);
            }
        } else {
            throw refused("add operation does not apply: doc is missing path: \"" + path + "\": missing value");
        }
        return document;
    }

    private JsonNode remove(JsonNode document, String path, String op) {
        find(document, path, op);
        List<String> tokens = tokens(path);
        JsonNode parent = walk(document, tokens.subList(0, tokens.size() - 1));
        String last = tokens.get(tokens.size() - 1);
        if (parent instanceof ObjectNode object) {
            object.remove(last);
        } else if (parent instanceof ArrayNode array) {
            array.remove(index(last, array.size() - 1, path));
        }
        return document;
    }

    /** In an object the later set keeps the field's place; in an array the element must go first. */
    private JsonNode removeKeepingPlace(JsonNode document, String path) {
        List<String> tokens = tokens(path);
        JsonNode parent = walk(document, tokens.subList(0, tokens.size() - 1));
        return parent instanceof ArrayNode ? remove(document, path, "replace") : document;
    }

    private JsonNode find(JsonNode document, String path, String op) {
        JsonNode found = lookup(document, path);
        if (found == null) {
            throw refused(op + " operation does not apply: doc is missing path: " + path + ": missing value");
        }
        return found;
    }

    private static @Nullable JsonNode lookup(JsonNode document, String path) {
        return walk(document, tokens(path));
    }

    private static @Nullable JsonNode walk(JsonNode document, List<String> tokens) {
        JsonNode here = document;
        for (String token : tokens) {
            if (here instanceof ObjectNode object) {
                here = object.get(token);
            } else if (here instanceof ArrayNode array) {
                try {
                    here = array.get(Integer.parseInt(token));
                } catch (NumberFormatException notAnIndex) {
                    return null;
                }
            } else {
                return null;
            }
        }
        return here;
    }

    private int index(String token, int max, String path) {
        try {
            int index = Integer.parseInt(token);
            if (index >= 0 && index <= max) {
                return index;
            }
        } catch (NumberFormatException notAnIndex) {
            // refused below
        }
        throw refused("Unable to access invalid index: " + token + " in " + path + ": invalid index referenced");
    }

    private static List<String> tokens(String path) {
        List<String> tokens = new ArrayList<>();
        if (path.isEmpty()) {
            return tokens;
        }
        for (String token : path.substring(1).split("/", -1)) {
            tokens.add(token.replace("~1", "/").replace("~0", "~"));
        }
        return tokens;
    }

    private static ApiException refused(String why) {
        LOG.debug("refused JSON patch: {}", why);
        // Upstream says no more than this to the client.
        return new ApiException(422, "Invalid", "the server rejected our request due to an error in our request");
    }
}
