package kubelab.controlplane.mutation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import kubelab.controlplane.apiserver.openapi.Schema;
import kubelab.controlplane.apiserver.openapi.Schemas;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes faults in a sample: walks through it side by side with its schema, collects what could be wrong at each place,
 * and takes some of it by chance. The same seed takes the same.
 */
final class Mutator {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Set<String> LEFT_ALONE =
            Set.of("/apiVersion", "/kind", "/status", "/metadata/managedFields", "/metadata/namespace");
    /** What an update cannot carry, for the server takes it from the path or keeps its own. */
    private static final Set<String> NOT_UPDATED = Set.of("/metadata/name", "/metadata/generateName");

    private static final List<String> WORDS = List.of(
            "",
            "Not valid!",
            "UPPER",
            "a".repeat(260),
            "../up",
            "/absolute",
            "ends-",
            "10.0.0.300",
            "fd00::1",
            "0",
            "a/b/c",
            "example.com/word",
            " word");
    private static final List<String> AMOUNTS = List.of("-1", "0", "1.5", "100Mi", "x", "7");
    private static final List<JsonNode> NUMBERS_OR_WORDS = List.of(
            NODES.numberNode(0),
            NODES.numberNode(-1),
            NODES.numberNode(70000),
            NODES.stringNode("50%"),
            NODES.stringNode("150%"),
            NODES.stringNode("Word"),
            NODES.stringNode(""));
    private static final long[] NUMBERS = {0, -1, 1, 7, 65536, 2147483647L, 2147483648L};

    private final Random random;
    private final String id;
    private final String verb;
    private final List<Mutation> found = new ArrayList<>();

    private Mutator(Sample sample, String verb, long seed) {
        this.id = sample.id();
        this.verb = verb;
        // By its own name: a sample that is added changes no other one's faults.
        this.random = new Random(seed ^ (verb + id).hashCode());
    }

    /** @return about {@code share} of all faults that come to mind */
    static List<Mutation> of(Schemas schemas, Sample sample, String verb, long seed, double share) {
        Mutator mutator = new Mutator(sample, verb, seed);
        Schema schema = schemas.of(
                        sample.resource().apiVersion(), sample.resource().kind())
                .orElseThrow();
        mutator.struct("", sample.object(), schema);
        Collections.shuffle(mutator.found, mutator.random);
        int enough = (int) Math.ceil(mutator.found.size() * share) + 8;
        return mutator.found.subList(0, Math.min(enough, mutator.found.size()));
    }

    private void struct(String path, JsonNode object, Schema schema) {
        for (Map.Entry<String, Schema> field : schema.fields().entrySet()) {
            String at = path + "/" + escaped(field.getKey());
            if (LEFT_ALONE.contains(at) || verb.equals("update") && NOT_UPDATED.contains(at)) {
                continue;
            }
            JsonNode value = object.get(field.getKey());
            if (value == null) {
                if (!at.startsWith("/metadata/") || random.nextInt(4) == 0) {
                    set(at, made(field.getValue(), 0));
                    set(at, made(field.getValue(), 0));
                }
            } else {
                add(at, null);
                value(at, value, field.getValue());
            }
        }
        if (random.nextInt(5) == 0) {
            set(path + "/unheardOf", NODES.numberNode(1));
        }
    }

    private void value(String at, JsonNode value, Schema schema) {
        if (random.nextInt(6) == 0) {
            set(at, wrongType(schema));
        }
        switch (schema.shape()) {
            case STRING -> words(at, schema);
            case INTEGER, NUMBER -> {
                for (long number : NUMBERS) {
                    set(at, NODES.numberNode(number));
                }
            }
            case BOOLEAN -> set(at, NODES.booleanNode(!value.asBoolean(false)));
            case INT_OR_STRING -> {
                if (isAmount(schema)) {
                    AMOUNTS.forEach(amount -> set(at, NODES.stringNode(amount)));
                } else {
                    NUMBERS_OR_WORDS.forEach(each -> set(at, each));
                }
            }
            case STRUCT -> {
                set(at, NODES.objectNode());
                struct(at, value, schema);
            }
            case MAP -> map(at, value, schema);
            case LIST -> list(at, value, schema);
            case ANY -> set(at, NODES.objectNode());
        }
    }

