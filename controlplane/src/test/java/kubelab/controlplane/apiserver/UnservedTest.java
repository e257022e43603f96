package kubelab.controlplane.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import kubelab.containers.clock.ClusterClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** What is stored and never acted on is refused, or comes with a warning: no client waits for it in vain. */
class UnservedTest {
    private static final String CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private static final String CRD = """
            {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
             "metadata":{"name":"widgets.example.com"},"spec":{"group":"example.com","scope":"Namespaced",
             "names":{"plural":"widgets","kind":"Widget"},"versions":[{"name":"v1","served":true,"storage":true}]}}""";

    private ClusterClock clock;
    private ApiServer server;

    @BeforeEach
    void start() {
        clock = new ClusterClock();
        server = ApiServer.builder(clock).build();
    }

    @AfterEach
    void stop() {
        server.close();
        clock.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?dryRun=All"})
    void definition_of_a_custom_resource_is_refused(String query) {
        ApiResponse.Full answer = send("POST", CRDS + query, CRD);
        assertThat(answer.code()).isEqualTo(403);
        assertThat(Json.string(Json.parseObject(answer.body()), "message"))
                .isEqualTo("customresourcedefinitions.apiextensions.k8s.io \"widgets.example.com\" is forbidden: this"
                        + " cluster does not serve custom resources (see docs/fidelity.adoc of kubelab)");
        ObjectNode list = Json.parseObject(send("GET", CRDS, "").body());
        assertThat(Json.items(list, "items")).isEmpty();
    }

    @Test
    void service_of_an_aggregated_api_is_refused_and_a_local_one_is_not() {
        String local = "{\"apiVersion\":\"apiregistration.k8s.io/v1\",\"kind\":\"APIService\",\"metadata\":{\"name\":"
                + "\"v1.example.com\"},\"spec\":{\"group\":\"example.com\",\"version\":\"v1\",\"groupPriorityMinimum\":1,"
                + "\"versionPriority\":1}}";
        String remote = local.replace("\"groupP", "\"service\":{\"name\":\"x\",\"namespace\":\"default\"},\"groupP");
        String path = "/apis/apiregistration.k8s.io/v1/apiservices";
        assertThat(send("POST", path, remote).code()).isEqualTo(403);
        assertThat(send("POST", path, local).code()).isEqualTo(201);
    }

    @Test
    void what_has_no_effect_comes_with_a_warning() {
        ApiResponse.Full answer = send(
                "POST",
                "/apis/networking.k8s.io/v1/namespaces/default/networkpolicies",
                "{\"metadata\":{\"name\":\"x\"},\"spec\":{\"podSelector\":{}}}");
        assertThat(answer.code()).isEqualTo(201);
        assertThat(answer.headers().getOrDefault("Warning", List.of()))
                .containsExactly(
                        "299 - \"stored without effect: nothing enforces a NetworkPolicy (see docs/fidelity.adoc"
                                + " of kubelab)\"");
    }

    private ApiResponse.Full send(String method, String path, String body) {
        return (ApiResponse.Full) server.handle(
                ApiRequest.of(method, path, Map.of(), body.getBytes(StandardCharsets.UTF_8), false, User.of("admin")));
    }
}
