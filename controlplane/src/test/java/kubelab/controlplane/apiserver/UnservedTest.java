package kubelab.controlplane.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import kubelab.containers.clock.ClusterClock;
import kubelab.controlplane.apiserver.customresources.CustomDefaulter;
import kubelab.controlplane.apiserver.request.ApiRequest;
import kubelab.controlplane.apiserver.request.ApiResponse;
import kubelab.controlplane.apiserver.request.User;
import kubelab.controlplane.defaulting.Defaults;
import kubelab.controlplane.json.Json;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** What would be stored and never acted on is refused: no client waits for it in vain. */
class UnservedTest {
    private static final String CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private static final String CRD = """
            {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
             "metadata":{"name":"widgets.example.com"},"spec":{"group":"example.com","scope":"Namespaced",
             "names":{"plural":"widgets","kind":"Widget"},"versions":[{"name":"v1","served":true,"storage":true,
             "schema":{"openAPIV3Schema":{"type":"object"}}}]}}""";

    private ClusterClock clock;
    private ApiServer server;

    @BeforeEach
    void start() {
        clock = new ClusterClock();
        server = Encodings.install(ApiServer.builder(clock), clock)
                .defaulter(new CustomDefaulter(new Defaults()))
                .build();
    }

    @AfterEach
    void stop() {
        server.close();
        clock.close();
    }

    /** What would need a webhook is refused, on dry runs too, and nothing of it is stored. */
    @ParameterizedTest
    @ValueSource(strings = {"", "?dryRun=All"})
    void definition_that_needs_what_is_missing_is_refused(String query) {
        String webhook = CRD.replace("\"scope\"", "\"conversion\":{\"strategy\":\"Webhook\"},\"scope\"");
        assertThat(refusal(send("POST", CRDS + query, webhook)))
                .contains("spec.conversion.strategy: Forbidden: this cluster does not convert by webhooks");
        ObjectNode list = Json.parseObject(send("GET", CRDS, "").body());
        assertThat(Json.items(list, "items")).isEmpty();
        assertThat(send("POST", CRDS + query, CRD).code()).isEqualTo(201);
    }

    private static String refusal(ApiResponse.Full answer) {
        assertThat(answer.code()).isEqualTo(422);
        return Json.string(Json.parseObject(answer.body()), "message");
    }

    private ApiResponse.Full send(String method, String path, String body) {
        return (ApiResponse.Full) server.handle(
                ApiRequest.of(method, path, Map.of(), body.getBytes(StandardCharsets.UTF_8), false, User.of("admin")));
    }
}
