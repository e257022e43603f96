package kubelab.controlplane.apiserver.aggregator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import kubelab.containers.host.DaemonThreads;
import kubelab.controlplane.json.Json;
import kubelab.controlplane.pki.CertificateAuthority;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An API server as a learner may write one: any group has {@code things} in version v1, and what is asked for comes back
 * as an echo of the request. A group that begins with {@code absent} is not there.
 */
final class MiniApiServer implements AutoCloseable {
    private final HttpsServer server;
    private final CertificateAuthority authority = new CertificateAuthority("mini-ca");
    private final ExecutorService threads = Executors.newCachedThreadPool(DaemonThreads.numbered("mini-api-server"));

    /** @param names for which its certificate is */
    MiniApiServer(List<String> names) throws Exception {
        SSLContext context = ServerKeys.context(authority, "mini", names);
        server = HttpsServer.create(new InetSocketAddress(0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters wanted = getSSLContext().getDefaultSSLParameters();
                wanted.setWantClientAuth(true);
                parameters.setSSLParameters(wanted);
            }
        });
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    String caPem() {
        return authority.certificatePem();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String[] path = exchange.getRequestURI().getPath().split("/");
        String query = String.valueOf(exchange.getRequestURI().getRawQuery());
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (path.length < 4 || !path[1].equals("apis") || path[2].startsWith("absent")) {
            send(exchange, 404, "text/plain", "404 page not found\n");
        } else if (path.length == 4) {
            send(exchange, 200, "application/json", resources(path[2], path[3]));
        } else if (query.contains("watch=true")) {
            watch(exchange);
        } else if (path[path.length - 1].equals("missing")) {
            exchange.getResponseHeaders().add("Warning", "299 - \"not here\"");
            send(
                    exchange,
                    404,
                    "application/json",
                    "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\","
                            + "\"reason\":\"NotFound\",\"code\":404,\"message\":\"no such thing\"}");
        } else {
            int code = exchange.getRequestMethod().equals("POST") ? 201 : 200;
            send(exchange, code, "application/json", echo(exchange, body).toString());
        }
    }

    private static String resources(String group, String version) {
        ObjectNode list = Json.object().put("kind", "APIResourceList").put("apiVersion", "v1");
        list.put("groupVersion", group + "/" + version);
        ArrayNode resources = list.putArray("resources");
        ObjectNode things = resources.addObject().put("name", "things").put("singularName", "thing");
        things.put("namespaced", true).put("kind", "Thing");
        things.putArray("verbs")
                .add("get")
                .add("list")
                .add("watch")
                .add("create")
                .add("delete");
        things.putArray("shortNames").add("th");
        ObjectNode status = resources.addObject().put("name", "things/status").put("singularName", "");
        status.put("namespaced", true).put("kind", "Thing").putArray("verbs").add("get");
        return list.toString();
    }

    private static ObjectNode echo(HttpExchange exchange, byte[] body) {
        ObjectNode echo = Json.object().put("kind", "Echo");
        echo.put("method", exchange.getRequestMethod());
        echo.put("uri", exchange.getRequestURI().toString());
        echo.put("peer", peer(exchange));
        ObjectNode headers = echo.putObject("headers");
        new TreeMap<>(Map.copyOf(exchange.getRequestHeaders())).forEach((name, values) -> {
            ArrayNode list = headers.putArray(name);
            values.forEach(list::add);
        });
        echo.put("body", new String(body, StandardCharsets.UTF_8));
        return echo;
    }

    private static String peer(HttpExchange exchange) {
        try {
            Certificate[] chain = ((HttpsExchange) exchange).getSSLSession().getPeerCertificates();
            return ((X509Certificate) chain[0]).getSubjectX500Principal().getName();
        } catch (SSLPeerUnverifiedException none) {
            return "none";
        }
    }

    /** The second line is sent when the client has had time to read the first. */
    private static void watch(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", "application/json;stream=watch");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            for (String type : List.of("ADDED", "DELETED")) {
                out.write(("{\"type\":\"" + type + "\",\"object\":{\"kind\":\"Thing\"}}\n")
                        .getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        }
    }

    private static void send(HttpExchange exchange, int code, String type, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", type);
        exchange.sendResponseHeaders(code, bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }
}
