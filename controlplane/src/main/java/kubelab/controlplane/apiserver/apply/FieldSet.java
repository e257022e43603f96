package kubelab.controlplane.apiserver.apply;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A set of paths into an object, as a tree. A path's steps are written as in FieldsV1: {@code f:name} a field,
 * {@code k:{"name":"web"}} an item by its keys, {@code v:"x"} an item by its value. A node is a <em>member</em> when the
 * path that ends there is in the set; a path's parents need not be.
 *
 * <p>What is made from sets shares nodes with them: paths are inserted while a set is first built, not later.
 */
final class FieldSet {
    private final TreeMap<String, FieldSet> children = new TreeMap<>();
    private boolean member;

    static FieldSet of(JsonNode fieldsV1) {
        FieldSet set = new FieldSet();
        for (Map.Entry<String, JsonNode> entry : fieldsV1.properties()) {
            if (entry.getKey().equals(".")) {
                set.member = true;
            } else {
                FieldSet child = of(entry.getValue());
                // an empty node stands for the path itself
                child.member |= entry.getValue().isEmpty();
                set.children.put(entry.getKey(), child);
            }
        }
        return set;
    }

    ObjectNode toFieldsV1() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        if (member && !children.isEmpty()) {
            node.putObject(".");
        }
        children.forEach((step, child) -> node.set(step, child.toFieldsV1()));
        return node;
    }

    boolean isMember() {
        return member;
    }

    Map<String, FieldSet> children() {
        return children;
    }

    @Nullable
    FieldSet child(String step) {
        return children.get(step);
    }

    boolean isEmpty() {
        return !member && children.isEmpty();
    }

    void insert(List<String> path) {
        FieldSet here = this;
        for (String step : path) {
            here = here.children.computeIfAbsent(step, s -> new FieldSet());
        }
        here.member = true;
    }

    FieldSet union(FieldSet other) {
        if (other.isEmpty()) {
            return this;
        }
        if (isEmpty()) {
            return other;
        }
        FieldSet result = copy();
        result.member |= other.member;
        other.children.forEach((step, child) -> result.children.merge(step, child, FieldSet::union));
        return result;
    }

    FieldSet difference(FieldSet other) {
        FieldSet result = new FieldSet();
        result.member = member && !other.member;
        children.forEach((step, child) -> {
            FieldSet taken = other.children.get(step);
            result.keep(step, taken == null ? child : child.difference(taken));
        });
        return result;
    }

    FieldSet intersection(FieldSet other) {
        FieldSet result = new FieldSet();
        result.member = member && other.member;
        children.forEach((step, child) -> {
            FieldSet both = other.children.get(step);
            if (both != null) {
                result.keep(step, child.intersection(both));
            }
        });
        return result;
    }

    /** Without a step of the first level and all below it. */
    FieldSet without(String step) {
        if (!children.containsKey(step)) {
            return this;
        }
        FieldSet result = copy();
        result.children.remove(step);
        return result;
    }

    /** All member paths, parents before children. */
    List<List<String>> paths() {
        List<List<String>> found = new ArrayList<>();
        collect(List.of(), found);
        return found;
    }

    private void collect(List<String> prefix, List<List<String>> found) {
        if (member) {
            found.add(prefix);
        }
        children.forEach((step, child) -> {
            List<String> path = new ArrayList<>(prefix);
            path.add(step);
            child.collect(path, found);
        });
    }

    private void keep(String step, FieldSet child) {
        if (!child.isEmpty()) {
            children.put(step, child);
        }
    }

    private FieldSet copy() {
        FieldSet copy = new FieldSet();
        copy.member = member;
        copy.children.putAll(children);
        return copy;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FieldSet set && member == set.member && children.equals(set.children);
    }

    @Override
    public int hashCode() {
        return children.hashCode() * 2 + (member ? 1 : 0);
    }

    @Override
    public String toString() {
        return toFieldsV1().toString();
    }
}
