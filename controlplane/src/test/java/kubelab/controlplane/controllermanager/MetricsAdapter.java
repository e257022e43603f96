package kubelab.controlplane.controllermanager;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import kubelab.controlplane.json.Json;
import kubelab.controlplane.pki.CertificateAuthority;
import org.awaitility.Awaitility;

/**
 * Serves {@link GivenMetrics} as an adapter does: an APIService for each API, with a Service whose one endpoint is this process.
 * To a real cluster without a metrics server it serves all three APIs, to the embedded one those that come from no Pod.
 */
final class MetricsAdapter implements AutoCloseable {
    private static final Map<String, String> VERSIONS = Map.of(
            "metrics.k8s.io", "v1beta1", "custom.metrics.k8s.io", "v1beta2", "external.metrics.k8s.io", "v1beta1");

    private final GivenMetrics metrics;
    private final KubernetesClient client;
    private final String host;
    private final Set<String> groups;
    private final HttpsServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(8);

    /**
     * @param host this machine as the cluster sees it
     * @param groups which of the three APIs it serves
     */
    MetricsAdapter(GivenMetrics metrics, KubernetesClient client, String host, Set<String> groups)
            throws IOException, GeneralSecurityException {
        this.metrics = metrics;
        this.client = client;
        this.host = host;
        this.groups = groups;
        server = HttpsServer.create(new InetSocketAddress("0.0.0.0", 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls(host)));
        server.createContext("/", this::serve);
        server.setExecutor(threads);
        server.start();
    }

    /** From now on the cluster has these APIs. */
    void register() {
        String objects = """
                - {apiVersion: v1, kind: Service, metadata: {name: given, namespace: kube-system}, spec: {ports: [{port: 443, targetPort: PORT}]}}
                - apiVersion: discovery.k8s.io/v1
                  kind: EndpointSlice
                  metadata: {name: given, namespace: kube-system, labels: {kubernetes.io/service-name: given}}
                  addressType: IPv4
                  ports: [{name: '', port: PORT}]
                  endpoints: [{addresses: [HOST], conditions: {ready: true}}]
                """.replace("PORT", "" + server.getAddress().getPort()).replace("HOST", host);
        @SuppressWarnings("unchecked")
        List<Map<String, Object>> all = Serialization.unmarshal(objects, List.class);
        all.forEach(
                object -> client.resource("--- " + Serialization.asJson(object)).create());
        Map<String, String> served = new TreeMap<>(VERSIONS);
        served.keySet().retainAll(groups);
        served.forEach((group, version) -> client.resource(
                        """
                        --- {apiVersion: apiregistration.k8s.io/v1, kind: APIService, metadata: {name: VERSION.GROUP},
                         spec: {group: GROUP, version: VERSION, insecureSkipTLSVerify: true, groupPriorityMinimum: 100,
                          versionPriority: 100, service: {name: given, namespace: kube-system}}}
                        """.replace("VERSION", version).replace("GROUP", group))
                .create());
        served.forEach((group, version) -> Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() ->
                        client.apiServices().withName(version + "." + group).get().getStatus().getConditions().stream()
                                .anyMatch(c -> c.getType().equals("Available")
                                        && c.getStatus().equals("True"))));
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void serve(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String selector = "";
        for (String part :
                String.valueOf(exchange.getRequestURI().getRawQuery()).split("&")) {
            if (part.startsWith("labelSelector=")) {
                selector = URLDecoder.decode(part.substring("labelSelector=".length()), StandardCharsets.UTF_8);
            }
        }
        byte[] body;
        int code = 200;
        String[] parts = path.split("/");
        if (parts.length == 4 && parts[1].equals("apis")) {
            var resources = Json.object()
                    .put("kind", "APIResourceList")
                    .put("apiVersion", "v1")
                    .put("groupVersion", parts[2] + "/" + parts[3]);
            resources.putArray("resources");
            body = Json.bytes(resources);
        } else {
            var answer = metrics.answer(path, selector);
            code = answer.isPresent() ? 200 : 404;
            body = answer.map(Json::bytes).orElse("404 page not found\n".getBytes(StandardCharsets.UTF_8));
        }
        exchange.getResponseHeaders().set("Content-Type", code == 200 ? "application/json" : "text/plain");
        exchange.sendResponseHeaders(code, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static SSLContext tls(String host) throws IOException, GeneralSecurityException {
        CertificateAuthority.Identity own = new CertificateAuthority("given").server("given", List.of(host));
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setKeyEntry("given", own.key(), new char[0], new Certificate[] {own.certificate()});
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }
}
