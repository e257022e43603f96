package kubelab.controlplane.apiserver.aggregator;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Plays AggregationParityTest's scenarios on any cluster, each with a group and a namespace of its own. */
final class AggregationCases implements AutoCloseable {
    private static final String SERVICES = "/apis/apiregistration.k8s.io/v1/apiservices";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Set<String> LEFT =
            Set.of("managedFields", "uid", "resourceVersion", "creationTimestamp", "storageVersionHash", "selfLink");
    private static final Set<String> TIMES = Set.of("lastTransitionTime", "deletionTimestamp");

    private final KubernetesClient client;
    private final MiniApiServer mini;
    private final String host;
    private final String other;
    private final int dead;

    /** @param host address by which the cluster reaches this machine */
    AggregationCases(String kubeconfig, String host, ObjectNode cases) throws Exception {
        this.host = host;
        Config config = new ConfigBuilder(Config.fromKubeconfig(kubeconfig))
                .withRequestRetryBackoffLimit(0)
                .build();
        client = new KubernetesClientBuilder().withConfig(config).build();
        List<String> names = new ArrayList<>();
        Json.objects(cases, "scenarios").forEach(s -> names.add("mini." + namespace(s) + ".svc"));
        mini = new MiniApiServer(names);
        try (MiniApiServer stranger = new MiniApiServer(List.of("stranger"))) {
            other = base64(stranger.caPem());
        }
        try (ServerSocket taken = new ServerSocket(0)) {
            dead = taken.getLocalPort();
        }
    }

    @Override
    public void close() {
        client.close();
        mini.close();
    }

    List<String> answers(ObjectNode scenario) throws Exception {
        String namespace = namespace(scenario);
        send("POST", "/api/v1/namespaces", "{\"metadata\":{\"name\":\"" + namespace + "\"}}", Json.object());
        List<String> answers = new ArrayList<>();
        try {
            for (ObjectNode step : Json.objects(scenario, "steps")) {
                answers.add(play(expanded(step), scenario));
            }
        } finally {
            String own = places(SERVICES + "/v1.GROUP", scenario);
            send("DELETE", own, null, Json.object());
            await("end of " + own)
                    .atMost(PATIENCE)
                    .until(() -> send("GET", own, null, Json.object()).code() == 404);
            send("DELETE", "/api/v1/namespaces/" + namespace, null, Json.object());
        }
        return answers;
    }

    private static String namespace(ObjectNode scenario) {
        return "agg-" + Json.string(scenario, "name");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** {@code api: {…}} and {@code service: {…}} stand for the requests that make an APIService, and a Service. */
    private static ObjectNode expanded(ObjectNode step) {
        if (step.get("api") instanceof ObjectNode given) {
            ObjectNode spec = Json.object().put("group", "GROUP").put("version", "v1");
            spec.put("groupPriorityMinimum", 900).put("versionPriority", 15).put("insecureSkipTLSVerify", true);
            spec.putObject("service").put("namespace", "NS").put("name", "mini");
            given.properties().forEach(e -> {
                if (e.getValue().asString("").equals("NONE")) {
                    spec.remove(e.getKey());
                } else {
                    spec.set(e.getKey(), e.getValue());
                }
            });
            ObjectNode object = Json.object().put("apiVersion", "apiregistration.k8s.io/v1");
            object.put("kind", "APIService").putObject("metadata").put("name", "v1.GROUP");
            object.set("spec", spec);
            step.put("request", "POST " + SERVICES).set("body", object);
        }
        return step;
    }

    private String play(ObjectNode step, ObjectNode scenario) throws Exception {
        if (step.get("service") instanceof ObjectNode service) {
            return service(service, scenario);
        }
        String[] request = places(Json.string(step, "request"), scenario).split(" ", 2);
        JsonNode body = step.get("body");
        String text = body == null ? null : places(body.isString() ? body.stringValue() : body.toString(), scenario);
        String until = Json.string(step, "until");
        String[] last = {""};
        if (until.isEmpty()) {
            last[0] = shown(send(request[0], request[1], text, step), step, scenario);
        } else {
            await(until + " of " + request[1])
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> {
                        HttpResponse<String> response = send(request[0], request[1], text, step);
                        last[0] = shown(response, step, scenario);
                        return (response.code() + " " + response.body()).contains(until);
                    });
        }
        return last[0];
    }

