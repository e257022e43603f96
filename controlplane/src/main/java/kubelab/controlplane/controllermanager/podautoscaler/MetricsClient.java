package kubelab.controlplane.controllermanager.podautoscaler;

import io.fabric8.kubernetes.api.model.autoscaling.v2.CrossVersionObjectReference;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.math.RoundingMode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import kubelab.controlplane.controllermanager.loop.Requests;
import kubelab.controlplane.json.Json;
import kubelab.controlplane.quantity.Amounts;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Asks the three metrics APIs, whoever serves them. A cluster without an adapter has no custom.metrics.k8s.io and no
 * external.metrics.k8s.io: then the answer is upstream's refusal.
 *
 * <p>Source: pkg/controller/podautoscaler/metrics/client.go and k8s.io/metrics/pkg/client, 1.34.
 */
final class MetricsClient {
    private static final String CUSTOM = "custom.metrics.k8s.io";
    private static final String EXTERNAL = "external.metrics.k8s.io";
    private static final List<String> CUSTOM_VERSIONS = List.of(CUSTOM + "/v1beta2", CUSTOM + "/v1beta1");
    private static final String NO_QUANTITY =
            "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
    private static final Duration DEFAULT_WINDOW = Duration.ofMinutes(1);

    private final Requests requests;
    private final ScaleClient kinds;

    /** @param kinds knows which resource a kind is */
    MetricsClient(Requests requests, ScaleClient kinds) {
        this.requests = requests;
        this.kinds = kinds;
    }

    /**
     * Use of a resource by Pods or, if {@code container} is given, by that container of each.
     *
     * @return Pod's name → its figure
     * @throws Undecided when there is no figure at all
     */
    Map<String, PodMetric> resource(String namespace, String resource, String selector, String container)
            throws Undecided {
        List<JsonNode> items = items(
                "resource metrics API",
                "/apis/metrics.k8s.io/v1beta1/namespaces/" + namespace + "/pods?labelSelector=" + encoded(selector),
                "pods.metrics.k8s.io",
                "");
        Map<String, PodMetric> figures = new HashMap<>();
        for (JsonNode pod : items) {
            long sum = 0;
            boolean complete =
                    container.isEmpty() && !Json.items(pod, "containers").isEmpty();
            for (JsonNode one : Json.items(pod, "containers")) {
                String used = Json.string(one, "usage", resource);
                boolean wanted = container.isEmpty() || container.equals(Json.string(one, "name"));
                if (wanted && !used.isEmpty()) {
                    sum += milli("resource metrics API", used);
                    complete |= !container.isEmpty();
                } else if (wanted) {
                    complete = false;
                    break;
                }
            }
            if (complete) {
                figures.put(
                        Json.string(pod, "metadata", "name"),
                        new PodMetric(
                                sum, time("resource metrics API", pod), GoDuration.parse(Json.string(pod, "window"))));
            }
        }
        return figures;
    }

    /** A metric of each Pod. @return Pod's name → its figure */
    Map<String, PodMetric> pods(String namespace, String metric, String selector, String metricSelector)
            throws Undecided {
        List<JsonNode> items = items(
                "custom metrics API",
                customVersion() + "/namespaces/" + namespace + "/pods/*/" + metric + "?labelSelector="
                        + encoded(selector) + selected(metricSelector),
                "pods." + CUSTOM,
                "*");
        Map<String, PodMetric> figures = new HashMap<>();
        for (JsonNode item : items) {
            long seconds = Json.number(item, Json.number(item, DEFAULT_WINDOW.toSeconds(), "window"), "windowSeconds");
            figures.put(
                    Json.string(item, "describedObject", "name"),
                    new PodMetric(
                            milli("custom metrics API", Json.string(item, "value")),
                            time("custom metrics API", item),
                            Duration.ofSeconds(seconds)));
        }
        return figures;
    }

