package kubelab.controlplane.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import kubelab.containers.clock.ClusterClock;
import kubelab.controlplane.apiserver.request.ApiRequest;
import kubelab.controlplane.apiserver.request.ApiResponse;
import kubelab.controlplane.apiserver.request.User;
import kubelab.controlplane.json.Json;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Keys that a YAML body holds twice. All answers are the real API server's. */
class YamlBodiesTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String TWICE = """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: dup1, name: dup2}
            data:
              a: "1"
              a: "2"
            bogus: 1
            bogus: 2
            """;

    private ClusterClock clock;
    private ApiServer server;

    @BeforeEach
    void start() {
        clock = new ClusterClock();
        server = Encodings.install(ApiServer.builder(clock), clock).build();
        assertThat(send("POST", "/api/v1/namespaces", "", "metadata: {name: default}")
                        .code())
                .isEqualTo(201);
    }

    @AfterEach
    void stop() {
        server.close();
        clock.close();
    }

    @Test
    void keys_that_come_twice_are_warned_of_and_the_last_counts() {
        ApiResponse.Full answer = send("POST", MAPS, "", TWICE);
        assertThat(answer.code()).isEqualTo(201);
        assertThat(warnings(answer))
                .containsExactly(
                        "299 - \"line 3: key \\\"name\\\" already set in map\"",
                        "299 - \"line 6: key \\\"a\\\" already set in map\"",
                        "299 - \"line 8: key \\\"bogus\\\" already set in map\"",
                        "299 - \"unknown field \\\"bogus\\\"\"");
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("dup2", "\"a\":\"2\"");
        assertThat(warnings(send("POST", MAPS, "Ignore", TWICE.replace("dup2", "dup3"))))
                .isEmpty();
    }

    @Test
    void strictly_they_are_one_error() {
        ApiResponse.Full answer = send("POST", MAPS, "Strict", TWICE);
        assertThat(answer.code()).isEqualTo(400);
        assertThat(message(answer))
                .isEqualTo("ConfigMap in version \"v1\" cannot be handled as a ConfigMap: strict decoding error: yaml:"
                        + " unmarshal errors:\n  line 3: key \"name\" already set in map\n  line 6: key \"a\" already"
                        + " set in map\n  line 8: key \"bogus\" already set in map, unknown field \"bogus\"");
    }

    @Test
    void a_key_has_the_line_of_its_value_and_follows_those_inside() {
        ApiResponse.Full answer = send("POST", MAPS, "", """
                apiVersion: v1
                kind: ConfigMap
                metadata:
                  name: q1
                  labels:
                    x: a
                    x: b
                metadata:

                  name: q2
                  name: q3
                data:
                  1: a
                  1: b
                  true: a
                  true: b
                  k: |
                    a
                  k: |
                    b
                  k: c
                """);
        assertThat(answer.code()).isEqualTo(201);
        assertThat(warnings(answer))
                .containsExactly(
                        "299 - \"line 7: key \\\"x\\\" already set in map\"",
                        "299 - \"line 11: key \\\"name\\\" already set in map\"",
                        "299 - \"line 10: key \\\"metadata\\\" already set in map\"",
                        "299 - \"line 14: key 1 already set in map\"",
                        "299 - \"line 16: key true already set in map\"",
                        "299 - \"line 19: key \\\"k\\\" already set in map\"",
                        "299 - \"line 21: key \\\"k\\\" already set in map\"");
    }

    @Test
    void an_applied_body_is_read_as_strictly() {
        String body = """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: dup2}
                data:
                  a: "1"
                  a: "2"
                """;
        ApiResponse.Full strict = send("PATCH", MAPS + "/dup2", "Strict", body);
        assertThat(strict.code()).isEqualTo(400);
        assertThat(message(strict))
                .isEqualTo("error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n"
                        + "  line 6: key \"a\" already set in map");
        ApiResponse.Full warned = send("PATCH", MAPS + "/dup2", "Warn", body);
        assertThat(warned.code()).isEqualTo(201);
        assertThat(warnings(warned)).containsExactly("299 - \"line 6: key \\\"a\\\" already set in map\"");
    }

    private static String message(ApiResponse.Full answer) {
        return Json.string(Json.parseObject(answer.body()), "message");
    }

    private static List<String> warnings(ApiResponse.Full answer) {
        return answer.headers().getOrDefault("Warning", List.of());
    }

    private ApiResponse.Full send(String method, String path, String fieldValidation, String body) {
        Map<String, List<String>> query = new TreeMap<>();
        if (!fieldValidation.isEmpty()) {
            query.put("fieldValidation", List.of(fieldValidation));
        }
        if (method.equals("PATCH")) {
            query.put("fieldManager", List.of("test"));
        }
        String type = method.equals("PATCH") ? "application/apply-patch+yaml" : "application/yaml";
        return (ApiResponse.Full) server.handle(new ApiRequest(
                method,
                path,
                path,
                query,
                Map.of("content-type", List.of(type)),
                body.getBytes(StandardCharsets.UTF_8),
                false,
                "127.0.0.1",
                new CompletableFuture<>(),
                User.of("admin")));
    }
}
