package kubelab.controlplane.apiserver.validation;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import kubelab.controlplane.apiserver.openapi.Schema;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/**
 * Finds what a tree cannot show any more: fields that a body holds twice (in a tree the last one has won), in their places
 * among the fields that its kind does not have.
 *
 * <p>Source: sigs.k8s.io/json, UnmarshalStrict, as k8s.io/apimachinery uses it (1.34).
 */
public final class StrictJson {
    private static final int MOST = 100;

    private final Set<String> found = new LinkedHashSet<>();
    private final boolean typed;

    private StrictJson(boolean typed) {
        this.typed = typed;
    }

    /**
     * @param json a JSON document that parses
     * @return {@code duplicate field "metadata.name"} for each field that comes again, in the order of the document
     */
    public static List<String> duplicates(byte[] json) {
        StrictJson walk = new StrictJson(false);
        walk.document(json, null);
        return walk.found.stream().limit(MOST).toList();
    }

    /** As {@link #duplicates}, and between them {@code unknown field "spec.x"} for what the schema does not have. */
    public static List<String> errors(Schema schema, byte[] json) {
        StrictJson walk = new StrictJson(true);
        walk.document(json, schema);
        return walk.found.stream().limit(MOST).toList();
    }

    private void document(byte[] json, @Nullable Schema schema) {
        try (JsonParser parser = JsonMapper.shared().createParser(json)) {
            JsonToken first = parser.nextToken();
            if (first == JsonToken.START_ARRAY) {
                int index = 0;
                for (JsonToken item = parser.nextToken(); item != JsonToken.END_ARRAY; item = parser.nextToken()) {
                    value(parser, item, "json patch ", "[" + index++ + "]", null);
                }
            } else if (first == JsonToken.START_OBJECT) {
                object(parser, "", "", schema);
            }
        } catch (JacksonException e) {
            // The decoder reports a body that does not parse.
        }
    }

    private void object(JsonParser parser, String what, String path, @Nullable Schema schema) {
        Set<String> seen = new HashSet<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            String child = path.isEmpty() ? name : path + "." + name;
            Schema below = schema == null ? null : schema.field(name).orElse(null);
            if (typed && below == null) {
                if (schema != null && schema.shape() == Schema.Shape.STRUCT) {
                    found.add("unknown field \"" + child + "\"");
                }
                parser.nextToken();
                parser.skipChildren();
                continue;
            }
            if (!seen.add(name)) {
                found.add(what + "duplicate field \"" + child + "\"");
            }
            value(parser, parser.nextToken(), what, child, below);
        }
    }

    private void value(
            JsonParser parser, @Nullable JsonToken token, String what, String path, @Nullable Schema schema) {
        if (token == JsonToken.START_OBJECT) {
            object(parser, what, path, schema);
        } else if (token == JsonToken.START_ARRAY) {
            Schema item = schema != null && schema.shape() == Schema.Shape.LIST ? schema.element() : null;
            int index = 0;
            for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
                value(parser, next, what, path + "[" + index++ + "]", item);
            }
        }
    }
}
