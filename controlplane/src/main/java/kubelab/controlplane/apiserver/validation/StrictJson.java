package kubelab.controlplane.apiserver.validation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/** Finds fields that a body holds twice, which a tree cannot show any more: there the last one has won. */
public final class StrictJson {
    private StrictJson() {}

    /**
     * @param json a JSON document that parses
     * @return {@code duplicate field "metadata.name"} for each field that comes again, in the order of the document
     */
    public static List<String> duplicates(byte[] json) {
        List<String> found = new ArrayList<>();
        try (JsonParser parser = JsonMapper.shared().createParser(json)) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                object(parser, "", found);
            }
        } catch (JacksonException e) {
            return found; // the decoder reports a body that does not parse
        }
        return found;
    }

    private static void object(JsonParser parser, String path, List<String> found) {
        Set<String> seen = new HashSet<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            String child = path.isEmpty() ? name : path + "." + name;
            if (!seen.add(name)) {
                found.add("duplicate field \"" + child + "\"");
            }
            value(parser, parser.nextToken(), child, found);
        }
    }

    private static void value(JsonParser parser, JsonToken token, String path, List<String> found) {
        if (token == JsonToken.START_OBJECT) {
            object(parser, path, found);
        } else if (token == JsonToken.START_ARRAY) {
            int index = 0;
            for (JsonToken item = parser.nextToken(); item != JsonToken.END_ARRAY; item = parser.nextToken()) {
                value(parser, item, path + "[" + index++ + "]", found);
            }
        }
    }
}
