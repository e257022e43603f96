package kubelab.controlplane.apiserver.protobuf;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import io.kubernetes.client.proto.Meta;
import io.kubernetes.client.proto.Runtime;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Protobuf bodies ↔ JSON trees.
 *
 * <p>A body is four magic bytes, then an envelope (runtime.Unknown) that names apiVersion and kind and holds the
 * object's message. A watch stream is a sequence of such bodies, each behind its length in four bytes.
 *
 * <p>Source: k8s.io/apimachinery/pkg/runtime/serializer/protobuf (1.34). Simplified: kinds without a generated class
 * (apiregistration.k8s.io, metrics.k8s.io, custom resources) are served as JSON only.
 */
public final class ProtobufCodec {
    /** The media type of a body. */
    public static final String MEDIA_TYPE = "application/vnd.kubernetes.protobuf";

    private static final byte[] MAGIC = {'k', '8', 's', 0};
    // Only the descriptors of the generated classes are used: the classes themselves log a warning about their age.
    private static final Descriptor UNKNOWN = Runtime.getDescriptor().findMessageTypeByName("Unknown");
    private static final Descriptor TYPE_META = Runtime.getDescriptor().findMessageTypeByName("TypeMeta");

    private ProtobufCodec() {}

    /** True when {@code body} starts as a protobuf body does. */
    public static boolean isProtobuf(byte[] body) {
        return body.length > MAGIC.length && Arrays.equals(body, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    }

    /** True when objects of this kind have a message, so that a response may be sent as protobuf. */
    public static boolean knows(String apiVersion, String kind) {
        return Messages.of(apiVersion, kind).isPresent();
    }

    /**
     * @return the object in {@code body}, with apiVersion and kind; fields hold what was on the wire, zero values
     *     included: decoding it as the kind's type ({@code TypedDecoder}) drops those that mean nothing
     * @throws ProtobufException when the body is none, is damaged, or holds a kind without a message
     */
    public static ObjectNode decode(byte[] body) throws ProtobufException {
        if (!isProtobuf(body)) {
            throw new ProtobufException("provided data does not appear to be a protobuf message, expected prefix "
                    + Arrays.toString(MAGIC));
        }
        try {
            DynamicMessage envelope = DynamicMessage.parseFrom(
                    UNKNOWN, ByteString.copyFrom(body, MAGIC.length, body.length - MAGIC.length));
            DynamicMessage type = (DynamicMessage) envelope.getField(UNKNOWN.findFieldByName("typeMeta"));
            String apiVersion = (String) type.getField(TYPE_META.findFieldByName("apiVersion"));
            String kind = (String) type.getField(TYPE_META.findFieldByName("kind"));
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            object.put("apiVersion", apiVersion).put("kind", kind);
            ByteString raw = (ByteString) envelope.getField(UNKNOWN.findFieldByName("raw"));
            MessageToTree.into(DynamicMessage.parseFrom(descriptor(apiVersion, kind), raw), object);
            return object;
        } catch (InvalidProtocolBufferException e) {
            throw new ProtobufException("the protobuf body is damaged: " + e.getMessage());
        }
    }

    /** @throws ProtobufException when the kind has no message; ask {@link #knows} before */
    public static byte[] encode(ObjectNode object) throws ProtobufException {
        String apiVersion = object.path("apiVersion").asString("");
        String kind = object.path("kind").asString("");
        DynamicMessage message = TreeToMessage.message(descriptor(apiVersion, kind), object);
        return envelope(apiVersion, kind, message.toByteString());
    }

    /**
     * One event of a watch stream with its length in front.
     *
     * @param type ADDED, MODIFIED, DELETED, BOOKMARK or ERROR
     * @param body an encoded object
     */
    public static byte[] watchFrame(String type, byte[] body) {
        Descriptor raw = Runtime.getDescriptor().findMessageTypeByName("RawExtension");
        Descriptor event = Meta.getDescriptor().findMessageTypeByName("WatchEvent");
        DynamicMessage object = DynamicMessage.newBuilder(raw)
                .setField(raw.findFieldByName("raw"), ByteString.copyFrom(body))
                .build();
        // The event itself has no envelope: only the object in it does.
        byte[] frame = DynamicMessage.newBuilder(event)
                .setField(event.findFieldByName("type"), type)
                .setField(event.findFieldByName("object"), object)
                .build()
                .toByteArray();
        return ByteBuffer.allocate(4 + frame.length)
                .putInt(frame.length)
                .put(frame)
                .array();
    }

    private static Descriptor descriptor(String apiVersion, String kind) throws ProtobufException {
        Optional<Descriptor> descriptor = Messages.of(apiVersion, kind);
        if (descriptor.isEmpty()) {
            throw new ProtobufException("no kind \"" + kind + "\" is registered for version \"" + apiVersion
                    + "\" with a protobuf message; send it as JSON");
        }
        return descriptor.get();
    }

    private static byte[] envelope(String apiVersion, String kind, ByteString message) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(message.size() + 64);
        out.writeBytes(MAGIC);
        DynamicMessage type = DynamicMessage.newBuilder(TYPE_META)
                .setField(TYPE_META.findFieldByName("apiVersion"), apiVersion)
                .setField(TYPE_META.findFieldByName("kind"), kind)
                .build();
        out.writeBytes(DynamicMessage.newBuilder(UNKNOWN)
                .setField(UNKNOWN.findFieldByName("typeMeta"), type)
                .setField(UNKNOWN.findFieldByName("raw"), message)
                .setField(UNKNOWN.findFieldByName("contentEncoding"), "")
                .setField(UNKNOWN.findFieldByName("contentType"), "")
                .build()
                .toByteArray());
        return out.toByteArray();
    }
}
