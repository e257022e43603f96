package kubelab.controlplane.apiserver.encoding;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import kubelab.controlplane.apiserver.registry.Resource;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.apiserver.request.ApiRequest;
import kubelab.controlplane.apiserver.request.ApiResponse;
import kubelab.controlplane.apiserver.request.GoText;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Content negotiation: bodies in, objects, lists and tables out. */
public final class Encoding {
    private final Map<String, Codec> codecs = new LinkedHashMap<>();
    private final @Nullable TableConverter tables;

    public Encoding(List<Codec> codecs, @Nullable TableConverter tables) {
        codecs.forEach(c -> this.codecs.put(c.mediaType(), c));
        this.tables = tables;
    }

    /**
     * What the client wants back.
     *
     * @param table {@code includeObject} when it wants a Table; null otherwise
     * @param lean whether it does without managed fields: watches in JSON are made so
     */
    public record Wanted(@Nullable Codec codec, @Nullable String table, boolean partial, boolean lean) {
        Wanted(@Nullable Codec codec, @Nullable String table, boolean partial) {
            this(codec, table, partial, false);
        }

        public boolean plainJson() {
            return codec == null && table == null && !partial;
        }
    }

    /** Reads the Accept header; the first acceptable type wins. No protobuf is known of custom resources. */
    public Wanted wanted(ApiRequest request, Resource resource) {
        return wanted(request, tables != null, !resource.isCustom());
    }

    private Wanted wanted(ApiRequest request) {
        return wanted(request, tables != null, true);
    }

    /** As {@link #wanted}, for answers that no table is made of. @throws ApiException NotAcceptable */
    public Wanted wantedWithoutTable(ApiRequest request) {
        return wanted(request, false, true);
    }

    private Wanted wanted(ApiRequest request, boolean withTables, boolean withProtobuf) {
        boolean lean = !request.header(LeanObject.HEADER).isEmpty();
        String accept = request.header("accept");
        if (accept.isEmpty()) {
            return new Wanted(null, null, false, lean);
        }
        boolean readable = false;
        for (String option : accept.split(",", -1)) {
            String[] parts = option.strip().split("\\s*;\\s*");
            String type = parts[0].toLowerCase(Locale.ROOT);
            Map<String, String> parameters = new LinkedHashMap<>();
            for (int i = 1; i < parts.length; i++) {
                int equals = parts[i].indexOf('=');
                parameters.put(
                        equals < 0 ? parts[i] : parts[i].substring(0, equals),
                        equals < 0 ? "" : parts[i].substring(equals + 1));
            }
            boolean json = type.equals("application/json") || type.equals("*/*") || type.equals("application/*");
            Codec codec = codecs.get(type);
            if (!json && codec == null) {
                continue;
            }
            readable = true;
            if (codec != null && !withProtobuf && type.contains("protobuf")) {
                continue;
            }
            String as = parameters.getOrDefault("as", "");
            boolean known = as.equals("Table") ? withTables && codec == null : as.startsWith("PartialObjectMetadata");
            boolean meta = "meta.k8s.io".equals(parameters.get("g"))
                    && parameters.getOrDefault("v", "").matches("v1|v1beta1");
            if (!as.isEmpty() && !(known && meta)) {
                continue;
            }
            if (as.equals("Table")) {
                String include = request.param("includeObject");
                if (!include.matches("|None|Object|Metadata")) {
                    throw ApiException.badRequest(
                            "Unable to convert to Table as requested: includeObject: Invalid value: "
                                    + GoText.quote(include) + ": must be 'Metadata', 'Object', 'None', or empty");
                }
                return new Wanted(null, include.isEmpty() ? "Metadata" : include, false);
            }
            if (as.startsWith("PartialObjectMetadata")) {
                return new Wanted(codec, null, true);
            }
            return new Wanted(codec, null, false, lean);
        }
        if (readable) {
            throw new ApiException(
                    406,
                    "NotAcceptable",
                    "only the following media types are accepted: application/json, application/yaml,"
                            + " application/vnd.kubernetes.protobuf");
        }
        throw new ApiException(
                        406,
                        "NotAcceptable",
                        "406: Not Acceptable\n\nAvailable representations: application/json, application/yaml,"
                                + " application/vnd.kubernetes.protobuf, application/json;stream=watch,"
                                + " application/vnd.kubernetes.protobuf;stream=watch")
                .showingDetails();
    }

