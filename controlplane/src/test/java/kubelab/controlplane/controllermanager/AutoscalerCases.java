package kubelab.controlplane.controllermanager;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Plays the steps of one case of {@code autoscaling/cases.yaml} in a namespace of its own, which is called like the case. Each
 * step is one of
 *
 * <pre>
 * deployment: {replicas: 1, cpu: 100m, …}   # web, of pauses; waits until its Pods are ready
 * figures: {…}                              # see GivenMetrics
 * hpa: {…}                                  # spec of the autoscaler web for the Deployment web
 * create | refused: an object as YAML       # refused: the answer is the refusal
 * delete: PATH
 * patch: {path, body}                       # merge patch; NS stands for the namespace
 * until: {replicas: 3}                      # of the target; or REASON: a condition's
 * settle: 35                                # so many seconds of cluster time pass
 * show: [status, events, row, v1, spec, object PATH]
 * </pre>
 */
final class AutoscalerCases {
    /** Of cluster time. */
    private static final Duration PATIENCE = Duration.ofMinutes(12);

    private static final String AUTOSCALER = "/apis/autoscaling/v2/namespaces/NS/horizontalpodautoscalers/web";

    private final KubernetesClient client;
    private final GivenMetrics metrics;
    private final CaseClock clock;
    private final String namespace;
    private final List<String> answers = new ArrayList<>();

    AutoscalerCases(KubernetesClient client, GivenMetrics metrics, CaseClock clock, String namespace) {
        this.client = client;
        this.metrics = metrics;
        this.clock = clock;
        this.namespace = namespace;
    }