    /** A Service without a selector, and a slice by hand. */
    private String service(ObjectNode given, ObjectNode scenario) throws Exception {
        String namespace = namespace(scenario);
        ObjectNode service = Json.object();
        service.putObject("metadata").put("name", "mini");
        service.putObject("spec").putArray("ports").addObject().put("port", (int) Json.number(given, 443, "port"));
        StringBuilder codes = new StringBuilder();
        codes.append(send("POST", "/api/v1/namespaces/" + namespace + "/services", service.toString(), given)
                .code());
        if (!given.has("alone")) {
            ObjectNode slice = Json.object().put("addressType", "IPv4");
            slice.putObject("metadata")
                    .put("name", "mini-1")
                    .putObject("labels")
                    .put("kubernetes.io/service-name", "mini");
            ObjectNode endpoint = slice.putArray("endpoints").addObject();
            endpoint.putArray("addresses").add(host);
            if (given.has("unready")) {
                endpoint.putObject("conditions").put("ready", false);
            }
            slice.putArray("ports")
                    .addObject()
                    .put("name", Json.string(given, "portName"))
                    .put("port", given.has("dead") ? dead : mini.port());
            String path = "/apis/discovery.k8s.io/v1/namespaces/" + namespace + "/endpointslices";
            codes.append(' ').append(send("POST", path, slice.toString(), given).code());
        }
        return codes.toString();
    }

    private String places(String text, ObjectNode scenario) {
        String prefix = Json.string(scenario, "group");
        return text.replace("GROUP", (prefix.isEmpty() ? Json.string(scenario, "name") : prefix) + ".agg.test")
                .replace("NS", namespace(scenario))
                .replace("OTHERCA", other)
                .replace("CABUNDLE", base64(mini.caPem()))
                .replace("MINIPORT", Integer.toString(mini.port()))
                .replace("DEADPORT", Integer.toString(dead));
    }

    private HttpResponse<String> send(String method, String path, @Nullable String text, JsonNode step)
            throws Exception {
        String base = client.getMasterUrl().toString().replaceAll("/$", "");
        String type = Json.string(step, "type");
        HttpRequest.Builder request =
                client.getHttpClient().newHttpRequestBuilder().uri(base + path);
        request.method(method, text == null ? null : type.isEmpty() ? "application/json" : type, text);
        request.setHeader("Accept", "application/json");
        request.setHeader("User-Agent", "parity/1");
        Json.map(step, "headers").forEach((name, values) -> {
            for (String value : values.split(",(?=\\S)")) {
                request.header(name, value);
            }
        });
        if (Json.map(step, "headers").containsKey("Accept")) {
            request.setHeader("Accept", Json.string(step, "headers", "Accept"));
        }
        return client.getHttpClient().sendAsync(request.build(), String.class).get(70, TimeUnit.SECONDS);
    }

    private String shown(HttpResponse<String> response, ObjectNode step, ObjectNode scenario) {
        StringBuilder answer = new StringBuilder().append(response.code());
        for (String header : Json.strings(step, "show")) {
            answer.append(' ').append(response.headers(header));
        }
        if (step.has("code")) {
            return answer.toString();
        }
        String body = response.body() == null ? "" : response.body().strip();
        for (String line : body.startsWith("{") ? body.split("\\n(?=\\{)") : new String[] {body}) {
            String text = line;
            if (line.startsWith("{")) {
                JsonNode tree = Json.parseObject(line);
                String place = places(Json.string(step, "at"), scenario);
                tree = place.isEmpty() ? tree : tree.at(place);
                if (step.has("own")) {
                    tree = own(tree, scenario);
                }
                text = normal("", tree, step).toString();
            }
            answer.append(' ').append(text);
        }
        return clean(answer.toString(), scenario);
    }

    /** Of a list of groups those of this scenario, with the names of those around it. */
    private ArrayNode own(JsonNode groups, ObjectNode scenario) {
        ArrayNode own = Json.array();
        for (JsonNode group : groups) {
            String name = Json.string(group, "metadata", "name") + Json.string(group, "name");
            if (name.endsWith(".agg.test")) {
                own.add(group);
            }
        }
        return own;
    }

    private String clean(String text, ObjectNode scenario) {
        String prefix = Json.string(scenario, "group");
        return text.replace((prefix.isEmpty() ? Json.string(scenario, "name") : prefix) + ".agg.test", "GROUP")
                .replace(namespace(scenario), "NS")
                .replace(other, "OTHERCA")
                .replace(base64(mini.caPem()), "CABUNDLE")
                .replace(host + ":" + mini.port(), "HOST:MINIPORT")
                .replace(host + ":" + dead, "HOST:DEADPORT")
                .replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "UID");
    }

    private static JsonNode normal(String field, JsonNode node, ObjectNode step) {
        if (node instanceof ObjectNode object) {
            ObjectNode result = Json.object();
            new TreeMap<>(Map.copyOf(Json.fields(object))).forEach((name, value) -> {
                if (!LEFT.contains(name) && !Json.strings(step, "without").contains(name)) {
                    result.set(name, normal(name, value, step));
                }
            });
            return result;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode result = Json.array();
            array.forEach(item -> result.add(normal(field, item, step)));
            return result;
        }
        return TIMES.contains(field) && node.isString() ? Json.MAPPER.valueToTree("TIME") : node;
    }
}