    /** As {@link #wanted}, for kinds that no protobuf message is known of: JSON instead, which every client reads. */
    public Wanted wantedAsText(ApiRequest request) {
        Wanted wanted = wanted(request);
        boolean binary = wanted.codec() != null && wanted.codec().mediaType().contains("protobuf");
        return binary ? new Wanted(null, wanted.table(), wanted.partial()) : wanted;
    }

    /** The object in a request's body. */
    public ObjectNode decode(ApiRequest request, @Nullable Resource expected) {
        String type = mediaType(request);
        Codec codec = codecs.get(type);
        if (codec != null) {
            return codec.decode(request.body(), expected);
        }
        if (!type.isEmpty() && !type.equals("application/json") && !type.equals("application/octet-stream")) {
            throw new ApiException(
                    415,
                    "UnsupportedMediaType",
                    "the body of the request was in an unknown format - accepted media types include:"
                            + " application/json, application/yaml, application/vnd.kubernetes.protobuf");
        }
        return parseObject(request.body(), expected);
    }

    /** The object in an answer; empty where it is text. */
    public Optional<ObjectNode> tree(ApiResponse.Full answer) {
        String type = String.join("", answer.headers().getOrDefault("Content-Type", List.of()));
        Codec codec = codecs.get(type);
        if (codec != null) {
            return Optional.of(codec.decode(answer.body(), null));
        }
        return type.equals("application/json") ? Optional.of(Json.parseObject(answer.body())) : Optional.empty();
    }

    public static String mediaType(ApiRequest request) {
        String type = request.header("content-type");
        int semicolon = type.indexOf(';');
        return (semicolon < 0 ? type : type.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
    }

    static ObjectNode parseObject(byte[] body, @Nullable Resource expected) {
        String why;
        try {
            if (body.length == 0) {
                why = "unexpected end of JSON input (<empty>)";
            } else if (Json.parse(body) instanceof ObjectNode object) {
                return object;
            } else {
                why = "the body is no JSON object (" + shown(body) + ")";
            }
        } catch (JacksonException malformed) {
            why = malformed.getOriginalMessage() + " (" + shown(body) + ")";
        }
        String what = "couldn't get version/kind; json parse error: " + why;
        throw ApiException.badRequest(
                expected == null
                        ? what
                        : "the object provided is unrecognized (must be of type " + expected.kind() + "): " + what);
    }

    private static String shown(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8);
        return text.length() > 30 ? text.substring(0, 30) + " ..." : text;
    }

    /** @param tree null when only the bytes are at hand */
    public ApiResponse.Full object(int code, Wanted wanted, Resource resource, byte[] bytes) {
        if (wanted.plainJson()) {
            return ApiResponse.json(code, bytes);
        }
        ObjectNode tree = Json.parseObject(bytes);
        if (wanted.table() != null && tables != null) {
            ObjectNode listMetadata = Json.object();
            listMetadata.put("resourceVersion", Json.string(tree, "metadata", "resourceVersion"));
            return ApiResponse.json(code, tables.toTable(resource, List.of(tree), listMetadata, wanted.table(), true));
        }
        if (wanted.partial()) {
            tree = partial(tree);
        }
        return wanted.codec() == null
                ? ApiResponse.json(code, tree)
                : ApiResponse.body(
                        code, wanted.codec().mediaType(), wanted.codec().encode(tree));
    }

    /** A Status or another object that is never a table. */
    public ApiResponse.Full plain(int code, ApiRequest request, ObjectNode tree) {
        Codec codec = wantedOrJson(request).codec();
        return codec == null
                ? ApiResponse.json(code, tree)
                : ApiResponse.body(code, codec.mediaType(), codec.encode(tree));
    }

    /** As {@link #wanted}, for answers that must be given whatever the client accepts. */
    Wanted wantedOrJson(ApiRequest request) {
        try {
            return wanted(request);
        } catch (ApiException notAcceptable) {
            return new Wanted(null, null, false);
        }
    }

