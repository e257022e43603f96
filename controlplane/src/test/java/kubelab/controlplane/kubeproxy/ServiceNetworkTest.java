package kubelab.controlplane.kubeproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import kubelab.containers.network.Connection;
import kubelab.containers.network.NameServer;
import kubelab.containers.network.NodeNetwork;
import kubelab.controlplane.EmbeddedCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ServiceNetworkTest {
    private static EmbeddedCluster cluster;
    private static KubernetesClient client;

    @BeforeAll
    static void start() {
        cluster = EmbeddedCluster.builder().nodes(2).start();
        client = cluster.client();
        client.pods().inNamespace("default").resource(pod("web-a")).create();
        client.pods().inNamespace("default").resource(pod("web-b")).create();
        client.services()
                .inNamespace("default")
                .resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withName("web")
                        .endMetadata()
                        .withNewSpec()
                        .withType("NodePort")
                        .withSelector(Map.of("app", "web"))
                        .addNewPort()
                        .withName("http")
                        .withPort(8000)
                        .withNewTargetPort(80)
                        .withNodePort(30080)
                        .endPort()
                        .endSpec()
                        .build())
                .create();
        client.services()
                .inNamespace("default")
                .resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withName("headless")
                        .endMetadata()
                        .withNewSpec()
                        .withClusterIP("None")
                        .withSelector(Map.of("app", "web"))
                        .addNewPort()
                        .withName("http")
                        .withPort(80)
                        .endPort()
                        .endSpec()
                        .build())
                .create();
        client.services()
                .inNamespace("default")
                .resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withName("alias")
                        .endMetadata()
                        .withNewSpec()
                        .withType("ExternalName")
                        .withExternalName("web.default.svc.cluster.local")
                        .endSpec()
                        .build())
                .create();
        await().atMost(Duration.ofSeconds(20))
                .until(() ->
                        dns("headless.default.svc.cluster.local", "A").records().size() == 2);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static io.fabric8.kubernetes.api.model.Pod pod(String name) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("app", "web")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("nginx")
                .withImage("nginx:1.27")
                .endContainer()
                .endSpec()
                .build();
    }

    private static NodeNetwork node() {
        return cluster.network().node("server");
    }

    private static NameServer.Answer dns(String name, String type) throws java.io.IOException {
        return node().host().query("10.43.0.10", name, type);
    }

    private static String get(String host, int port) throws Exception {
        try (Connection connection = node().host().connect(host, port, Duration.ofSeconds(2))) {
            connection.output().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(connection.input().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void cluster_ip_and_node_port_lead_to_pods() throws Exception {
        String clusterIp = client.services()
                .inNamespace("default")
                .withName("web")
                .get()
                .getSpec()
                .getClusterIP();
        assertThat(get(clusterIp, 8000)).contains("200 OK");
        assertThat(get(node().ip(), 30080)).contains("200 OK");
        assertThat(node().rules().list())
                .anyMatch(rule -> rule.startsWith("default/web:http " + clusterIp + ":8000 -> 10.42."));
    }

    @Test
    void names_of_services_resolve() throws Exception {
        String clusterIp = client.services()
                .inNamespace("default")
                .withName("web")
                .get()
                .getSpec()
                .getClusterIP();
        assertThat(dns("web.default.svc.cluster.local", "A").records())
                .extracting(NameServer.Record::data)
                .containsExactly(clusterIp);
        assertThat(dns("alias.default.svc.cluster.local", "A").records())
                .extracting(NameServer.Record::type)
                .containsExactly("CNAME", "A");
        assertThat(dns("_http._tcp.web.default.svc.cluster.local", "SRV").records())
                .extracting(NameServer.Record::data)
                .containsExactly("0 100 8000 web.default.svc.cluster.local");
        assertThat(dns("nosuch.default.svc.cluster.local", "A").code()).isEqualTo("NXDOMAIN");
    }

    @Test
    void service_without_endpoints_refuses() {
        client.services()
                .inNamespace("default")
                .resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withName("empty")
                        .endMetadata()
                        .withNewSpec()
                        .withSelector(Map.of("app", "nobody"))
                        .addNewPort()
                        .withPort(80)
                        .endPort()
                        .endSpec()
                        .build())
                .create();
        String ip = client.services()
                .inNamespace("default")
                .withName("empty")
                .get()
                .getSpec()
                .getClusterIP();
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> get(ip, 80)))
                        .isInstanceOf(java.net.ConnectException.class));
    }

    @Test
    void api_server_is_reached_through_its_service() throws Exception {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> node().host()
                .connect("10.43.0.1", 443, Duration.ofSeconds(1))
                .close());
    }
}
