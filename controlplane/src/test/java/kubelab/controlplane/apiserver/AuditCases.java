package kubelab.controlplane.apiserver;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Sends the requests of AuditParityTest to any cluster, and reads in its audit log what came of them. */
final class AuditCases implements AutoCloseable {
    private static final String LOG = "/logs/kubernetes/audit.log";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Set<String> TIMES =
            Set.of("requestReceivedTimestamp", "stageTimestamp", "creationTimestamp", "time", "expirationTimestamp");
    private static final Set<String> LEFT = Set.of("extra", "auditID");

    private final Config admin;
    private final KubernetesClient client;
    private final Map<String, KubernetesClient> accounts = new LinkedHashMap<>();

    AuditCases(String kubeconfig, ObjectNode cases) {
        admin = new ConfigBuilder(Config.fromKubeconfig(kubeconfig))
                .withRequestRetryBackoffLimit(0)
                .withUserAgent("parity/1")
                .build();
        client = new KubernetesClientBuilder().withConfig(admin).build();
        for (String namespace : Json.strings(cases, "namespaces")) {
            client.resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(namespace)
                            .endMetadata()
                            .build())
                    .create();
        }
        for (String account : Json.strings(cases, "accounts")) {
            String[] parts = account.split("/");
            var found = client.serviceAccounts().inNamespace(parts[0]);
            found.resource(new ServiceAccountBuilder()
                            .withNewMetadata()
                            .withName(parts[1])
                            .endMetadata()
                            .build())
                    .create();
            accounts.put(
                    account,
                    withToken(found.withName(parts[1])
                            .tokenRequest(new TokenRequestBuilder()
                                    .withNewSpec()
                                    .endSpec()
                                    .build())
                            .getStatus()
                            .getToken()));
        }
    }

    @Override
    public void close() {
        accounts.values().forEach(KubernetesClient::close);
        client.close();
    }

    /** @return for each step the code and the Events, without what differs from run to run */
    List<String> answers(ObjectNode scenario) throws Exception {
        List<String> answers = new ArrayList<>();
        for (ObjectNode step : Json.objects(scenario, "steps")) {
            answers.add(answer(step));
        }
        return answers;
    }

    private String answer(ObjectNode step) throws Exception {
        String until = Json.string(step, "until");
        String[] id = {""};
        int[] code = {0};
        if (until.isEmpty()) {
            id[0] = UUID.randomUUID().toString();
            code[0] = send(step, id[0]).code();
        } else {
            await(until).atMost(PATIENCE).until(() -> {
                id[0] = UUID.randomUUID().toString();
                code[0] = send(step, id[0]).code();
                return until.equals(Integer.toString(code[0]));
            });
        }
        StringBuilder answer = new StringBuilder().append(code[0]);
        for (ObjectNode event : events(step, id[0])) {
            answer.append(' ').append(normal("", event, step.has("refOnly")));
        }
        return answer.toString();
    }

    /** Waits for the last Event; where there must be none, for that of a later request. */
    private List<ObjectNode> events(ObjectNode step, String id) throws Exception {
        String last = Json.string(step, "last").isEmpty() ? "ResponseComplete" : Json.string(step, "last");
        boolean nothing = step.has("nothing");
        String marker = UUID.randomUUID().toString();
        if (nothing) {
            send(Json.object().put("request", "GET /version"), marker);
        }
        List<List<ObjectNode>> found = new ArrayList<>();
        await("an Event of " + step.get("request") + " at " + last)
                .atMost(PATIENCE)
                .until(() -> {
                    List<ObjectNode> log = log();
                    found.clear();
                    found.add(with(log, id));
                    List<ObjectNode> end = nothing ? with(log, marker) : found.get(0);
                    return end.stream()
                            .anyMatch(e -> nothing || Json.string(e, "stage").equals(last));
                });
        return found.get(0);
    }

    private static List<ObjectNode> with(List<ObjectNode> events, String id) {
        return events.stream().filter(e -> Json.string(e, "auditID").equals(id)).toList();
    }

    private List<ObjectNode> log() {
        String text = client.raw(LOG);
        int whole = text == null ? 0 : text.lastIndexOf('\n') + 1;
        return whole == 0
                ? List.of()
                : text.substring(0, whole).lines().map(Json::parseObject).toList();
    }

    private HttpResponse<String> send(ObjectNode step, String id) throws Exception {
        String[] request = Json.string(step, "request").split(" ", 2);
        JsonNode body = step.get("body");
        String text = body == null ? null : body.isString() ? body.stringValue() : body.toString();
        String type = Json.string(step, "type");
        KubernetesClient from = client(step);
        String base = from.getMasterUrl().toString().replaceAll("/$", "");
        HttpRequest.Builder builder =
                from.getHttpClient().newHttpRequestBuilder().uri(base + request[1]);
        builder.method(request[0], text == null ? null : type.isEmpty() ? "application/json" : type, text);
        builder.setHeader("Accept", "application/json");
        builder.setHeader("Audit-ID", id);
        Json.map(step, "headers").forEach(builder::setHeader);
        HttpResponse<String> response =
                from.getHttpClient().sendAsync(builder.build(), String.class).get(30, TimeUnit.SECONDS);
        if (step.has("token")) {
            from.close();
        }
        return response;
    }

    private KubernetesClient client(ObjectNode step) {
        String token = Json.string(step, "token");
        if (!token.isEmpty()) {
            return withToken(token);
        }
        KubernetesClient account = accounts.get(Json.string(step, "as"));
        return account == null ? client : account;
    }

    /** A server takes a certificate's word before a token's, so this one has none. */
    private KubernetesClient withToken(String token) {
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl(admin.getMasterUrl())
                .withCaCertData(admin.getCaCertData())
                .withOauthToken(token)
                .withUserAgent("parity/1")
                .withRequestRetryBackoffLimit(0)
                .build();
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    private static JsonNode normal(String field, JsonNode node, boolean refOnly) {
        if (node instanceof ObjectNode object) {
            ObjectNode result = Json.object();
            List<String> names = new ArrayList<>(object.propertyNames());
            names.sort(null);
            for (String name : names) {
                boolean left = LEFT.contains(name) || refOnly && name.equals("requestObject");
                JsonNode value = object.get(name);
                // What a Go structure writes although nothing of it was sent.
                boolean zero =
                        field.equals("requestObject") && (name.equals("status") || value.isObject() && value.isEmpty());
                // Only the authorizer's annotations are there on both.
                boolean other = field.equals("annotations") && !name.startsWith("authorization");
                if (!left && !zero && !other && !value.isNull()) {
                    result.set(name, normal(name, value, refOnly));
                }
            }
            return result;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode result = Json.array();
            array.forEach(item -> result.add(normal(field, item, refOnly)));
            return result;
        }
        return node.isString() ? Json.MAPPER.valueToTree(normal(field, node.stringValue())) : node;
    }

    private static @Nullable String normal(String field, String text) {
        if (TIMES.contains(field)) {
            return "TIME";
        }
        if (field.equals("resourceVersion") && text.length() > 1) {
            return "VERSION";
        }
        if (field.equals("sourceIPs") && !text.startsWith("203") && !text.startsWith("198")) {
            return "PEER";
        }
        if (field.equals("clusterIP") || field.equals("clusterIPs")) {
            return "ADDRESS";
        }
        return text.replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "UID")
                // Which of two roles that allow the same is looked at first is left to chance.
                .replaceAll("system:(discovery|public-info-viewer)", "EITHER");
    }
}
