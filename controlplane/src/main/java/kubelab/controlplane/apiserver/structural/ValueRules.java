package kubelab.controlplane.apiserver.structural;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import kubelab.controlplane.apiserver.request.ApiException.Cause;
import kubelab.controlplane.apiserver.request.GoText;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Holds values against a schema: types, limits, enumerations, patterns, formats, alternatives. What an update leaves as it
 * was is not looked at again, so that objects survive a schema that became stricter.
 *
 * <p>Source: k8s.io/kube-openapi/pkg/validation/validate and
 * k8s.io/apiextensions-apiserver/pkg/apiserver/validation (validation.go, ratcheting.go), release 1.34.
 */
public final class ValueRules {
    private static final String NOWHERE = "<nil>";

    private ValueRules() {}

    /**
     * @param old the value before an update; null when there was none
     * @param path of the value; empty for a whole object
     * @return all that is wrong
     */
    public static List<Cause> check(Structural schema, JsonNode value, @Nullable JsonNode old, String path) {
        return of(schema, value, old, path).causes();
    }

    private static Findings of(Structural schema, JsonNode value, @Nullable JsonNode old, String path) {
        Findings found = new Findings();
        if (old != null && Json.same(value, old)) {
            return found;
        }
        type(schema, value, path, found);
        if (value.isNull()) {
            enumeration(schema, value, path, found);
            return found;
        }
        junctors(schema, value, old, path, found);
        if (value.isString()) {
            text(schema, value.stringValue(), path, found);
        } else if (value.isNumber()) {
            number(schema, value, path, found);
        } else if (value.isArray()) {
            list(schema, value, old, path, found);
        }
        enumeration(schema, value, path, found);
        if (value.isObject()) {
            object(schema, value, old, path, found);
        }
        found.matched();
        return found;
    }

    private static void type(Structural schema, JsonNode value, String path, Findings found) {
        String wanted = schema.intOrString ? "integer,string" : schema.type;
        if (wanted.isEmpty()) {
            return;
        }
        String is = typeOf(value);
        List<String> types = List.of(wanted.split(","));
        boolean whole =
                value.isNumber() && value.decimalValue().stripTrailingZeros().scale() <= 0;
        boolean fits = value.isNull()
                ? schema.nullable
                : types.contains(is)
                        || is.equals("number") && whole && types.contains("integer")
                        || is.equals("integer") && types.contains("number");
        if (fits) {
            found.matched();
        } else {
            String quoted = "\"" + is + "\"";
            found.add(
                    "FieldValueTypeInvalid",
                    "Invalid value: " + quoted + ": " + path + " in body must be of type " + wanted + ": " + quoted,
                    field(path));
        }
    }

