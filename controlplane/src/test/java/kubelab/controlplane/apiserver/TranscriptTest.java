package kubelab.controlplane.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import kubelab.controlplane.EmbeddedCluster;
import kubelab.controlplane.json.Json;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Requests and what a real API server (1.34.4) answered, replayed against ours. Recorded anew with {@code -Dupdate} and
 * a KUBECONFIG of a real cluster; {@code -Dupdate=services.jsonl,options.jsonl} does those files only. {@code repeat} puts a long text in
 * the place of a word of the body: {@code {"BIG": "x 1048577"}}.
 */
class TranscriptTest {
    private static final Set<String> TIMES =
            Set.of("creationTimestamp", "deletionTimestamp", "lastTransitionTime", "time");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "transcript.jsonl",
                "services.jsonl",
                "networkpolicies.jsonl",
                "options.jsonl",
                "selectors.jsonl",
                "patches.jsonl",
                "apply.jsonl",
                "quantities.jsonl",
                "strict.jsonl",
                "limits.jsonl"
            })
    void answers_are_those_of_the_real_server(String file) throws Exception {
        String update = System.getProperty("update");
        if (update != null
                && (update.isEmpty()
                        || update.equals("true")
                        || List.of(update.split(",")).contains(file))) {
            record(file);
        }
        List<ObjectNode> entries = entries(file);
        assertThat(entries).as("recorded requests").hasSizeGreaterThan(15);
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().nodes(1).start()) {
            SoftAssertions all = new SoftAssertions();
            String namespace = "transcript";
            prepare(cluster.client(), namespace);
            for (ObjectNode entry : entries) {
                ObjectNode answer = ask(cluster.client(), namespace, entry);
                if (!entry.has("warnings")) {
                    answer.remove("warnings"); // recorded before they were
                }
                all.assertThat(shown(answer)).as(Json.string(entry, "name")).isEqualTo(shown(entry));
            }
            all.assertAll();
        }
    }

    private static String shown(ObjectNode answer) {
        return answer.get("code") + " " + Json.strings(answer, "warnings") + " "
                + pretty(sorted(answer.get("response")));
    }

    private static void record(String file) throws Exception {
        List<String> lines = new ArrayList<>();
        Config once = new ConfigBuilder(Config.autoConfigure(null))
                .withRequestRetryBackoffLimit(0)
                .build();
        try (KubernetesClient real =
                new KubernetesClientBuilder().withConfig(once).build()) {
            String namespace = "transcript-" + Long.toString(System.nanoTime(), 36);
            prepare(real, namespace);
            try {
                for (ObjectNode entry : entries(file)) {
                    entry.remove(List.of("code", "response", "warnings"));
                    entry.setAll(ask(real, namespace, entry));
                    lines.add(entry.toString());
                }
            } finally {
                real.namespaces().withName(namespace).delete();
            }
        }
        Files.write(
                Path.of(
                        "src/test/resources",
                        TranscriptTest.class.getPackageName().replace('.', '/'),
                        file),
                lines);
    }

    private static void prepare(KubernetesClient client, String namespace) {
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .build())
                .create();
        await("default service account")
                .atMost(Duration.ofSeconds(20))
                .until(() -> client.serviceAccounts()
                                .inNamespace(namespace)
                                .withName("default")
                                .get()
                        != null);
    }

    private static ObjectNode ask(KubernetesClient client, String namespace, ObjectNode entry) throws Exception {
        String base = client.getMasterUrl().toString().replaceAll("/$", "");
        HttpRequest.Builder request = client.getHttpClient()
                .newHttpRequestBuilder()
                .uri(base + Json.string(entry, "path").replace("NS", namespace));
        JsonNode body = entry.get("body");
        String text = body == null ? null : body.isString() ? body.stringValue() : body.toString();
        for (Map.Entry<String, String> word : Json.map(entry, "repeat").entrySet()) {
            String[] times = word.getValue().split(" ");
            text = String.valueOf(text).replace(word.getKey(), times[0].repeat(Integer.parseInt(times[1])));
        }
        String type = Json.string(entry, "type");
        request.method(
                Json.string(entry, "method"),
                text == null ? null : type.isEmpty() ? "application/json" : type,
                text == null ? null : text.replace("\"NS\"", "\"" + namespace + "\""));
        request.setHeader("Accept", "application/json");
        Json.map(entry, "headers").forEach(request::setHeader);
        HttpResponse<String> response =
                client.getHttpClient().sendAsync(request.build(), String.class).get(20, TimeUnit.SECONDS);
        ObjectNode answer = Json.object().put("code", response.code());
        response.headers("Warning").forEach(answer.withArray("warnings")::add);
        String said = response.body() == null ? "" : response.body();
        JsonNode tree = said.startsWith("{") ? normal("", Json.parseObject(said), namespace) : null;
        if (tree == null) {
            answer.put("response", said);
        } else {
            answer.set("response", tree);
        }
        return answer;
    }

    /** Without what differs from run to run. */
    private static JsonNode normal(String field, JsonNode node, String namespace) {
        if (node instanceof ObjectNode object) {
            ObjectNode result = Json.object();
            for (Map.Entry<String, JsonNode> e : object.properties()) {
                if (!e.getKey().equals("managedFields")) {
                    result.set(e.getKey(), normal(e.getKey(), e.getValue(), namespace));
                }
            }
            return result;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode result = Json.array();
            array.forEach(item -> result.add(normal(field, item, namespace)));
            return result;
        }
        if (field.equals("nodePort") || field.equals("healthCheckNodePort")) {
            return Json.MAPPER.valueToTree("PORT");
        }
        if (!node.isString()) {
            return node;
        }
        if (TIMES.contains(field)) {
            return Json.MAPPER.valueToTree("TIME");
        }
        if (field.equals("resourceVersion")) {
            return Json.MAPPER.valueToTree("VERSION");
        }
        String text = node.stringValue();
        if (text.length() > 100_000) {
            return Json.MAPPER.valueToTree(text.length() + " characters");
        }
        return Json.MAPPER.valueToTree(text.replaceAll("Invalid value: \"\\{.*\\}\": ", "Invalid value: OBJECT: ")
                .replace(namespace, "NS")
                .replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "UID")
                .replaceAll("kube-api-access-\\w{5}", "kube-api-access-XXXXX")
                .replaceAll("^gen-\\w{5}$", "gen-XXXXX")
                .replaceAll("^10\\.43\\.\\d+\\.\\d+$", "ADDRESS"));
    }

    private static JsonNode sorted(JsonNode node) {
        if (node instanceof ObjectNode object) {
            ObjectNode result = Json.object();
            object.propertyNames().stream().sorted().forEach(n -> result.set(n, sorted(object.get(n))));
            return result;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode result = Json.array();
            array.forEach(item -> result.add(sorted(item)));
            return result;
        }
        return node;
    }

    private static String pretty(JsonNode node) {
        return Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(node);
    }

    private static List<ObjectNode> entries(String file) throws IOException {
        try (var in = TranscriptTest.class.getResourceAsStream(file)) {
            return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
                    .lines()
                    .filter(l -> !l.isBlank())
                    .map(Json::parseObject)
                    .toList();
        }
    }
}
