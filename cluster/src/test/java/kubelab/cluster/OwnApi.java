package kubelab.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import kubelab.controlplane.pki.CertificateAuthority;
import kubelab.labkit.ExposedPort;

/** What a learner does with an API server of their own, on any provider: it listens on loopback, and the cluster serves it. */
final class OwnApi {
    private static final String LIST =
            "{\"kind\":\"APIResourceList\",\"apiVersion\":\"v1\",\"groupVersion\":\"own.test/v1\","
                    + "\"resources\":[{\"name\":\"notes\",\"singularName\":\"note\",\"namespaced\":true,\"kind\":\"Note\","
                    + "\"verbs\":[\"get\",\"list\"]}]}";
    private static final String NOTE =
            "{\"kind\":\"Note\",\"apiVersion\":\"own.test/v1\",\"metadata\":{\"name\":\"one\"},\"text\":\"hello\"}";

    private OwnApi() {}

    static void isServedBy(Cluster cluster) throws Exception {
        String namespace = cluster.newNamespace("own-api");
        KubernetesClient client = cluster.client();
        CertificateAuthority authority = new CertificateAuthority("own-ca");
        HttpsServer server = server(authority, "own." + namespace + ".svc");
        try (ExposedPort exposed = ExposedPort.of(client, server.getAddress().getPort())) {
            exposed.asService(namespace, "own");
            exposed.asApi(namespace, "own", "own.test", "v1", Optional.of(authority.certificatePem()));
            await("the APIService to be available")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> String.valueOf(client.raw("/apis/apiregistration.k8s.io/v1/apiservices/v1.own.test"))
                            .contains("\"Passed\""));
            await("what the learner's server says")
                    .atMost(Duration.ofSeconds(30))
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(client.genericKubernetesResources("own.test/v1", "Note")
                                    .inNamespace(namespace)
                                    .withName("one")
                                    .get()
                                    .getAdditionalProperties())
                            .containsEntry("text", "hello"));
        } finally {
            client.genericKubernetesResources("apiregistration.k8s.io/v1", "APIService")
                    .withName("v1.own.test")
                    .delete();
            server.stop(0);
        }
    }

    private static HttpsServer server(CertificateAuthority authority, String name) throws Exception {
        CertificateAuthority.Identity own = authority.server(name, List.of(name));
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setKeyEntry("own", own.key(), new char[0], new Certificate[] {own.certificate()});
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/apis/own.test/v1", exchange -> send(exchange, LIST));
        server.createContext("/apis/own.test/v1/namespaces/", exchange -> send(exchange, NOTE));
        server.start();
        return server;
    }

    private static void send(HttpExchange exchange, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }
}