    private static String typeOf(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING -> "string";
            case NUMBER -> value.isIntegralNumber() ? "integer" : "number";
            case BOOLEAN -> "boolean";
            case ARRAY -> "array";
            case OBJECT -> "object";
            default -> "null";
        };
    }

    private static void junctors(
            Structural schema, JsonNode value, @Nullable JsonNode old, String path, Findings found) {
        String quoted = GoText.quote(path);
        if (!schema.anyOf.isEmpty()) {
            Findings best = null;
            boolean once = false;
            for (Structural part : schema.anyOf) {
                Findings result = of(part, value, old, path);
                if (result.isEmpty()) {
                    once = true;
                    break;
                }
                best = best == null || result.matches() > best.matches() ? result : best;
            }
            if (!once && best != null) {
                whole(found, quoted + " must validate at least one schema (anyOf)");
                found.merge(best);
            }
        }
        if (!schema.oneOf.isEmpty()) {
            oneOf(schema.oneOf, value, old, path, quoted, found);
        }
        int valid = 0;
        for (Structural part : schema.allOf) {
            Findings result = of(part, value, old, path);
            valid += result.isEmpty() ? 1 : 0;
            found.merge(result);
        }
        if (valid < schema.allOf.size()) {
            whole(found, quoted + " must validate all the schemas (allOf)" + (valid == 0 ? ". None validated" : ""));
        }
        if (schema.not != null && of(schema.not, value, old, path).isEmpty()) {
            whole(found, quoted + " must not validate the schema (not)");
        }
        found.matched();
    }

    private static void oneOf(
            List<Structural> parts,
            JsonNode value,
            @Nullable JsonNode old,
            String path,
            String quoted,
            Findings found) {
        Findings best = null;
        int valid = 0;
        for (Structural part : parts) {
            Findings result = of(part, value, old, path);
            if (result.isEmpty()) {
                valid++;
                best = null;
            } else if (valid == 0 && (best == null || result.matches() > best.matches())) {
                best = result;
            }
        }
        if (valid != 1) {
            String seen = valid == 0 ? "Found none valid" : "Found " + valid + " valid alternatives";
            whole(found, quoted + " must validate one and only one schema (oneOf). " + seen);
            if (best != null) {
                found.merge(best);
            }
        }
    }

    private static void text(Structural schema, String text, String path, Findings found) {
        int length = text.codePointCount(0, text.length());
        long most = Json.number(schema.json, Long.MAX_VALUE, "maxLength");
        long least = Json.number(schema.json, 0, "minLength");
        if (length > most) {
            found.add("FieldValueTooLong", "Too long: may not be more than " + most + " bytes", field(path));
        } else if (length < least) {
            invalid(found, path, GoText.quote(text), "should be at least " + least + " chars long");
        } else if (schema.pattern != null && !schema.pattern.matcher(text).find()) {
            invalid(found, path, GoText.quote(text), "should match '" + Json.string(schema.json, "pattern") + "'");
        } else {
            found.matched();
        }
        String format = Json.string(schema.json, "format");
        if (!Formats.fits(format, text)) {
            found.add(
                    "FieldValueTypeInvalid",
                    "Invalid value: " + GoText.quote(text) + ": " + path + " in body must be of type " + format + ": "
                            + GoText.quote(text),
                    field(path));
        }
    }

    private static void number(Structural schema, JsonNode value, String path, Findings found) {
        BigDecimal number = value.decimalValue();
        JsonNode factor = schema.json.path("multipleOf");
        if (factor.isNumber()
                && value.isIntegralNumber()
                && factor.decimalValue().compareTo(BigDecimal.ONE) < 0) {
            // Upstream takes the factor for a whole number, too, where the value is one.
            found.add(
                    "FieldValueInvalid",
                    "Invalid value: 0: factor MultipleOf declared for " + path + " must be positive: 0",
                    field(path));
        } else if (factor.isNumber()
                && factor.decimalValue().signum() > 0
                && number.remainder(factor.decimalValue()).signum() != 0) {
            invalid(found, path, value.toString(), "should be a multiple of " + shown(factor));
        }
        limit(schema, "maximum", "exclusiveMaximum", 1, "less than", value, path, found);
        limit(schema, "minimum", "exclusiveMinimum", -1, "greater than", value, path, found);
        found.matched();
    }

    private static void limit(
            Structural schema,
            String name,
            String exclusively,
            int wrongSide,
            String words,
            JsonNode value,
            String path,
            Findings found) {
        JsonNode limit = schema.json.path(name);
        if (!limit.isNumber()) {
            return;
        }
        boolean exclusive = Json.bool(schema.json, exclusively);
        int side = value.decimalValue().compareTo(limit.decimalValue()) * wrongSide;
        if (side > 0 || exclusive && side == 0) {
            String rule = exclusive ? words + " " : words + " or equal to ";
            invalid(found, path, value.toString(), "should be " + rule + shown(limit));
        }
    }

    private static String shown(JsonNode number) {
        return number.decimalValue().stripTrailingZeros().toPlainString();
    }

    private static void list(Structural schema, JsonNode list, @Nullable JsonNode old, String path, Findings found) {
        Structural items = schema.items;
        for (int i = 0; items != null && i < list.size(); i++) {
            JsonNode before = ListTypes.counterpart(schema, list.get(i), old);
            found.merge(of(items, list.get(i), before, path + "[" + i + "]"));
        }
        int size = list.size();
        long least = Json.number(schema.json, 0, "minItems");
        long most = Json.number(schema.json, Long.MAX_VALUE, "maxItems");
        if (size < least) {
            invalid(found, path, Integer.toString(size), "should have at least " + least + " items");
        }
        if (size > most) {
            tooMany(found, path, size, most);
        }
        found.matched();
    }

    private static void object(
            Structural schema, JsonNode object, @Nullable JsonNode old, String path, Findings found) {
        int size = object.size();
        long least = Json.number(schema.json, 0, "minProperties");
        long most = Json.number(schema.json, Long.MAX_VALUE, "maxProperties");
        if (size < least) {
            invalid(found, path, Long.toString(least), "should have at least " + least + " properties");
            return;
        }
        if (size > most) {
            tooMany(found, path, size, most);
            return;
        }
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            Structural part = schema.field(field.getKey());
            if (part != null) {
                JsonNode before = old == null ? null : old.get(field.getKey());
                found.merge(of(part, field.getValue(), before, join(path, field.getKey())));
            }
        }
        for (String name : schema.required) {
            if (!object.has(name)) {
                found.add("FieldValueRequired", "Required value", join(path, name));
            }
        }
    }

    private static void enumeration(Structural schema, JsonNode value, String path, Findings found) {
        List<JsonNode> allowed = Json.items(schema.json, "enum");
        if (allowed.isEmpty() || allowed.stream().anyMatch(one -> Json.same(one, value))) {
            return;
        }
        String values = allowed.stream()
                .map(one -> GoText.quote(one.isString() ? one.stringValue() : one.toString()))
                .collect(Collectors.joining(", "));
        found.add(
                "FieldValueNotSupported", "Unsupported value: " + value + ": supported values: " + values, field(path));
    }

    private static void tooMany(Findings found, String path, int size, long most) {
        found.add(
                "FieldValueTooMany",
                "Too many: " + size + ": must have at most " + most + " item" + (most == 1 ? "" : "s"),
                field(path));
    }

    private static void invalid(Findings found, String path, String value, String rule) {
        found.add("FieldValueInvalid", "Invalid value: " + value + ": " + path + " in body " + rule, field(path));
    }

    /** Upstream's checks of alternatives do not say where. */
    private static void whole(Findings found, String message) {
        found.add("FieldValueInvalid", "Invalid value: \"\": " + message, NOWHERE);
    }

    private static String field(String path) {
        return path.isEmpty() ? NOWHERE : path;
    }

    private static String join(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
