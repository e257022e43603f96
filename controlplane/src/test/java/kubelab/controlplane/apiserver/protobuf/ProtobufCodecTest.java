package kubelab.controlplane.apiserver.protobuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.DynamicMessage;
import io.kubernetes.client.proto.Meta;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import kubelab.controlplane.apiserver.openapi.Schema;
import kubelab.controlplane.apiserver.openapi.Schemas;
import kubelab.controlplane.apiserver.validation.TypedDecoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The truth are pairs recorded from a Kubernetes 1.34 API server: the same object as JSON and as protobuf. */
class ProtobufCodecTest {
    private final Schemas schemas = new Schemas();

    static Stream<String> pairs() throws URISyntaxException, IOException {
        Path folder =
                Path.of(ProtobufCodecTest.class.getResource("pod.pb").toURI()).getParent();
        try (Stream<Path> files = Files.list(folder)) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".pb"))
                    .map(name -> name.replace(".pb", ""))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void recorded_protobuf_reads_as_the_recorded_json(String name) throws Exception {
        ObjectNode expected = tree(recording(name + ".json"));
        withoutInnerKinds(expected);

        ObjectNode decoded = typed(ProtobufCodec.decode(recording(name + ".pb")));

        assertThat(decoded).as(name).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void recorded_json_survives_a_trip_through_protobuf(String name) throws Exception {
        ObjectNode expected = tree(recording(name + ".json"));

        byte[] body = ProtobufCodec.encode(expected);
        withoutInnerKinds(expected);

        assertThat(body).startsWith('k', '8', 's', 0);
        assertThat(typed(ProtobufCodec.decode(body))).as(name).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void decoding_as_its_type_changes_nothing_in_what_a_server_wrote(String name) throws Exception {
        ObjectNode expected = tree(recording(name + ".json"));

        assertThat(typed(expected.deepCopy())).as(name).isEqualTo(expected);
    }

    /** Every field of every kind, filled from the API document, must come back from protobuf. */
    @ParameterizedTest
    @MethodSource("kinds")
    void every_field_of_every_kind_survives(String apiVersion, String kind) throws Exception {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        new FullObject().fill(schemas.of(apiVersion, kind).orElseThrow(), object);
        object.put("apiVersion", apiVersion).put("kind", kind);
        ObjectNode expected = typed(object.deepCopy());
        withoutInnerKinds(expected);

        ObjectNode back = typed(ProtobufCodec.decode(ProtobufCodec.encode(object)));

        assertThat(back).as(apiVersion + " " + kind).isEqualTo(expected);
    }

    /** Protobuf has no kind inside an object; what a server shows there comes from its defaults. */
    private static void withoutInnerKinds(tools.jackson.databind.JsonNode object) {
        for (tools.jackson.databind.JsonNode inner : List.of(
                object.at("/spec/volumeClaimTemplates/0"),
                object.at("/spec/volumeClaimTemplates/1"),
                object.at("/deleteOptions"))) {
            if (inner instanceof ObjectNode node) {
                node.remove(List.of("apiVersion", "kind"));
            }
        }
    }

    static Stream<Arguments> kinds() {
        return new Schemas()
                .kinds().stream()
                        .map(kind -> {
                            int slash = kind.lastIndexOf('/');
                            return List.of(kind.substring(0, slash), kind.substring(slash + 1));
                        })
                        .filter(kind -> ProtobufCodec.knows(kind.get(0), kind.get(1)))
                        // objects in a list carry no kind of their own
                        .filter(kind -> !kind.get(1).endsWith("List"))
                        .filter(kind -> !kind.get(1).equals("WatchEvent"))
                        .map(kind -> Arguments.of(kind.get(0), kind.get(1)));
    }

    @Test
    void a_watch_frame_is_length_prefixed() throws Exception {
        byte[] pod = recording("pod.pb");

        byte[] frame = ProtobufCodec.watchFrame("ADDED", pod);

        assertThat(java.nio.ByteBuffer.wrap(frame).getInt()).isEqualTo(frame.length - 4);
        byte[] body = java.util.Arrays.copyOfRange(frame, 4, frame.length);
        // the event itself has no envelope, the object in it does
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        MessageToTree.into(
                DynamicMessage.parseFrom(Meta.getDescriptor().findMessageTypeByName("WatchEvent"), body), event);
        assertThat(event.path("type").asString()).isEqualTo("ADDED");
        assertThat(event.path("object").path("kind").asString()).isEqualTo("Pod");
    }

    @Test
    void what_is_no_protobuf_is_refused() {
        assertThat(ProtobufCodec.isProtobuf("{}".getBytes(StandardCharsets.UTF_8)))
                .isFalse();
        assertThatThrownBy(() -> ProtobufCodec.decode("{\"kind\":1}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(ProtobufException.class)
                .hasMessageContaining("does not appear to be a protobuf message");
        ObjectNode toy = JsonNodeFactory.instance.objectNode().put("apiVersion", "example.com/v1");
        assertThatThrownBy(() -> ProtobufCodec.encode(toy.put("kind", "Toy")))
                .isInstanceOf(ProtobufException.class)
                .hasMessageContaining("no kind \"Toy\"");
    }

    private ObjectNode typed(ObjectNode object) throws Exception {
        Schema schema = schemas.of(
                        object.path("apiVersion").asString(),
                        object.path("kind").asString())
                .orElseThrow();
        assertThat(TypedDecoder.decode(schema, object)).isEmpty();
        return object;
    }

    /** Key order is not the objects' business, and JSON has the two names in front. */
    private static ObjectNode tree(byte[] json) {
        return (ObjectNode) JsonMapper.shared().readTree(json);
    }

    private static byte[] recording(String name) throws IOException {
        try (InputStream in = ProtobufCodecTest.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }

    /** Gives every field a value that is not its zero value. */
    private static final class FullObject {
        private int next = 1;
        private final List<String> open = new ArrayList<>();

        void fill(Schema schema, ObjectNode target) {
            schema.fields().forEach((name, field) -> target.set(name, value(field)));
        }

        private tools.jackson.databind.JsonNode value(Schema schema) {
            JsonNodeFactory nodes = JsonNodeFactory.instance;
            return switch (schema.shape()) {
                case STRING ->
                    nodes.stringNode(
                            switch (schema.format()) {
                                case "byte" -> "AAEC/w==";
                                case "date-time" ->
                                    schema.typeName().endsWith("MicroTime")
                                            ? "2026-01-02T03:04:05.000678Z"
                                            : "2026-01-02T03:04:05Z";
                                default -> "text-" + next++;
                            });
                case INTEGER -> nodes.numberNode(next++);
                case NUMBER -> nodes.numberNode(next++ + 0.5);
                case BOOLEAN -> nodes.booleanNode(true);
                case INT_OR_STRING ->
                    schema.typeName().endsWith("Quantity")
                            ? nodes.stringNode(next++ + "Mi")
                            : next++ % 2 == 0 ? nodes.numberNode(next) : nodes.stringNode("p" + next);
                case ANY -> any(schema);
                case MAP -> nodes.objectNode().<ObjectNode>set("key", value(schema.element()));
                case LIST -> {
                    ArrayNode list = nodes.arrayNode();
                    yield list.add(value(schema.element())).add(value(schema.element()));
                }
                case STRUCT -> {
                    ObjectNode object = nodes.objectNode();
                    // a schema of schemas contains itself: one level of it is enough
                    if (!open.contains(schema.typeName())) {
                        open.add(schema.typeName());
                        fill(schema, object);
                        open.remove(schema.typeName());
                    }
                    yield object;
                }
            };
        }

        private static tools.jackson.databind.JsonNode any(Schema schema) {
            String type = schema.typeName().substring(schema.typeName().lastIndexOf('.') + 1);
            JsonNodeFactory nodes = JsonNodeFactory.instance;
            return switch (type) {
                case "JSONSchemaPropsOrBool" -> nodes.booleanNode(true);
                case "JSONSchemaPropsOrArray" -> nodes.objectNode().put("type", "string");
                case "JSONSchemaPropsOrStringArray" -> nodes.arrayNode().add("a");
                default -> nodes.objectNode().put("raw", 1);
            };
        }
    }
}
