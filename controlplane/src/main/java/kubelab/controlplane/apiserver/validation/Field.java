package kubelab.controlplane.apiserver.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A place in an object, with what is there, and what is wrong with it. Source: k8s.io/apimachinery/pkg/util/validation/field
 * (1.34), where path and value are passed side by side.
 *
 * @param path as messages have it: {@code spec.containers[0].image}
 * @param node missing when nothing is there
 */
record Field(String path, JsonNode node, ErrorList errors) {
    static Field root(JsonNode object, ErrorList errors) {
        return new Field("", object, errors);
    }

    /** A field of this struct. */
    Field get(String name) {
        return get(name, name);
    }

    /** A field that messages call by another name. */
    Field get(String name, String shown) {
        return new Field(join(shown), node.path(name), errors);
    }

    /** The same value under a longer path. */
    Field as(String shown) {
        return new Field(join(shown), node, errors);
    }

    Field at(String... names) {
        Field field = this;
        for (String name : names) {
            field = field.get(name);
        }
        return field;
    }

    /** A list's items, {@code path[0]}, … */
    List<Field> items() {
        List<Field> items = new ArrayList<>();
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            items.add(new Field(path + "[" + i + "]", node.get(i), errors));
        }
        return items;
    }

    /** A map's entry, {@code path[key]}. */
    Field key(String key) {
        return new Field(path + "[" + key + "]", node.path(key), errors);
    }

    /** The keys of a map. */
    List<String> keys() {
        return List.copyOf(node.propertyNames());
    }

    boolean isSet() {
        return !node.isMissingNode() && !node.isNull();
    }

    boolean has(String name) {
        return get(name).isSet();
    }

    boolean isEmpty() {
        return node.isContainer() ? node.isEmpty() : text().isEmpty() && !node.isNumber() && !node.isBoolean();
    }

    String text() {
        return node.asString("");
    }

    String text(String name) {
        return node.path(name).asString("");
    }

    boolean is(String name, String value) {
        return text(name).equals(value);
    }

    long number() {
        return node.asLong(0);
    }

    boolean flag() {
        return node.asBoolean(false);
    }

    boolean flag(String name) {
        return node.path(name).asBoolean(false);
    }

    void required() {
        errors.required(path);
    }

    void required(String detail) {
        errors.required(path, detail);
    }

    void forbidden(String detail) {
        errors.forbidden(path, detail);
    }

    /** The value as it is, where upstream prints it. */
    void invalid(String detail) {
        errors.invalid(path, node.isMissingNode() ? JsonNodeFactory.instance.stringNode("") : node, detail);
    }

    void invalid(String value, String detail) {
        errors.invalid(path, value, detail);
    }

    void invalidNumber(long value, String detail) {
        errors.invalid(path, JsonNodeFactory.instance.numberNode(value), detail);
    }

    void duplicate(String value) {
        errors.duplicate(path, value);
    }

    void notFound(String value) {
        errors.notFound(path, value);
    }

    void tooLong(int most) {
        errors.tooLong(path, most);
    }

    void unsupported(String... allowed) {
        errors.unsupported(path, JsonNodeFactory.instance.stringNode(text()).toString(), allowed);
    }

    /** A number, 0 when it is missing. */
    void notNegative() {
        if (number() < 0) {
            invalidNumber(number(), "must be greater than or equal to 0");
        }
    }

    void positive() {
        if (number() <= 0) {
            invalidNumber(number(), "must be greater than zero");
        }
    }

    void inRange(long low, long high) {
        errors.inRange(path, node, low, high);
    }

    /** Refuses what is not on the list; nothing at all passes. */
    void optionallyOneOf(String... allowed) {
        if (isSet() && !List.of(allowed).contains(text())) {
            unsupported(allowed);
        }
    }

    /** Refuses what is not on the list, and nothing at all. */
    void oneOf(String... allowed) {
        if (!List.of(allowed).contains(text())) {
            unsupported(allowed);
        }
    }

    /** As {@link #oneOf}; nothing at all is said to be required. */
    void requiredOneOf(String... allowed) {
        if (text().isEmpty()) {
            required();
        } else {
            oneOf(allowed);
        }
    }

    /** Refuses a word for each reason that the rule has; nothing at all is a word, too. */
    void name(Function<String, List<String>> rule) {
        errors.name(path, text(), rule.apply(text()));
    }

    void optionalName(Function<String, List<String>> rule) {
        if (!text().isEmpty()) {
            name(rule);
        }
    }

    /** As {@link #name}; nothing at all is said to be required instead. */
    void requiredName(Function<String, List<String>> rule) {
        if (text().isEmpty()) {
            required();
        } else {
            name(rule);
        }
    }

    /** Each of these fields must be there. */
    void needs(String... names) {
        for (String name : names) {
            if (get(name).isEmpty()) {
                get(name).required();
            }
        }
    }

    private String join(String name) {
        return path.isEmpty() ? name : name.isEmpty() ? path : path + "." + name;
    }
}
