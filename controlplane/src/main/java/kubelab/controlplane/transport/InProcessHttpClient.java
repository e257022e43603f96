package kubelab.controlplane.transport;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.StandardHttpClient;
import io.fabric8.kubernetes.client.http.StandardHttpRequest;
import io.fabric8.kubernetes.client.http.StandardWebSocketBuilder;
import io.fabric8.kubernetes.client.http.WebSocket;
import io.fabric8.kubernetes.client.http.WebSocketResponse;
import io.fabric8.kubernetes.client.http.WebSocketUpgradeResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import kubelab.controlplane.apiserver.ApiRequest;
import kubelab.controlplane.apiserver.ApiResponse;
import kubelab.controlplane.apiserver.LeanObject;

/** Fabric8's HTTP client over a method call. */
final class InProcessHttpClient
        extends StandardHttpClient<InProcessHttpClient, InProcessFactory, InProcessHttpClientBuilder> {
    private final InProcessFactory factory;

    InProcessHttpClient(InProcessHttpClientBuilder builder, InProcessFactory factory, AtomicBoolean closed) {
        super(builder, closed);
        this.factory = factory;
    }

    @Override
    public CompletableFuture<HttpResponse<AsyncBody>> consumeBytesDirect(
            StandardHttpRequest request, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
        try {
            return CompletableFuture.completedFuture(answer(request, consumer));
        } catch (IOException | RuntimeException | Error e) {
            // Never thrown: an informer that is about to list again hears of futures only, and would stay deaf.
            return CompletableFuture.failedFuture(e);
        }
    }

    private HttpResponse<AsyncBody> answer(StandardHttpRequest request, AsyncBody.Consumer<List<ByteBuffer>> consumer)
            throws IOException {
        ApiResponse response = factory.server().handle(toApi(request, false, ""));
        InProcessBody body = new InProcessBody(consumer);
        if (response instanceof ApiResponse.Full full) {
            body.whole(full.body());
        } else if (response instanceof ApiResponse.Stream stream) {
            stream.producer().accept(body);
        } else {
            throw new IOException(request.uri() + " needs a WebSocket, but was asked for by plain HTTP");
        }
        return new InProcessResponse(response.headers(), response.code(), body, request);
    }

    @Override
    public CompletableFuture<WebSocketResponse> buildWebSocketDirect(
            StandardWebSocketBuilder builder, WebSocket.Listener listener) {
        try {
            return CompletableFuture.completedFuture(upgrade(builder, listener));
        } catch (IOException | RuntimeException | Error e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private WebSocketResponse upgrade(StandardWebSocketBuilder builder, WebSocket.Listener listener)
            throws IOException {
        StandardHttpRequest request = builder.asHttpRequest();
        String offered = builder.getSubprotocol();
        ApiResponse response = factory.server().handle(toApi(request, true, offered == null ? "" : offered));
        if (response instanceof ApiResponse.Full full) {
            WebSocketUpgradeResponse refused = new WebSocketUpgradeResponse(request, full.code(), full.headers());
            return new WebSocketResponse(refused, new IOException(new String(full.body(), StandardCharsets.UTF_8)));
        }
        InProcessWebSocket socket = new InProcessWebSocket(listener, factory.executor());
        WebSocketResponse opened =
                new WebSocketResponse(new WebSocketUpgradeResponse(request, 101, response.headers()), socket);
        listener.onOpen(socket);
        if (response instanceof ApiResponse.Stream stream) {
            stream.producer().accept(socket.asSink());
        } else if (response instanceof ApiResponse.Upgrade upgrade) {
            upgrade.handler().accept(socket.asDuplex(upgrade.subprotocol()));
        }
        return opened;
    }

    @Override
    protected void doClose() {
        // Nothing is open but streams, and those end with whoever reads them.
    }

    private ApiRequest toApi(StandardHttpRequest request, boolean webSocket, String subprotocol) throws IOException {
        URI uri = request.uri();
        String target = uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
        Map<String, List<String>> headers = new LinkedHashMap<>(request.headers());
        if (request.getContentType() != null) {
            headers.put("Content-Type", List.of(request.getContentType()));
        }
        headers.putIfAbsent("User-Agent", List.of(factory.user().name()));
        if (factory.lean()) {
            headers.put(LeanObject.HEADER, List.of("yes"));
        }
        if (!subprotocol.isEmpty()) {
            headers.put("Sec-WebSocket-Protocol", List.of(subprotocol));
        }
        return ApiRequest.of(request.method(), target, headers, body(request), webSocket, factory.user());
    }

    private static byte[] body(StandardHttpRequest request) throws IOException {
        StandardHttpRequest.BodyContent body = request.body();
        if (body instanceof StandardHttpRequest.StringBodyContent text) {
            return text.getContent().getBytes(StandardCharsets.UTF_8);
        }
        if (body instanceof StandardHttpRequest.ByteArrayBodyContent bytes) {
            return bytes.getContent();
        }
        if (body instanceof StandardHttpRequest.InputStreamBodyContent stream) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            stream.getContent().transferTo(out);
            return out.toByteArray();
        }
        return new byte[0];
    }
}
