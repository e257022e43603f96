package kubelab.controlplane.apiserver.validation;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import kubelab.containers.clock.ClusterClock;
import kubelab.controlplane.apiserver.ApiServer;
import kubelab.controlplane.apiserver.User;
import kubelab.controlplane.apiserver.encoding.Encodings;
import kubelab.controlplane.defaulting.Defaults;
import kubelab.controlplane.transport.InProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Bad objects in, Status out, compared with what a Kubernetes 1.34 API server answers. With {@code -Dupdate} and
 * KUBECONFIG set, the answers are recorded anew from that server, in a namespace {@code golden}.
 */
class ValidationGoldenTest {
    private static final Path FOLDER = Path.of("src/test/resources/kubelab/controlplane/apiserver/validation")
            .toAbsolutePath();
    private static final boolean UPDATE = System.getProperty("update") != null;
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Map<String, JsonNode> recorded = new LinkedHashMap<>();

    private static ClusterClock clock;
    private static ApiServer server;
    private static KubernetesClient client;

    @BeforeAll
    static void start() {
        if (UPDATE) {
            client = new KubernetesClientBuilder().build();
        } else {
            clock = new ClusterClock();
            server = Encodings.install(ApiServer.builder(clock), clock)
                    .defaulter(new Defaults())
                    .build();
            client = new InProcess(server).clientFor(User.of("system:admin", User.MASTERS));
        }
        client.raw(
                "/api/v1/namespaces",
                "POST",
                Map.of("apiVersion", "v1", "kind", "Namespace", "metadata", Map.of("name", "golden")));
    }

    @AfterAll
    static void stop() throws IOException {
        if (UPDATE) {
            StringBuilder lines = new StringBuilder();
            recorded.forEach((name, answer) -> lines.append(
                            JSON.createObjectNode().put("name", name).<ObjectNode>set("answer", answer))
                    .append('\n'));
            Files.writeString(FOLDER.resolve("golden.jsonl"), lines.toString());
        }
        client.close();
        if (server != null) {
            server.close();
            clock.close();
        }
    }

    static Stream<Arguments> cases() {
        Map<String, JsonNode> golden = new LinkedHashMap<>();
        if (!UPDATE) {
            lines("golden.jsonl").forEach(line -> golden.put(line.path("name").asString(), line.path("answer")));
        }
        return lines("cases.jsonl").stream().map(line -> {
            String name = line.path("name").asString();
            return Arguments.of(name, line, golden.getOrDefault(name, JSON.createObjectNode()));
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void is_refused_in_the_same_words(String name, JsonNode line, JsonNode golden) throws Exception {
        JsonNode answer = normalised(answer(line));
        if (UPDATE) {
            recorded.put(name, answer);
            return;
        }
        assertThat(answer.path("message").asString(""))
                .as(name)
                .isEqualTo(golden.path("message").asString(""));
        assertThat(answer).as(name).isEqualTo(golden);
    }

    private static JsonNode answer(JsonNode line) throws Exception {
        String path = line.path("path").asString();
        JsonNode patch = line.path("patch");
        if (patch.isMissingNode()) {
            String strict =
                    line.path("strict").asBoolean(false) ? "&fieldValidation=Strict" : "&fieldValidation=Ignore";
            return send("POST", path + "?dryRun=All" + strict, "application/json", line.path("body"));
        }
        String object = path + "/" + line.at("/body/metadata/name").asString();
        send("POST", path, "application/json", line.path("body"));
        JsonNode answer = send("PATCH", object + "?dryRun=All", "application/merge-patch+json", patch);
        send(
                "DELETE",
                object + "?gracePeriodSeconds=0&propagationPolicy=Background",
                "application/json",
                JSON.createObjectNode());
        return answer;
    }

    /** An accepted object counts as such, whatever is in it; a printed difference of specs names clusters' own values. */
    private static JsonNode normalised(JsonNode answer) {
        if (!answer.path("kind").asString("").equals("Status")) {
            return JSON.createObjectNode().put("accepted", true);
        }
        ObjectNode status = (ObjectNode) answer;
        status.put("message", stable(status.path("message").asString("")));
        if (status.path("details") instanceof ObjectNode details) {
            details.remove("uid");
            if (details.has("name")) {
                details.put("name", stable(details.path("name").asString("")));
            }
            // upstream looks at a Pod's metadata more than once: the same cause again says nothing
            Set<JsonNode> causes = new LinkedHashSet<>();
            details.path("causes")
                    .forEach(cause -> causes.add(((ObjectNode) cause)
                            .put("message", stable(cause.path("message").asString("")))));
            if (!causes.isEmpty()) {
                details.putArray("causes").addAll(causes);
            }
        }
        return status;
    }

    private static String stable(String text) {
        return text.replaceAll("(?s)(pod updates may not change fields other than [^\n]*)\n.*", "$1")
                .replaceAll("(?s)Invalid value: \\{.*}: field is immutable", "Invalid value: …: field is immutable")
                .replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "UID")
                .replaceAll("Bad_[a-z0-9]{5}", "Bad_xxxxx");
    }

    private static JsonNode send(String method, String path, String type, JsonNode body) throws Exception {
        io.fabric8.kubernetes.client.http.HttpClient http = client.getHttpClient();
        io.fabric8.kubernetes.client.http.HttpResponse<byte[]> response = http.sendAsync(
                        http.newHttpRequestBuilder()
                                .uri(URI.create(client.getMasterUrl().toString().replaceAll("/$", "") + path))
                                .method(method, type, body.toString())
                                .build(),
                        byte[].class)
                .get(30, TimeUnit.SECONDS);
        return JSON.readTree(response.body());
    }

    private static List<JsonNode> lines(String file) {
        try (InputStream in = ValidationGoldenTest.class.getResourceAsStream(file)) {
            List<JsonNode> lines = new ArrayList<>();
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .forEach(line -> lines.add(JSON.readTree(line)));
            return lines;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
