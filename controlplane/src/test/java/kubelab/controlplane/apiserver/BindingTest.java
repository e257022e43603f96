package kubelab.controlplane.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import kubelab.containers.clock.ClusterClock;
import kubelab.controlplane.apiserver.request.ApiRequest;
import kubelab.controlplane.apiserver.request.ApiResponse;
import kubelab.controlplane.apiserver.request.User;
import kubelab.controlplane.json.Json;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** A Binding is posted to its Pod, or, the older way, to its namespace. The texts are the real API server's. */
class BindingTest {
    private static final String OLDER = "/api/v1/namespaces/default/bindings";

    private ClusterClock clock;
    private ApiServer server;

    @BeforeEach
    void start() {
        clock = new ClusterClock();
        server = ApiServer.builder(clock).build();
        send("POST", "/api/v1/namespaces", "{'metadata':{'name':'default'}}");
        String pod = "{'metadata':{'name':'a'},'spec':{'containers':[{'name':'c','image':'x'}]}}";
        assertThat(send("POST", "/api/v1/namespaces/default/pods", pod).code()).isEqualTo(201);
    }

    @AfterEach
    void stop() {
        server.close();
        clock.close();
    }

    @Test
    void binding_posted_to_its_namespace_binds_the_pod_of_its_name() {
        assertThat(send("POST", OLDER, binding("a", "Node", "n1")).code()).isEqualTo(201);
        ObjectNode pod = Json.parseObject(
                send("GET", "/api/v1/namespaces/default/pods/a", "").body());
        assertThat(Json.string(pod, "spec", "nodeName")).isEqualTo("n1");

        ApiResponse.Full again = send("POST", OLDER, binding("a", "Node", "n2"));
        assertThat(again.code()).isEqualTo(409);
        assertThat(message(again))
                .isEqualTo("Operation cannot be fulfilled on pods/binding \"a\": pod a is already assigned to node"
                        + " \"n1\"");
    }

    @Test
    void binding_without_its_pod_is_refused() {
        assertThat(message(send("POST", OLDER, binding("none", "Node", "n1")))).isEqualTo("pods \"none\" not found");
        assertThat(message(send("POST", OLDER, "{'target':{'name':'n1'}}"))).isEqualTo("Name parameter required.");
        assertThat(message(send("POST", OLDER, "{'metadata':{'name':'a','namespace':'b'},'target':{'name':'n1'}}")))
                .isEqualTo("the namespace of the provided object does not match the namespace sent on the request");
        assertThat(send("GET", OLDER, "").code()).isEqualTo(405);
        assertThat(send("GET", OLDER + "/a", "").code()).isEqualTo(404);
    }

    @Test
    void binding_posted_to_a_pod_must_have_its_name() {
        ApiResponse.Full answer = send("POST", "/api/v1/namespaces/default/pods/a/binding", binding("b", "Node", "n1"));
        assertThat(answer.code()).isEqualTo(400);
        assertThat(message(answer)).isEqualTo("name in URL does not match name in Binding object");
    }

    @Test
    void target_is_a_node() {
        ApiResponse.Full answer = send("POST", OLDER, binding("a", "Pod", ""));
        assertThat(answer.code()).isEqualTo(500);
        assertThat(message(answer))
                .isEqualTo("[target.kind: Unsupported value: \"Pod\": supported values: \"Node\", \"<empty>\","
                        + " target.name: Required value]");
    }

    private static String binding(String pod, String kind, String node) {
        return "{'metadata':{'name':'" + pod + "'},'target':{'kind':'" + kind + "','name':'" + node + "'}}";
    }

    private static String message(ApiResponse.Full answer) {
        return Json.string(Json.parseObject(answer.body()), "message");
    }

    private ApiResponse.Full send(String method, String path, String body) {
        byte[] bytes = body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        return (ApiResponse.Full) server.handle(ApiRequest.of(method, path, Map.of(), bytes, false, User.of("admin")));
    }
}