    /** A metric of one object. @return in thousandths */
    long object(String namespace, CrossVersionObjectReference object, String metric, String metricSelector)
            throws Undecided {
        String version = customVersion();
        String apiVersion = Objects.requireNonNullElse(object.getApiVersion(), "");
        String group = apiVersion.contains("/") ? apiVersion.substring(0, apiVersion.indexOf('/')) : "";
        String resource;
        String path;
        if (group.isEmpty() && object.getKind().equals("Namespace")) {
            resource = "metrics";
            path = "/metrics/" + metric;
        } else {
            resource = resource(group, object.getKind());
            path = "/" + resource + "/" + object.getName() + "/" + metric;
        }
        String name = resource.equals("metrics") ? metric : object.getName();
        List<JsonNode> items = answer(
                "custom metrics API",
                version + "/namespaces/" + namespace + path + "?" + selected(metricSelector),
                resource + "." + CUSTOM,
                name);
        if (items.size() != 1) {
            throw new Undecided(
                    "unable to fetch metrics from custom metrics API: the custom metrics API server returned "
                            + items.size() + " results when we asked for exactly one");
        }
        return milli("custom metrics API", Json.string(items.get(0), "value"));
    }

    /** A metric from outside the cluster: each series that the selector chooses. @return in thousandths */
    List<Long> external(String namespace, String metric, String selector) throws Undecided {
        String api = "external metrics API";
        List<Long> values = new ArrayList<>();
        for (JsonNode item : items(
                api,
                "/apis/" + EXTERNAL + "/v1beta1/namespaces/" + namespace + "/" + metric + "?labelSelector="
                        + encoded(selector),
                metric + "." + EXTERNAL,
                "")) {
            values.add(milli(api, Json.string(item, "value")));
        }
        return values;
    }

    private String resource(String group, String kind) throws Undecided {
        try {
            return kinds.mappings(group, kind).get(0).resource();
        } catch (Undecided e) {
            throw new Undecided("unable to fetch metrics from custom metrics API: unable to map kind " + kind
                    + (group.isEmpty() ? "" : "." + group) + " to resource: " + e.why());
        }
    }

    /** The path of the version that the group prefers, if this client knows it, else of the first that it knows. */
    private String customVersion() throws Undecided {
        HttpResponse<String> answer = Answers.of(requests, requests.to("/apis/" + CUSTOM));
        if (!answer.isSuccessful()) {
            throw new Undecided("unable to fetch metrics from custom metrics API: no custom metrics API (" + CUSTOM
                    + ") registered");
        }
        ObjectNode group = Json.parseObject(answer.body());
        String preferred = Json.string(group, "preferredVersion", "groupVersion");
        if (CUSTOM_VERSIONS.contains(preferred)) {
            return "/apis/" + preferred;
        }
        return Json.items(group, "versions").stream()
                .map(version -> Json.string(version, "groupVersion"))
                .filter(CUSTOM_VERSIONS::contains)
                .findFirst()
                .map(version -> "/apis/" + version)
                .orElseThrow(() -> new Undecided("unable to fetch metrics from custom metrics API: no known available"
                        + " metric versions found"));
    }

    private List<JsonNode> items(String api, String path, String resource, String name) throws Undecided {
        List<JsonNode> items = answer(api, path, resource, name);
        if (items.isEmpty()) {
            throw new Undecided("no metrics returned from " + api);
        }
        return items;
    }

    private List<JsonNode> answer(String api, String path, String resource, String name) throws Undecided {
        try {
            HttpResponse<String> answer = Answers.of(requests, requests.to(path));
            if (!answer.isSuccessful()) {
                throw Answers.refused(answer, "get", resource, name);
            }
            String body = Objects.requireNonNullElse(answer.body(), "");
            return Json.items(Json.parse(body.getBytes(StandardCharsets.UTF_8)), "items");
        } catch (Undecided e) {
            throw unreadable(api, e.why());
        } catch (JacksonException noJson) {
            throw unreadable(api, "the answer is no JSON: " + noJson.getOriginalMessage());
        }
    }

    /** Whoever serves the API may serve anything. */
    private static Undecided unreadable(String api, String why) {
        return new Undecided("unable to fetch metrics from " + api + ": " + why);
    }

    private static long milli(String api, String quantity) throws Undecided {
        try {
            return Amounts.value(quantity)
                    .movePointRight(3)
                    .setScale(0, RoundingMode.CEILING)
                    .longValue();
        } catch (NumberFormatException e) {
            throw unreadable(api, NO_QUANTITY);
        }
    }

    /** Of an item; one that is not there is long ago. */
    private static Instant time(String api, JsonNode item) throws Undecided {
        String text = Json.string(item, "timestamp");
        try {
            return text.isEmpty() ? Instant.EPOCH : Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw unreadable(api, String.valueOf(e.getMessage()));
        }
    }

    private static String selected(String metricSelector) {
        return metricSelector.isEmpty() ? "" : "&metricLabelSelector=" + encoded(metricSelector);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
