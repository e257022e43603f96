package kubelab.controlplane.apiserver;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Plays scenarios with custom resources on any cluster, each in a namespace and an API group of its own, and notes the answers
 * without what differs from run to run.
 */
final class CustomResourceCases implements AutoCloseable {
    private static final String DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private static final Set<String> TIMES =
            Set.of("creationTimestamp", "deletionTimestamp", "lastTransitionTime", "time");
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final KubernetesClient client;
    private final String run = "r" + Long.toString(System.nanoTime(), 36);
    private final List<String> namespaces = new ArrayList<>();
    private int scenarios;

    CustomResourceCases(KubernetesClient client) {
        this.client = client;
    }

    @Override
    public void close() {
        namespaces.forEach(name -> client.namespaces().withName(name).delete());
    }

    /** @return the answer to each step */
    List<String> answers(ObjectNode scenario) throws Exception {
        String namespace = run + "-" + scenarios;
        String group = run + "x" + scenarios++ + ".example.com";
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .build())
                .create();
        namespaces.add(namespace);
        List<String> answers = new ArrayList<>();
        try {
            for (ObjectNode step : Json.objects(scenario, "steps")) {
                if (step.has("define")) {
                    answers.add(play(definition(Json.object(step, "define"), group), namespace, group));
                } else {
                    answers.add(play(step, namespace, group));
                }
            }
        } finally {
            for (String plural : List.of("widgets", "gadgets", "wodgets")) {
                send(client, "DELETE", DEFINITIONS + "/" + plural + "." + group, null, Json.object());
            }
        }
        return answers;
    }

    /** A definition with what nearly all have; created, and waited for. */
    private static ObjectNode definition(ObjectNode given, String group) {
        String plural = Json.string(given, "plural").isEmpty() ? "widgets" : Json.string(given, "plural");
        ObjectNode definition = Json.object();
        definition.put("apiVersion", "apiextensions.k8s.io/v1").put("kind", "CustomResourceDefinition");
        definition.putObject("metadata").put("name", plural + "." + group);
        ObjectNode spec = definition.putObject("spec").put("group", group);
        spec.put("scope", Json.string(given, "scope").isEmpty() ? "Namespaced" : Json.string(given, "scope"));
        String kind =
                plural.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + plural.substring(1, plural.length() - 1);
        ObjectNode names = spec.putObject("names").put("plural", plural).put("kind", kind);
        if (given.get("names") instanceof ObjectNode more) {
            names.setAll(more);
        }
        ArrayNode versions = spec.putArray("versions");
        if (given.has("versions")) {
            Json.objects(given, "versions").forEach(version -> versions.add(version(version)));
        } else {
            versions.add(version(Json.ensure(given, "version")));
        }
        ObjectNode step = Json.object().put("request", "POST " + DEFINITIONS);
        step.set("body", definition);
        step.put("established", plural + "." + group);
        if (given.has("dry")) {
            step.put("request", "POST " + DEFINITIONS + "?dryRun=All").remove("established");
        }
        return step;
    }

    private static ObjectNode version(ObjectNode given) {
        ObjectNode version = Json.object().put("name", "v1").put("served", true).put("storage", true);
        Json.fields(given).forEach((name, value) -> {
            if (!name.equals("spec") && !name.equals("status") && !name.equals("root")) {
                version.set(name, value);
            }
        });
        if (given.has("schema")) {
            return version;
        }
        ObjectNode schema = Json.ensure(version, "schema", "openAPIV3Schema").put("type", "object");
        if (given.get("root") instanceof ObjectNode root) {
            schema.setAll(root);
        }
        for (String part : List.of("spec", "status")) {
            ObjectNode place = Json.ensure(schema, "properties", part).put("type", "object");
            if (given.get(part) instanceof ObjectNode more) {
                place.setAll(more);
            } else {
                place.put("x-kubernetes-preserve-unknown-fields", true);
            }
        }
        return version;
    }

    private String play(ObjectNode step, String namespace, String group) throws Exception {
        String[] request = Json.string(step, "request").split(" ", 2);
        String path = places(request[1], namespace, group);
        JsonNode body = step.get("body");
        String text =
                body == null ? null : places(body.isString() ? body.stringValue() : body.toString(), namespace, group);
        String until = places(Json.string(step, "until"), namespace, group);
        String[] last = {""};
        if (until.isEmpty()) {
            last[0] = shown(send(client, request[0], path, text, step), step, namespace, group);
        } else {
            await(until).atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).until(() -> {
                HttpResponse<String> response = send(client, request[0], path, text, step);
                last[0] = shown(response, step, namespace, group);
                return (response.code() + " " + places(last[0], namespace, group)).contains(until);
            });
        }
        String name = Json.string(step, "established");
        if (!name.isEmpty() && last[0].startsWith("201")) {
            await(name).atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(() -> send(
                            client, "GET", DEFINITIONS + "/" + name, null, Json.object())
                    .body()
                    .matches("(?s).*(InitialNamesAccepted|Conflict\").*"));
            String plural = name.substring(0, name.indexOf('.'));
            await("discovery")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> !send(client, "GET", DEFINITIONS + "/" + name, null, Json.object())
                                    .body()
                                    .contains("InitialNamesAccepted")
                            || send(client, "GET", "/apis/" + group, null, Json.object())
                                                    .code()
                                            == 200
                                    && !plural.isEmpty());
        }
        return last[0];
    }

    private static String places(String text, String namespace, String group) {
        return text.replace("GROUP", group).replace("NS", namespace);
    }

    private static HttpResponse<String> send(
            KubernetesClient client,
            String method,
            String path,
            @org.jspecify.annotations.Nullable String text,
            JsonNode step)
            throws Exception {
        String base = client.getMasterUrl().toString().replaceAll("/$", "");
        String type = Json.string(step, "type");
        HttpRequest.Builder request =
                client.getHttpClient().newHttpRequestBuilder().uri(base + path);
        request.method(method, text == null ? null : type.isEmpty() ? "application/json" : type, text);
        String accept = Json.string(step, "accept");
        request.setHeader("Accept", accept.isEmpty() ? "application/json" : accept);
        request.setHeader("User-Agent", "parity/1");
        return client.getHttpClient().sendAsync(request.build(), String.class).get(30, TimeUnit.SECONDS);
    }

    private static String shown(HttpResponse<String> response, ObjectNode step, String namespace, String group) {
        StringBuilder answer = new StringBuilder().append(response.code());
        new TreeSet<>(response.headers("Warning"))
                .forEach(warning -> answer.append(" ! ").append(warning));
        if (step.has("code")) {
            return clean(answer.toString(), namespace, group);
        }
        String body = response.body() == null ? "" : response.body().strip();
        for (String line : body.startsWith("{") ? body.split("\\n(?=\\{)") : new String[] {body}) {
            String text = line;
            if (line.startsWith("{")) {
                JsonNode tree = Json.parseObject(line);
                List<String> reversed = new ArrayList<>(List.of(group.split("\\.")));
                java.util.Collections.reverse(reversed);
                String place =
                        Json.string(step, "at").replace("GROUP", group).replace("PUORG", String.join(".", reversed));
                tree = place.isEmpty() ? tree : tree.at(place);
                if (step.has("own")) {
                    own((ArrayNode) tree, group);
                }
                text = normal("", tree, step.has("managed")).toString();
                if (Json.string(step, "request").startsWith("GET /openapi")) {
                    text = text.replaceAll(
                            "\"description\":\"[^\"]*\",?", ""); // only the first sentences are kept here
                }
            }
            answer.append(' ').append(text);
        }
        return clean(answer.toString(), namespace, group);
    }

    private static void own(ArrayNode groups, String group) {
        for (int i = groups.size() - 1; i >= 0; i--) {
            String name = Json.string(groups.get(i), "metadata", "name") + Json.string(groups.get(i), "name");
            if (!name.equals(group)) {
                groups.remove(i);
            }
        }
    }

    private static String clean(String text, String namespace, String group) {
        List<String> reversed = new ArrayList<>(List.of(group.split("\\.")));
        java.util.Collections.reverse(reversed);
        return text.replace(group, "GROUP")
                .replace(String.join(".", reversed), "PUORG")
                .replace(namespace, "NS")
                .replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "UID")
                .replaceAll("\"gen-\\w{5}\"", "\"gen-XXXXX\"");
    }

    private static JsonNode normal(String field, JsonNode node, boolean managed) {
        if (node instanceof ObjectNode object) {
            ObjectNode result = Json.object();
            List<String> names = new ArrayList<>(object.propertyNames());
            names.sort(null);
            for (String name : names) {
                boolean left = name.equals("managedFields") && !managed || name.equals("storageVersionHash");
                if (!left) {
                    result.set(name, normal(name, object.get(name), managed));
                }
            }
            int causes = Json.items(object, "details", "causes").size();
            if (causes > 1) {
                result.put("message", causes + " causes");
            }
            if (object.has("priority") && object.has("format")) {
                result.remove("description"); // of columns: only the first sentences are kept here
            }
            return result;
        }
        if (node instanceof ArrayNode array) {
            List<JsonNode> items = new ArrayList<>();
            array.forEach(item -> items.add(normal(field, item, managed)));
            if (field.equals("causes") || field.equals("managedFields") || field.equals("resources")) {
                items.sort(Comparator.comparing(JsonNode::toString));
            }
            ArrayNode result = Json.array();
            items.forEach(result::add);
            return result;
        }
        if (TIMES.contains(field) && node.isString()) {
            return Json.MAPPER.valueToTree("TIME");
        }
        if (field.equals("resourceVersion")) {
            return Json.MAPPER.valueToTree("VERSION");
        }
        return !node.isString()
                ? node
                : Json.MAPPER.valueToTree(node.stringValue()
                        .replaceAll(
                                "(?s)Invalid value: (\\[\\]?[a-z]*\\.?[A-Z{].*|\\{.*|OBJECT|apiext.*)(?=: (must|per-version|only))",
                                "Invalid value: OBJECT")
                        .replaceAll("^\\d+s$", "AGE"));
    }
}