    List<String> answers(List<Map<String, Object>> steps) {
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .build())
                .create();
        until(() -> client.serviceAccounts()
                        .inNamespace(namespace)
                        .withName("default")
                        .get()
                != null);
        for (Map<String, Object> step : steps) {
            step.forEach(this::play);
        }
        return answers;
    }

    void end() {
        client.namespaces().withName(namespace).delete();
    }

    private void play(String what, Object with) {
        switch (what) {
            case "deployment" -> deployment(map(with));
            case "figures" -> metrics.give(namespace, map(with));
            case "hpa" -> create(autoscaler(map(with)));
            case "create" -> create((String) with);
            case "refused" -> answers.add(refused((String) with));
            case "delete" -> delete(((String) with).replace("NS", namespace));
            case "patch" -> patch(map(with));
            case "until" -> map(with).forEach((field, value) -> until(() -> reached(field, value)));
            case "settle" -> {
                Instant end = clock.now().plusSeconds((Integer) with);
                until(() -> clock.now().isAfter(end));
            }
            case "show" -> ((List<?>) with).forEach(one -> show((String) one));
            default -> throw new IllegalArgumentException("no step " + what);
        }
    }

    private void deployment(Map<String, Object> with) {
        int replicas = (Integer) with.getOrDefault("replicas", 1);
        String requests = with.containsKey("cpu") || with.containsKey("memory")
                ? ", resources: {requests: " + Serialization.asJson(only(with, "cpu", "memory")) + "}"
                : "";
        create("{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: " + replicas
                + ", selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {"
                + "terminationGracePeriodSeconds: 0, containers: [{name: c, image: 'registry.k8s.io/pause:3.10'"
                + requests + "}]}}}}");
        until(() -> reached("ready", replicas));
    }

    private static String autoscaler(Map<String, Object> spec) {
        Map<String, Object> whole = new LinkedHashMap<>();
        whole.put("scaleTargetRef", Map.of("apiVersion", "apps/v1", "kind", "Deployment", "name", "web"));
        whole.putAll(spec);
        return Serialization.asJson(Map.of(
                "apiVersion",
                "autoscaling/v2",
                "kind",
                "HorizontalPodAutoscaler",
                "metadata",
                Map.of("name", "web"),
                "spec",
                whole));
    }

    private void create(String object) {
        client.resource("---\n" + object).inNamespace(namespace).create();
    }

    private String refused(String object) {
        try {
            client.resource("---\n" + object).inNamespace(namespace).create();
            return "created";
        } catch (KubernetesClientException e) {
            return e.getStatus() == null
                    ? String.valueOf(e.getMessage())
                    : e.getStatus().getMessage();
        }
    }

    /** In the background; waits until it is gone. */
    private void delete(String path) {
        client.raw(path, "DELETE", "{}");
        until(() -> get(path).isEmpty());
    }

    private void patch(Map<String, Object> with) {
        String path = ((String) with.get("path")).replace("NS", namespace);
        var request = client.getHttpClient()
                .newHttpRequestBuilder()
                .uri(client.getConfiguration().getMasterUrl().replaceFirst("/$", "") + path)
                .patch("application/merge-patch+json", Serialization.asJson(with.get("body")));
        var response =
                client.getHttpClient().sendAsync(request.build(), String.class).join();
        if (!response.isSuccessful()) {
            answers.add(Json.string(Json.parseObject(response.body()), "message"));
        }
    }

    private boolean reached(String field, Object value) {
        if (field.equals("replicas")) {
            Integer replicas = client.apps()
                    .deployments()
                    .inNamespace(namespace)
                    .withName("web")
                    .get()
                    .getSpec()
                    .getReplicas();
            return value.equals(replicas);
        }
        if (field.equals("ready")) {
            return value.equals(client.apps()
                    .deployments()
                    .inNamespace(namespace)
                    .withName("web")
                    .get()
                    .getStatus()
                    .getReadyReplicas());
        }
        return Json.items(get(AUTOSCALER), "status", "conditions").stream()
                .anyMatch(c -> Json.string(c, "type").equals(field)
                        && Json.string(c, "reason").equals(value));
    }

    private void show(String what) {
        switch (what) {
            case "status" -> status();
            case "events" -> events();
            case "spec" -> answers.add("spec " + sorted(Json.object(get(AUTOSCALER), "spec")));
            case "row" -> row("v2");
            case "rowv1" -> row("v1");
            case "v1" -> {
                ObjectNode object = get(AUTOSCALER.replace("/v2/", "/v1/"));
                answers.add("v1 spec " + sorted(Json.object(object, "spec")));
                answers.add("v1 status " + stable(sorted(Json.object(object, "status"))));
                Json.map(object, "metadata", "annotations")
                        .forEach((key, value) -> answers.add("v1 " + key + " " + stable(value)));
            }
            default -> {
                String path = what.replace("object ", "").replace("NS", namespace);
                ObjectNode object = get(path);
                answers.add(stable(sorted(Json.object(object, "spec")) + " " + sorted(Json.object(object, "status"))));
            }
        }
    }

    private void status() {
        ObjectNode status = Json.object(get(AUTOSCALER), "status");
        answers.add("current " + status.get("currentReplicas") + ", desired " + status.get("desiredReplicas")
                + ", lastScaleTime " + status.has("lastScaleTime") + ", metrics "
                + sorted(status.get("currentMetrics")));
        Json.items(status, "conditions")
                .forEach(c -> answers.add(Json.string(c, "type") + " " + Json.string(c, "status") + " "
                        + Json.string(c, "reason") + ": " + stable(Json.string(c, "message"))));
    }

    private void events() {
        TreeSet<String> all = new TreeSet<>();
        for (Event event : client.v1().events().inNamespace(namespace).list().getItems()) {
            if ("HorizontalPodAutoscaler".equals(event.getInvolvedObject().getKind())) {
                all.add("Event " + event.getInvolvedObject().getName() + " of "
                        + event.getSource().getComponent() + " " + event.getType() + " " + event.getReason() + ": "
                        + stable(event.getMessage()));
            }
        }
        answers.addAll(all);
    }

    private void row(String version) {
        var request = client.getHttpClient()
                .newHttpRequestBuilder()
                .uri(client.getConfiguration().getMasterUrl().replaceFirst("/$", "")
                        + AUTOSCALER.replace("/v2/", "/" + version + "/").replace("NS", namespace))
                .header("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io");
        JsonNode table = Json.parseObject(client.getHttpClient()
                .sendAsync(request.build(), String.class)
                .join()
                .body());
        List<String> cells = new ArrayList<>();
        Json.items(Json.items(table, "rows").get(0), "cells").forEach(cell -> cells.add(cell.asString()));
        answers.add(version + " row " + cells.subList(0, cells.size() - 1));
    }

    private ObjectNode get(String path) {
        String answer = client.raw(path.replace("NS", namespace));
        return answer == null ? Json.object() : Json.parseObject(answer);
    }

    /** The order of fields is no part of an answer. */
    private static String sorted(JsonNode value) {
        if (value instanceof ObjectNode object) {
            List<String> fields = new ArrayList<>();
            object.properties().forEach(e -> fields.add("\"" + e.getKey() + "\":" + sorted(e.getValue())));
            fields.sort(null);
            return "{" + String.join(",", fields) + "}";
        }
        if (value instanceof ArrayNode array) {
            List<String> items = new ArrayList<>();
            array.forEach(item -> items.add(sorted(item)));
            return "[" + String.join(",", items) + "]";
        }
        return String.valueOf(value);
    }

    private String stable(String text) {
        return text.replaceAll("web-[a-z0-9]{6,10}-[a-z0-9]{5}", "web-x-x")
                .replaceAll("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ", "TIME")
                .replaceAll("(uid: |UID in precondition: )[-0-9a-f]{36}", "$1UID")
                // Which of two autoscalers comes first is chance.
                .replaceAll("multiple HPAs: \\[(\\S+/other) (\\S+/web)]", "multiple HPAs: [$1 $2]")
                .replaceAll("multiple HPAs: \\[(\\S+/web) (\\S+/other)]", "multiple HPAs: [$2 $1]");
    }

    private void until(BooleanSupplier condition) {
        Instant latest = clock.now().plus(PATIENCE);
        while (!condition.getAsBoolean()) {
            if (clock.now().isAfter(latest)) {
                throw new AssertionError(namespace + ": not reached; the autoscaler is " + get(AUTOSCALER));
            }
            clock.pass();
        }
    }

    private static Map<String, Object> only(Map<String, Object> all, String... keys) {
        Map<String, Object> some = new LinkedHashMap<>();
        for (String key : keys) {
            if (all.containsKey(key)) {
                some.put(key, all.get(key));
            }
        }
        return some;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return value == null ? Map.of() : (Map<String, Object>) value;
    }
}
