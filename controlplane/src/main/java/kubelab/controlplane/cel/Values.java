package kubelab.controlplane.cel;

import dev.cel.common.values.NullValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Values of expressions, made from JSON of which no schema is known. */
public final class Values {
    private Values() {}

    /** @param json missing and null become CEL's null */
    public static Object of(@Nullable JsonNode json) {
        if (json == null) {
            return NullValue.NULL_VALUE;
        }
        return switch (json.getNodeType()) {
            case STRING -> json.stringValue();
            case BOOLEAN -> json.booleanValue();
            case NUMBER ->
                json.isIntegralNumber() && json.canConvertToLong()
                        ? (Object) json.longValue()
                        : (Object) json.doubleValue();
            case ARRAY -> {
                List<Object> list = new ArrayList<>();
                json.forEach(item -> list.add(of(item)));
                yield list;
            }
            case OBJECT -> {
                Map<String, Object> map = new LinkedHashMap<>();
                json.properties().forEach(field -> map.put(field.getKey(), of(field.getValue())));
                yield map;
            }
            default -> NullValue.NULL_VALUE;
        };
    }

    public static Object none() {
        return NullValue.NULL_VALUE;
    }
}
