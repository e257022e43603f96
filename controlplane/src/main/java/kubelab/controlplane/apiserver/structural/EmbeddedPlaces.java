package kubelab.controlplane.apiserver.structural;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Finds the objects inside an object: those that a schema marks as {@code x-kubernetes-embedded-resource}. */
public final class EmbeddedPlaces {
    /** @param path e.g. {@code spec.templates[0]} */
    public record Place(String path, ObjectNode object) {}

    private final List<Place> places = new ArrayList<>();

    private EmbeddedPlaces() {}

    public static List<Place> of(JsonNode object, Structural schema) {
        EmbeddedPlaces walk = new EmbeddedPlaces();
        walk.value(object, schema, "");
        return walk.places;
    }

    private void value(JsonNode value, @Nullable Structural schema, String path) {
        if (schema == null) {
            return;
        }
        if (value instanceof ObjectNode object) {
            if (schema.embedded && !path.isEmpty()) {
                places.add(new Place(path, object));
            }
            object.properties()
                    .forEach(field ->
                            value(field.getValue(), schema.field(field.getKey()), below(schema, path, field.getKey())));
        } else if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                value(value.get(i), schema.items, path + "[" + i + "]");
            }
        }
    }

    /** Keys of maps are in brackets. */
    private static String below(Structural schema, String path, String name) {
        return !schema.properties.containsKey(name)
                ? path + "[" + name + "]"
                : path.isEmpty() ? name : path + "." + name;
    }
}
