package kubelab.controlplane.apiserver.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import kubelab.containers.clock.ClusterClock;
import kubelab.controlplane.apiserver.ApiServer;
import kubelab.controlplane.apiserver.User;
import kubelab.controlplane.defaulting.Defaults;
import kubelab.controlplane.transport.InProcess;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Replays requests in order and compares each answer with the one recorded from a Kubernetes 1.34 API server: field
 * management, server-side apply, patches, tables. With {@code -Dupdate} and KUBECONFIG set, the answers are recorded anew.
 */
class TranscriptTest {
    private static final Path ANSWERS = Path.of(
                    "src/test/resources/kubelab/controlplane/apiserver/encoding/answers.jsonl")
            .toAbsolutePath();
    private static final boolean UPDATE = System.getProperty("update") != null;
    private static final String NAMESPACE = "golden-transcript";
    private static final JsonMapper JSON = JsonMapper.shared();

    @TestFactory
    Stream<DynamicTest> answers_are_those_of_the_real_server() throws Exception {
        Map<String, JsonNode> answers = new LinkedHashMap<>();
        if (UPDATE) {
            try (KubernetesClient client = new KubernetesClientBuilder().build()) {
                replay(client, answers);
                send(client, "DELETE", "/api/v1/namespaces/" + NAMESPACE, "application/json", "application/json", "{}");
            }
            StringBuilder lines = new StringBuilder();
            answers.forEach((name, answer) -> lines.append(
                            JSON.createObjectNode().put("name", name).<ObjectNode>set("answer", answer))
                    .append('\n'));
            Files.writeString(ANSWERS, lines);
            return Stream.of();
        }
        try (ClusterClock clock = new ClusterClock();
                ApiServer server = Encodings.install(ApiServer.builder(clock), clock)
                        .defaulter(new Defaults())
                        .build();
                KubernetesClient client = new InProcess(server).clientFor(User.of("system:admin", User.MASTERS))) {
            replay(client, answers);
        }
        return lines("answers.jsonl").stream()
                .map(line -> DynamicTest.dynamicTest(line.path("name").asString(), () -> assertThat(
                                answers.get(line.path("name").asString()))
                        .as(line.path("name").asString())
                        .isEqualTo(line.path("answer"))));
    }

    private static void replay(KubernetesClient client, Map<String, JsonNode> answers) throws Exception {
        String namespace =
                "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"" + NAMESPACE + "\"}}";
        send(client, "POST", "/api/v1/namespaces", "application/json", "application/json", namespace);
        for (JsonNode line : lines("requests.jsonl")) {
            JsonNode answer = send(
                    client,
                    line.path("method").asString(),
                    line.path("path").asString(),
                    line.path("type").asString(),
                    line.path("accept").asString(),
                    line.has("body") ? line.path("body").toString() : "");
            normalise(answer);
            // numbers in the form that a parser chooses
            answers.put(line.path("name").asString(), JSON.readTree(answer.toString()));
        }
    }

    private static JsonNode send(
            KubernetesClient client, String method, String path, String type, String accept, String body)
            throws Exception {
        HttpClient http = client.getHttpClient();
        HttpResponse<byte[]> response = http.sendAsync(
                        http.newHttpRequestBuilder()
                                .uri(URI.create(client.getMasterUrl().toString().replaceAll("/$", "") + path))
                                .header("Accept", accept)
                                .method(method, type, body.isEmpty() ? null : body)
                                .build(),
                        byte[].class)
                .get(30, TimeUnit.SECONDS);
        return JSON.readTree(response.body());
    }

    /** Takes away what differs from run to run, and what the other cluster's controllers add. */
    private static void normalise(JsonNode node) {
        if (node instanceof ArrayNode array) {
            array.forEach(TranscriptTest::normalise);
        }
        if (!(node instanceof ObjectNode object)) {
            return;
        }
        if (object.path("metadata") instanceof ObjectNode metadata) {
            metadata.remove(List.of("uid", "resourceVersion", "creationTimestamp", "generation"));
            if (metadata.path("annotations") instanceof ObjectNode annotations) {
                annotations.remove("deployment.kubernetes.io/revision");
                if (annotations.isEmpty()) {
                    metadata.remove("annotations");
                }
            }
            if (metadata.path("managedFields") instanceof ArrayNode managers) {
                List<JsonNode> kept = new ArrayList<>();
                managers.forEach(manager -> {
                    ((ObjectNode) manager).remove("time");
                    if (!manager.path("manager").asString().equals("kube-controller-manager")) {
                        kept.add(manager);
                    }
                });
                // entries of the same second are sorted by name, those of different ones by time
                kept.sort(java.util.Comparator.comparing(
                        m -> m.path("operation").asString() + m.path("manager").asString()));
                managers.removeAll();
                kept.forEach(managers::add);
            }
        }
        if (object.path("status").isObject()) {
            object.putObject("status");
        }
        if (object.path("details") instanceof ObjectNode details) {
            details.remove("uid");
        }
        if (object.path("kind").asString("").equals("Table")) {
            object.path("columnDefinitions").forEach(c -> ((ObjectNode) c).remove("description"));
            object.path("rows").forEach(row -> age((ArrayNode) row.path("cells")));
        }
        Set.copyOf(object.propertyNames()).forEach(name -> normalise(object.path(name)));
    }

    private static void age(ArrayNode cells) {
        if (cells.path(cells.size() - 1).asString("").matches("[0-9]+s")) {
            cells.set(cells.size() - 1, "0s");
        }
    }

    private static List<JsonNode> lines(String file) throws IOException {
        try (InputStream in = TranscriptTest.class.getResourceAsStream(file)) {
            List<JsonNode> lines = new ArrayList<>();
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .forEach(line -> lines.add(JSON.readTree(line)));
            return lines;
        }
    }
}
