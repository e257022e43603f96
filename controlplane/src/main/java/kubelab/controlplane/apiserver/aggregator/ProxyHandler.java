package kubelab.controlplane.apiserver.aggregator;

import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import kubelab.controlplane.apiserver.aggregator.Backend.Answer;
import kubelab.controlplane.apiserver.aggregator.Backend.Question;
import kubelab.controlplane.apiserver.aggregator.ServiceResolver.Target;
import kubelab.controlplane.apiserver.request.ApiRequest;
import kubelab.controlplane.apiserver.request.ApiResponse;
import kubelab.controlplane.apiserver.request.RequestInfo;
import kubelab.controlplane.apiserver.request.Sink;
import kubelab.controlplane.apiserver.request.User;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes a request on to an APIService's server, and its answer back: bit by bit when it goes on, such as a watch, when it is
 * long, or when the server does not say how long it is.
 *
 * <p>Source: k8s.io/kube-aggregator/pkg/apiserver/handler_proxy.go (1.34). Simplified: a connection that a server turns
 * into a WebSocket or into SPDY is refused; clients then watch over HTTP. Requests of more than 3 MiB are refused. Links in
 * HTML pages are left as they are.
 */
final class ProxyHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ProxyHandler.class);
    private static final Duration DISCOVERY = Duration.ofSeconds(5);
    private static final Duration REQUEST = Duration.ofSeconds(60);
    /** Bytes of an answer that is passed on as a whole; longer ones, and those of unknown length, are passed on bit by bit. */
    private static final int IN_MEMORY = 1 << 20;
    /** Bytes of what a server may say of itself. */
    private static final int LONGEST = 16 << 20;
    /** Subresources whose answers go on. */
    private static final Set<String> LONG_RUNNING = Set.of("attach", "exec", "proxy", "log", "portforward");

    private final Frontend frontend;
    private final ServiceResolver resolver;
    private final Executor threads;
    private final BackendTrust trust;

    /** @param threads each answer that goes on takes one of them */
    ProxyHandler(Frontend frontend, ServiceResolver resolver, Executor threads) {
        this.frontend = frontend;
        this.resolver = resolver;
        this.threads = threads;
        this.trust = new BackendTrust(frontend);
    }

    ApiResponse handle(RemoteApi api, ApiRequest request, RequestInfo info, User user, String auditId) {
        Target target;
        try {
            if (!api.available()) {
                return error(503, "service unavailable");
            }
            target = resolver.resolve(api.service());
        } catch (IOException nowhere) {
            LOG.debug("{}: {}", api.name(), nowhere.getMessage());
            return error(503, "service unavailable");
        }
        BackendTls tls;
        try {
            tls = trust.of(api);
        } catch (IOException unreadable) {
            return error(500, String.valueOf(unreadable.getMessage()));
        }
        boolean goesOn = info.verb().equals("watch") || LONG_RUNNING.contains(info.subresource());
        Map<String, List<String>> headers = ProxyHeaders.of(request, target, user, auditId);
        Question question = new Question(request.method(), ProxyHeaders.target(request), headers, request.body());
        try {
            Duration patience = !info.resource() ? DISCOVERY : goesOn ? Duration.ZERO : REQUEST;
            Answer answer = Backend.ask(dialer(request), tls, target, question, patience);
            String refusal = refusal(answer, ProxyHeaders.upgrade(request));
            if (!refusal.isEmpty()) {
                answer.body().close();
                return error(answer.code() / 100 == 3 ? 502 : 503, refusal);
            }
            boolean small = answer.length() >= 0 && answer.length() <= IN_MEMORY;
            return !goesOn && (small || user == Availability.AGGREGATOR) ? whole(answer) : stream(answer);
        } catch (IOException unreachable) {
            if (info.resource() && unreachable.getCause() instanceof SocketTimeoutException) {
                return late();
            }
            return error(503, "error trying to reach service: " + unreachable.getMessage());
        }
    }

    /** A server that has not begun to answer hears of it when its client goes. */
    private Dialer dialer(ApiRequest request) {
        return (ip, port, timeout) -> {
            Socket socket = frontend.dialer().dial(ip, port, timeout);
            request.gone().thenRunAsync(() -> close(socket), threads);
            return socket;
        };
    }

    /** @param upgrade what the client wants to speak @return why the answer is not passed on; empty when it is */
    private static String refusal(Answer answer, String upgrade) {
        int code = answer.code();
        if (code == 101) {
            return upgrade.isEmpty()
                    ? "backend tried to switch protocol \"" + answer.upgrade() + "\" when \"\" was requested"
                    : "invalid upgrade response: status code 101";
        }
        if (!upgrade.isEmpty() && code < 400) {
            return "invalid upgrade response: status code " + code;
        }
        boolean redirects = code / 100 == 3 && !answer.header("Location").isEmpty();
        return redirects ? "the backend attempted to redirect this request, which is not permitted" : "";
    }

    private static ApiResponse whole(Answer answer) throws IOException {
        try (var body = answer.body()) {
            byte[] bytes = body.readNBytes(LONGEST);
            if (bytes.length == LONGEST) {
                throw new IOException("the answer is longer than " + LONGEST + " bytes");
            }
            return new ApiResponse.Full(answer.code(), answer.headers(), bytes);
        } catch (SocketTimeoutException late) {
            return late();
        }
    }

    /** As k8s.io/apiserver's filter for timeouts writes it. */
    private static ApiResponse late() {
        String status =
                "{\"metadata\":{},\"status\":\"Failure\",\"message\":\"Timeout: request did not complete within the"
                        + " allotted timeout\",\"reason\":\"Timeout\",\"details\":{},\"code\":504}\n";
        return ApiResponse.text(504, status);
    }

    /** What is known of an APIService that is no more. */
    void forget(String name) {
        trust.forget(name);
    }

    private ApiResponse stream(Answer answer) {
        return new ApiResponse.Stream(
                answer.code(), answer.headers(), sink -> threads.execute(() -> pass(answer, sink)));
    }

    /** Until either side ends it. An answer that breaks off is no end: the client's connection breaks, too. */
    private static void pass(Answer answer, Sink sink) {
        sink.onClose(() -> close(answer.body()));
        byte[] block = new byte[16 * 1024];
        try {
            for (int n; (n = answer.body().read(block)) >= 0; ) {
                sink.write(java.util.Arrays.copyOf(block, n)).join();
            }
            sink.end();
        } catch (IOException | CompletionException ended) {
            LOG.debug("an answer that went on broke off", ended);
            sink.abort();
        } finally {
            close(answer.body());
        }
    }

    private static void close(Closeable connection) {
        try {
            connection.close();
        } catch (IOException gone) {
            LOG.debug("closed already", gone);
        }
    }

    /** As Go's http.Error writes it. */
    static ApiResponse error(int code, String text) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        headers.put("Content-Type", List.of("text/plain; charset=utf-8"));
        headers.put("X-Content-Type-Options", List.of("nosniff"));
        return new ApiResponse.Full(code, headers, (text + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