    private void words(String at, Schema schema) {
        for (String word : schema.enumValues()) {
            set(at, NODES.stringNode(word));
        }
        List<String> some = new ArrayList<>(WORDS);
        Collections.shuffle(some, random);
        some.subList(0, 4).forEach(word -> set(at, NODES.stringNode(word)));
    }

    private void map(String at, JsonNode map, Schema schema) {
        set(at, NODES.objectNode());
        JsonNode first =
                map.isEmpty() ? made(schema.element(), 1) : map.iterator().next();
        for (String key :
                List.of("Not valid!", "other", "-", "a/b/c", "example.com/more", "kubernetes.io/own", "a".repeat(70))) {
            if (random.nextInt(2) == 0) {
                set(at + "/" + escaped(key), first);
            }
        }
        for (Map.Entry<String, JsonNode> entry : map.properties()) {
            String place = at + "/" + escaped(entry.getKey());
            add(place, null);
            value(place, entry.getValue(), schema.element());
        }
    }

    private void list(String at, JsonNode list, Schema schema) {
        set(at, NODES.arrayNode());
        if (list.isEmpty()) {
            set(at + "/0", made(schema.element(), 1));
            return;
        }
        set(at + "/" + list.size(), list.get(0));
        set(at + "/" + list.size(), made(schema.element(), 1));
        for (int i = 0; i < list.size(); i++) {
            add(at + "/" + i, null);
            value(at + "/" + i, list.get(i), schema.element());
        }
    }

    /** Some value of the type, which may be right. */
    private JsonNode made(Schema schema, int depth) {
        switch (schema.shape()) {
            case STRING:
                List<String> known = schema.enumValues();
                return NODES.stringNode(
                        !known.isEmpty() && random.nextBoolean()
                                ? known.get(random.nextInt(known.size()))
                                : random.nextInt(3) == 0 ? WORDS.get(random.nextInt(WORDS.size())) : "word");
            case INTEGER, NUMBER:
                return NODES.numberNode(NUMBERS[random.nextInt(NUMBERS.length)]);
            case BOOLEAN:
                return NODES.booleanNode(random.nextInt(4) > 0);
            case INT_OR_STRING:
                return isAmount(schema)
                        ? NODES.stringNode(AMOUNTS.get(random.nextInt(AMOUNTS.size())))
                        : NUMBERS_OR_WORDS.get(random.nextInt(NUMBERS_OR_WORDS.size()));
            case MAP:
                return NODES.objectNode().set("word", made(schema.element(), depth + 1));
            case LIST:
                return NODES.arrayNode().add(made(schema.element(), depth + 1));
            case STRUCT:
                ObjectNode struct = NODES.objectNode();
                for (Map.Entry<String, Schema> field : schema.fields().entrySet()) {
                    boolean needed = schema.required().contains(field.getKey());
                    if (depth < 4 && (needed || random.nextInt(depth + 2) == 0)) {
                        struct.set(field.getKey(), made(field.getValue(), depth + 1));
                    }
                }
                return struct;
            default:
                return NODES.objectNode().put("word", 1);
        }
    }

    private JsonNode wrongType(Schema schema) {
        return switch (schema.shape()) {
            case STRING -> NODES.numberNode(7);
            case INTEGER, NUMBER -> random.nextBoolean() ? NODES.stringNode("seven") : NODES.numberNode(1.5);
            case BOOLEAN -> NODES.stringNode("true");
            case LIST -> random.nextBoolean() ? NODES.objectNode() : NODES.stringNode("word");
            default -> random.nextBoolean() ? NODES.booleanNode(true) : new ArrayNode(NODES);
        };
    }

    private void set(String at, JsonNode value) {
        add(at, value);
    }

    private void add(String at, @Nullable JsonNode value) {
        found.add(new Mutation(id, verb, List.of(new Mutation.Op(at, value))));
    }

    private static boolean isAmount(Schema schema) {
        return schema.typeName().endsWith(".Quantity");
    }

    private static String escaped(String key) {
        return key.replace("~", "~0").replace("/", "~1");
    }
}
