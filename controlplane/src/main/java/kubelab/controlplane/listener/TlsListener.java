package kubelab.controlplane.listener;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.net.BindException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kubelab.containers.host.DaemonThreads;
import kubelab.controlplane.apiserver.ApiServer;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.apiserver.request.ApiRequest;
import kubelab.controlplane.apiserver.request.ApiResponse;
import kubelab.controlplane.apiserver.request.User;
import kubelab.controlplane.authentication.ClientCertificates;
import kubelab.controlplane.pki.CertificateAuthority;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves an API server over TLS. */
public final class TlsListener implements AutoCloseable {
    /** All that any handler may choose; which one is taken is the handler's choice among those offered. */
    private static final List<String> SUBPROTOCOLS = List.of(
            "v5.channel.k8s.io",
            "v4.channel.k8s.io",
            "v4.base64.channel.k8s.io",
            "v3.channel.k8s.io",
            "v2.channel.k8s.io",
            "channel.k8s.io",
            "base64.channel.k8s.io",
            "binary.k8s.io",
            "base64.binary.k8s.io",
            "SPDY/3.1+portforward.k8s.io",
            "portforward.k8s.io");

    private static final Logger LOG = LoggerFactory.getLogger(TlsListener.class);

    private final ApiServer server;
    private final Vertx vertx;
    private final HttpServer http;
    private final ExecutorService workers;

    /**
     * Starts to listen.
     *
     * @param port 0 for any free one
     * @throws IOException e.g. BindException, naming the port
     */
    public TlsListener(
            ApiServer server, String host, int port, CertificateAuthority authority, CertificateAuthority.Identity own)
            throws IOException {
        this.server = server;
        workers = Executors.newCachedThreadPool(DaemonThreads.numbered("listener"));
        vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(2)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setUseDaemonThread(true)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        HttpServerOptions options = new HttpServerOptions()
                .setSsl(true)
                .setUseAlpn(false)
                .setKeyCertOptions(KeyCertOptions.wrap(new OneIdentity(own)))
                .setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(authority.certificatePem())))
                .setClientAuth(ClientAuth.REQUEST)
                .setMaxHeaderSize(64 * 1024)
                .setMaxInitialLineLength(64 * 1024)
                .setMaxWebSocketFrameSize(16 * 1024 * 1024)
                .setMaxWebSocketMessageSize(64 * 1024 * 1024)
                .setWebSocketSubProtocols(SUBPROTOCOLS);
        CipherOrder.suites().forEach(options::addEnabledCipherSuite);
        http = vertx.createHttpServer(options).requestHandler(this::accept);
        try {
            http.listen(port, host).toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            close();
            IOException failed = new BindException("cannot listen on " + host + ":" + port + ": "
                    + (e.getCause() == null ? e.getMessage() : e.getCause().getMessage()));
            failed.initCause(e);
            throw failed;
        } catch (TimeoutException e) {
            close();
            throw new IOException("cannot listen on " + host + ":" + port + " within 30 s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
            throw new IOException("interrupted while starting to listen", e);
        }
    }

    public int port() {
        return http.actualPort();
    }

    @Override
    public void close() {
        vertx.close();
        workers.shutdown();
    }

    /** On an event loop: only collects what is needed, then leaves it. */
    private void accept(HttpServerRequest request) {
        User user = ClientCertificates.user(request.sslSession());
        String upgrade = request.getHeader("Upgrade");
        if (upgrade != null && upgrade.equalsIgnoreCase("websocket")) {
            request.pause();
            Context loop = vertx.getOrCreateContext(); // this very event loop
            workers.execute(() -> {
                ApiResponse response = server.handle(toApi(request, Buffer.buffer(), true, user));
                if (response instanceof ApiResponse.Full full) {
                    request.resume();
                    send(request.response(), full);
                } else {
                    // On the event loop, so that no frame can come between the handshake and its handlers.
                    loop.runOnContext(v -> request.toWebSocket()
                            .onSuccess(socket -> new ServerWebSocketDuplex(socket, workers).open(response))
                            .onFailure(e -> request.connection().close()));
                }
            });
            return;
        }
        Buffer body = Buffer.buffer();
        request.handler(chunk -> {
            // The server refuses what is too long; all that it must see is that it is.
            if (body.length() <= ApiServer.MAX_BODY) {
                body.appendBuffer(chunk);
            }
        });
        request.endHandler(end -> workers.execute(() -> answer(request, body, user)));
    }

    private void answer(HttpServerRequest request, Buffer body, @Nullable User user) {
        try {
            send(request, server.handle(toApi(request, body, false, user)));
        } catch (RuntimeException unsendable) {
            // Whatever it was: a client that hears nothing waits for ever.
            LOG.warn("the answer to {} {} cannot be sent", request.method(), request.uri(), unsendable);
            request.connection().close();
        }
    }

    private void send(HttpServerRequest request, ApiResponse response) {
        if (response instanceof ApiResponse.Full full) {
            send(request.response(), full);
        } else if (response instanceof ApiResponse.Stream stream) {
            HttpServerResponse out = request.response();
            head(out, stream);
            out.setChunked(true);
            ChunkedSink sink = new ChunkedSink(out, request.connection()::close);
            // The head goes out at once: a watch may have nothing to say for a long time.
            Future<Void> head = out.writeHead();
            head.onComplete(done -> workers.execute(() -> stream.producer().accept(sink)));
        } else {
            send(
                    request.response(),
                    ApiException.badRequest("Upgrade request required").toResponse());
        }
    }

    private static void send(HttpServerResponse out, ApiResponse.Full full) {
        head(out, full);
        out.end(Buffer.buffer(full.body()));
    }

    private static void head(HttpServerResponse out, ApiResponse response) {
        out.setStatusCode(response.code());
        out.putHeader("Cache-Control", "no-cache, private");
        response.headers().forEach(out::putHeader);
    }

    private static ApiRequest toApi(HttpServerRequest request, Buffer body, boolean webSocket, @Nullable User user) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        for (Map.Entry<String, String> header : request.headers()) {
            headers.computeIfAbsent(header.getKey(), name -> new ArrayList<>()).add(header.getValue());
        }
        String source = request.remoteAddress().hostAddress();
        CompletableFuture<Void> gone = new CompletableFuture<>();
        if (!webSocket) {
            request.response().closeHandler(v -> gone.complete(null));
        }
        return ApiRequest.of(
                request.method().name(),
                request.uri(),
                headers,
                body.getBytes(),
                webSocket,
                source == null ? "" : source,
                gone,
                user);
    }
}
