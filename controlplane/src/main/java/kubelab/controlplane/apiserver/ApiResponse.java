package kubelab.controlplane.apiserver;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/** What the API server answers: a whole body, a stream of chunks, or a two-way connection. */
public sealed interface ApiResponse {

    int code();

    /** Names as they shall be sent. */
    Map<String, List<String>> headers();

    /** The same answer with a further header. */
    default ApiResponse with(String name, List<String> values) {
        Map<String, List<String>> more = new LinkedHashMap<>(headers());
        more.put(name, values);
        if (this instanceof Full full) {
            return new Full(full.code, more, full.body);
        } else if (this instanceof Stream stream) {
            return new Stream(stream.code, more, stream.producer);
        }
        Upgrade upgrade = (Upgrade) this;
        return new Upgrade(upgrade.subprotocol, more, upgrade.handler);
    }

    /** A whole answer. */
    record Full(int code, Map<String, List<String>> headers, byte[] body) implements ApiResponse {}

    /**
     * An answer that is written bit by bit: a watch, a followed log. Over a WebSocket each write becomes one message
     * (text unless the content type is protobuf), over HTTP/1.1 one chunk.
     *
     * @param producer called once when the answer's head was sent; it must not block, and ends the sink
     */
    record Stream(int code, Map<String, List<String>> headers, Consumer<Sink> producer) implements ApiResponse {}

    /**
     * The connection becomes a WebSocket.
     *
     * @param subprotocol the one chosen among those the client offered; empty for none
     * @param handler called once when it is open; it must not block
     */
    record Upgrade(String subprotocol, Map<String, List<String>> headers, Consumer<Duplex> handler)
            implements ApiResponse {
        @Override
        public int code() {
            return 101;
        }
    }

    static Full json(int code, byte[] body) {
        return body(code, "application/json", body);
    }

    static Full json(int code, ObjectNode tree) {
        return json(code, Json.bytes(tree));
    }

    static Full text(int code, String text) {
        return body(code, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    static Full body(int code, String contentType, byte[] body) {
        return new Full(code, contentType(contentType), body);
    }

    static Stream stream(String contentType, Consumer<Sink> producer) {
        return new Stream(200, contentType(contentType), producer);
    }

    static Upgrade upgrade(String subprotocol, Consumer<Duplex> handler) {
        return new Upgrade(subprotocol, Map.of(), handler);
    }

    private static Map<String, List<String>> contentType(String contentType) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        headers.put("Content-Type", List.of(contentType));
        return headers;
    }
}