    /** A list: joined from stored bytes if it is plain JSON. */
    public ApiResponse.Full list(Wanted wanted, Resource resource, List<byte[]> items, ObjectNode metadata) {
        if (wanted.plainJson()) {
            return ApiResponse.json(200, join(resource, items, metadata));
        }
        List<ObjectNode> trees = new ArrayList<>(items.size());
        items.forEach(bytes -> trees.add(Json.parseObject(bytes)));
        if (wanted.table() != null && tables != null) {
            return ApiResponse.json(200, tables.toTable(resource, trees, metadata, wanted.table(), true));
        }
        ObjectNode list = Json.object();
        list.put("kind", wanted.partial() ? "PartialObjectMetadataList" : resource.listKind());
        list.put("apiVersion", wanted.partial() ? "meta.k8s.io/v1" : resource.apiVersion());
        list.set("metadata", metadata);
        var array = list.putArray("items");
        trees.forEach(t -> array.add(wanted.partial() ? partial(t) : t));
        return wanted.codec() == null
                ? ApiResponse.json(200, list)
                : ApiResponse.body(
                        200, wanted.codec().mediaType(), wanted.codec().encode(list));
    }

    public String watchContentType(Wanted wanted) {
        return wanted.codec() == null ? "application/json" : wanted.codec().watchMediaType();
    }

    /** One event of a watch. */
    public byte[] watchEvent(Wanted wanted, Resource resource, String type, byte[] object, boolean firstTable) {
        if (wanted.plainJson() || type.equals("ERROR") && wanted.codec() == null) {
            byte[] served = wanted.lean() ? LeanObject.of(object) : object;
            ByteArrayOutputStream out = new ByteArrayOutputStream(served.length + 40);
            out.writeBytes(("{\"type\":\"" + type + "\",\"object\":").getBytes(StandardCharsets.UTF_8));
            out.writeBytes(served);
            out.writeBytes("}\n".getBytes(StandardCharsets.UTF_8));
            return out.toByteArray();
        }
        ObjectNode tree = Json.parseObject(object);
        if (wanted.table() != null && tables != null) {
            List<ObjectNode> rows = type.equals("BOOKMARK") ? List.of() : List.of(tree);
            ObjectNode listMetadata = Json.object();
            listMetadata.put("resourceVersion", Json.string(tree, "metadata", "resourceVersion"));
            tree = tables.toTable(resource, rows, listMetadata, wanted.table(), firstTable);
        } else if (wanted.partial() && !type.equals("ERROR")) {
            tree = partial(tree);
        }
        if (wanted.codec() != null) {
            return wanted.codec().encodeWatchEvent(type, tree);
        }
        return watchEvent(new Wanted(null, null, false), resource, type, Json.bytes(tree), false);
    }

    private static ObjectNode partial(ObjectNode object) {
        ObjectNode partial = Json.object();
        partial.put("kind", "PartialObjectMetadata").put("apiVersion", "meta.k8s.io/v1");
        JsonNode metadata = object.get("metadata");
        partial.set("metadata", metadata == null ? Json.object() : metadata);
        return partial;
    }

    /** Each stored object is copied once, into an array of the right size. */
    private static byte[] join(Resource resource, List<byte[]> items, ObjectNode metadata) {
        byte[] begin = utf8("{\"kind\":\"" + resource.listKind() + "\",\"apiVersion\":\"" + resource.apiVersion()
                + "\",\"metadata\":" + new String(Json.bytes(metadata), StandardCharsets.UTF_8) + ",\"items\":[");
        byte[] end = utf8("]}\n");
        // Items of a built-in list carry no kind and apiVersion of their own; all begin with the same bytes.
        byte[] head = utf8("{\"kind\":\"" + resource.kind() + "\",\"apiVersion\":\"" + resource.apiVersion() + "\",");
        int[] from = new int[items.size()];
        int size = begin.length + end.length + Math.max(0, items.size() - 1);
        for (int i = 0; i < from.length; i++) {
            byte[] item = items.get(i);
            from[i] = !resource.isCustom() && startsWith(item, head) ? head.length : 1;
            size += 1 + item.length - from[i];
        }
        ByteBuffer out = ByteBuffer.allocate(size).put(begin);
        for (int i = 0; i < from.length; i++) {
            if (i > 0) {
                out.put((byte) ',');
            }
            byte[] item = items.get(i);
            out.put((byte) '{').put(item, from[i], item.length - from[i]);
        }
        return out.put(end).array();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static boolean startsWith(byte[] bytes, byte[] head) {
        return bytes.length > head.length && Arrays.equals(bytes, 0, head.length, head, 0, head.length);
    }
}
