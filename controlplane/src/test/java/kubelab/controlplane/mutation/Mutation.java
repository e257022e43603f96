package kubelab.controlplane.mutation;

import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A change of a sample.
 *
 * @param sample its {@link Sample#id}
 * @param verb {@code create} or {@code update}
 */
record Mutation(String sample, String verb, List<Op> ops) {
    /**
     * Sets one place.
     *
     * @param at a JSON pointer; an index at a list's end appends
     * @param value null to remove what is there
     */
    record Op(String at, @Nullable JsonNode value) {
        private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

        void apply(ObjectNode object) {
            JsonPointer pointer = JsonPointer.compile(at);
            String last = pointer.last().getMatchingProperty();
            JsonNode parent = object.at(pointer.head());
            if (parent.isMissingNode() && value != null) {
                // the server has dropped what the sample has
                new Op(pointer.head().toString(), last.matches("\\d+") ? NODES.arrayNode() : NODES.objectNode())
                        .apply(object);
                parent = object.at(pointer.head());
            }
            if (parent instanceof ObjectNode struct) {
                if (value == null) {
                    struct.remove(last);
                } else {
                    struct.set(last, written(value));
                }
            } else if (parent instanceof ArrayNode list) {
                int index = Integer.parseInt(last);
                if (value == null) {
                    list.remove(Math.min(index, list.size() - 1));
                } else if (index >= list.size()) {
                    list.add(written(value));
                } else {
                    list.set(index, written(value));
                }
            } else if (value != null) {
                throw new IllegalStateException(at + " has no parent");
            }
        }
    }

    ObjectNode applied(ObjectNode object) {
        ObjectNode copy = object.deepCopy();
        ops.forEach(op -> op.apply(copy));
        return copy;
    }

    /** A long text is given as {@code x*262145}. */
    private static JsonNode written(JsonNode value) {
        JsonNode copy = value.deepCopy();
        if (copy instanceof ObjectNode map) {
            for (Map.Entry<String, JsonNode> entry : map.properties()) {
                String text = entry.getValue().asString("");
                if (text.matches("x\\*\\d+")) {
                    entry.setValue(
                            JsonNodeFactory.instance.stringNode("x".repeat(Integer.parseInt(text.substring(2)))));
                }
            }
        }
        return copy;
    }

    /** The changes as one line: {@code [["/spec/replicas",-1],["/spec/paused"]]}. */
    ArrayNode toJson() {
        ArrayNode list = JsonMapper.shared().createArrayNode();
        for (Op op : ops) {
            ArrayNode each = list.addArray().add(op.at);
            if (op.value != null) {
                each.add(op.value);
            }
        }
        return list;
    }

    static Mutation read(JsonNode line) {
        List<Op> ops = line.path("ops")
                .valueStream()
                .map(op -> new Op(op.path(0).asString(), op.get(1)))
                .toList();
        return new Mutation(line.path("of").asString(), line.path("verb").asString(), ops);
    }

    /** What and where without indexes: {@code create v1/Pod spec.containers[].image}. */
    String place() {
        StringJoiner places = new StringJoiner(" + ");
        for (Op op : ops) {
            places.add(op.at.substring(1).replaceAll("/\\d+(?=/|$)", "[]").replace('/', '.'));
        }
        String kind = sample.substring(0, sample.lastIndexOf('/'));
        return verb + " " + kind + " " + places;
    }

    @Override
    public String toString() {
        return verb + " " + sample + " " + toJson();
    }
}
