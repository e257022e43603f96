package kubelab.controlplane.kubeproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import kubelab.containers.network.Connection;
import kubelab.controlplane.EmbeddedCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Services of type LoadBalancer: who gets addresses, and that they lead to Pods. */
class LoadBalancerTest {
    private static EmbeddedCluster cluster;
    private static KubernetesClient client;

    @BeforeAll
    static void start() {
        cluster = EmbeddedCluster.builder().nodes(2).start();
        client = cluster.client();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static void create(String name, String spec) {
        client.resource((Service) Serialization.unmarshal("--- {apiVersion: v1, kind: Service, metadata: {name: " + name
                        + ", namespace: default}, spec: {type: LoadBalancer, selector: {app: web}, " + spec
                        + "}}"))
                .create();
    }

    private static Service service(String name) {
        return client.services().inNamespace("default").withName(name).get();
    }

    private static List<String> addresses(String name) {
        return service(name).getStatus().getLoadBalancer().getIngress().stream()
                .map(LoadBalancerIngress::getIp)
                .toList();
    }

    @Test
    void nodes_answer_for_the_oldest_service_with_a_port() throws Exception {
        client.resource(
                        "--- {apiVersion: v1, kind: Pod, metadata: {name: web, namespace: default, labels: {app: web}}, "
                                + "spec: {containers: [{name: c, image: 'nginx:1.27'}]}}")
                .create();
        create("first", "ports: [{port: 8080, targetPort: 80}]");
        await().atMost(Duration.ofSeconds(30)).until(() -> addresses("first").size() == 2);
        assertThat(addresses("first")).containsExactly("172.18.0.2", "172.18.0.3");
        create("second", "ports: [{port: 8080, targetPort: 80}]");
        create("elsewhere", "loadBalancerClass: example.com/mine, ports: [{port: 8081}]");
        create("portless", "allocateLoadBalancerNodePorts: false, ports: [{port: 8082, targetPort: 80}]");
        await().atMost(Duration.ofSeconds(30)).until(() -> addresses("portless").size() == 2);
        assertThat(service("portless").getSpec().getPorts().get(0).getNodePort())
                .isNull();
        assertThat(addresses("second")).as("the port is taken").isEmpty();
        assertThat(addresses("elsewhere")).as("another class").isEmpty();
        for (String ip : List.of("172.18.0.2", "172.18.0.3")) {
            await().atMost(Duration.ofSeconds(30)).ignoreExceptions().untilAsserted(() -> assertThat(get(ip, 8082))
                    .contains("200 OK"));
        }

        client.services().inNamespace("default").withName("first").edit(s -> {
            s.getSpec().setType("ClusterIP");
            return s;
        });
        Service first = service("first");
        assertThat(first.getStatus().getLoadBalancer().getIngress()).isEmpty();
        assertThat(first.getSpec().getPorts().get(0).getNodePort()).isNull();
        assertThat(first.getSpec().getExternalTrafficPolicy()).isNull();
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(addresses("second")).hasSize(2));
    }

    private static String get(String host, int port) throws Exception {
        try (Connection connection =
                cluster.network().node("server").host().connect(host, port, Duration.ofSeconds(2))) {
            connection.output().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(connection.input().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
