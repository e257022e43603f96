package kubelab.controlplane.apiserver.validation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Finds keys that a YAML body holds twice: in a tree the last one has won. Each is named by the line that its value
 * begins in, as upstream's decoder does, and after those inside of that value.
 *
 * <p>Source: sigs.k8s.io/yaml, UnmarshalStrict, as k8s.io/apimachinery uses it (1.34).
 */
public final class StrictYaml {
    private static final int MOST = 100;
    private static final Pattern BARE = Pattern.compile("true|false|null|[-+]?\\d+");

    private final List<String> found = new ArrayList<>();

    private StrictYaml() {}

    /** @return {@code line 3: key "name" already set in map} for each key that comes again */
    public static List<String> duplicates(byte[] yaml) {
        StrictYaml walk = new StrictYaml();
        try (JsonParser parser = YAMLMapper.shared().createParser(yaml)) {
            walk.value(parser, parser.nextToken());
        } catch (JacksonException e) {
            // The decoder reports a body that does not parse.
        }
        return walk.found.stream().limit(MOST).toList();
    }

    /** Several of them in the form of one error. */
    public static String error(List<String> duplicates) {
        return "yaml: unmarshal errors:\n  " + String.join("\n  ", duplicates);
    }

    private void value(JsonParser parser, @Nullable JsonToken token) {
        if (token == JsonToken.START_OBJECT) {
            Set<String> seen = new HashSet<>();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String key = parser.currentName();
                JsonToken first = parser.nextToken();
                int line = parser.currentTokenLocation().getLineNr();
                value(parser, first);
                if (!seen.add(key)) {
                    found.add("line " + line + ": key " + shown(key) + " already set in map");
                }
            }
        } else if (token == JsonToken.START_ARRAY) {
            for (JsonToken next = parser.nextToken();
                    next != null && next != JsonToken.END_ARRAY;
                    next = parser.nextToken()) {
                value(parser, next);
            }
        }
    }

    /** A number or a boolean is shown bare. */
    private static String shown(String key) {
        return BARE.matcher(key).matches()
                ? key
                : "\"" + key.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
