package kubelab.controlplane.apiserver.apply;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import kubelab.controlplane.apiserver.Json;
import kubelab.controlplane.apiserver.openapi.Schema;
import tools.jackson.databind.JsonNode;

/**
 * Whether an applied configuration has its type's shape: declared fields only, values of the right kind, no two items with
 * the same keys.
 *
 * <p>Source: sigs.k8s.io/structured-merge-diff/v6/typed/validate.go (1.34).
 */
final class AppliedShape {
    private final List<String> errors = new ArrayList<>();

    private AppliedShape() {}

    /** @return what is wrong, each with the path to it: {@code .spec.foo: field not declared in schema} */
    static List<String> errors(Schema schema, JsonNode configuration) {
        AppliedShape walk = new AppliedShape();
        walk.check(schema, configuration, "");
        return walk.errors;
    }

    private void check(Schema schema, JsonNode value, String path) {
        if (value.isNull()) {
            return;
        }
        switch (schema.shape()) {
            case STRUCT -> {
                if (fits(value.isObject(), "map", value, path)) {
                    Json.fields(value).forEach((name, field) -> {
                        Optional<Schema> below = schema.field(name);
                        if (below.isEmpty()) {
                            errors.add(path + "." + name + ": field not declared in schema");
                        } else {
                            check(below.get(), field, path + "." + name);
                        }
                    });
                }
            }
            case MAP -> {
                if (fits(value.isObject(), "map", value, path)) {
                    Json.fields(value).forEach((key, item) -> check(schema.element(), item, path + "." + key));
                }
            }
            case LIST -> {
                if (fits(value.isArray(), "list", value, path)) {
                    list(schema, value, path);
                }
            }
            case STRING -> {
                if (!value.isString()) {
                    errors.add(
                            path + ": expected string, got &value.valueUnstructured{Value:" + Json.goText(value) + "}");
                }
            }
            case BOOLEAN -> fits(value.isBoolean(), "boolean", value, path);
            case INTEGER, NUMBER -> {
                if (!value.isNumber()) {
                    errors.add(path + ": expected numeric (int or float), got "
                            + value.getNodeType().name().toLowerCase(Locale.ROOT));
                }
            }
            case INT_OR_STRING, ANY -> {}
        }
    }

    private void list(Schema schema, JsonNode list, String path) {
        Typed type = new Typed(schema);
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < list.size(); i++) {
            JsonNode item = list.get(i);
            String step = "[" + i + "]";
            if (schema.listType() == Schema.ListType.MAP && !item.isObject()) {
                errors.add(path + ": element " + i + ": associative list with keys may not have non-map elements");
                return;
            }
            if (schema.listType() != Schema.ListType.ATOMIC) {
                step = Typed.show(List.of(type.step(item)));
                if (!seen.add(step)) {
                    errors.add(path + ": duplicate entries for key " + step);
                }
            }
            check(schema.element(), item, path + step);
        }
    }

    private boolean fits(boolean fits, String expected, JsonNode value, String path) {
        if (!fits) {
            errors.add(path + ": expected " + expected + ", got &{" + Json.goText(value) + "}");
        }
        return fits;
    }
}
