package kubelab.controlplane.controllermanager;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Figures that are given, not measured, as the three metrics APIs would tell them: the same to a real cluster and to the
 * embedded one. What is given for a namespace:
 *
 * <pre>
 * pods: {cpu: 200m, memory: 50Mi}     # of each container of each running Pod; [{…}, null] for one Pod after the other;
 *                                     # containers: {NAME: {cpu: …}}, age: SECONDS, window: 15s
 * custom: {pods/METRIC: 20, services/NAME/METRIC: 100, metrics/METRIC: 5}
 * external: {METRIC: [30, 12]}
 * </pre>
 */
final class GivenMetrics {
    private static final Pattern RESOURCE = Pattern.compile("/apis/metrics.k8s.io/v1beta1/namespaces/([^/]+)/pods");
    private static final Pattern CUSTOM =
            Pattern.compile("/apis/custom.metrics.k8s.io/v1beta2/namespaces/([^/]+)/(.+)");
    private static final Pattern EXTERNAL =
            Pattern.compile("/apis/external.metrics.k8s.io/v1beta1/namespaces/([^/]+)/([^/]+)");

    private final KubernetesClient client;
    private final Supplier<Instant> now;
    private final Map<String, Map<String, Object>> given = new ConcurrentHashMap<>();

    GivenMetrics(KubernetesClient client, Supplier<Instant> now) {
        this.client = client;
        this.now = now;
    }

    /** From now on these are the figures of a namespace. */
    void give(String namespace, Map<String, Object> figures) {
        given.put(namespace, figures);
    }

    /** @param selector the request's labelSelector. @return empty when there is nothing at this path */
    Optional<ObjectNode> answer(String path, String selector) {
        Matcher resource = RESOURCE.matcher(path);
        if (resource.matches()) {
            return Optional.of(podMetrics(resource.group(1), selector));
        }
        Matcher custom = CUSTOM.matcher(path);
        if (custom.matches()) {
            return custom(custom.group(1), custom.group(2), selector);
        }
        Matcher external = EXTERNAL.matcher(path);
        return external.matches() ? Optional.of(external(external.group(1), external.group(2))) : Optional.empty();
    }

    private ObjectNode podMetrics(String namespace, String selector) {
        ObjectNode list = list("PodMetricsList", "metrics.k8s.io/v1beta1");
        Object figures = map(given.get(namespace)).get("pods");
        List<Pod> pods = running(namespace, selector);
        for (int i = 0; i < pods.size(); i++) {
            Object one = figures instanceof List<?> each ? (i < each.size() ? each.get(i) : null) : figures;
            if (one == null) {
                continue;
            }
            Map<String, Object> use = map(one);
            ObjectNode item = ((ArrayNode) list.get("items")).addObject();
            item.putObject("metadata")
                    .put("name", pods.get(i).getMetadata().getName())
                    .put("namespace", namespace);
            item.put("timestamp", time(use)).put("window", String.valueOf(use.getOrDefault("window", "1s")));
            ArrayNode containers = item.putArray("containers");
            Map<String, Object> named = map(use.get("containers"));
            pods.get(i).getSpec().getContainers().forEach(container -> {
                Map<String, Object> of = named.isEmpty() ? use : map(named.get(container.getName()));
                ObjectNode usage =
                        containers.addObject().put("name", container.getName()).putObject("usage");
                for (String what : List.of("cpu", "memory")) {
                    if (of.containsKey(what)) {
                        usage.put(what, String.valueOf(of.get(what)));
                    }
                }
            });
        }
        return list;
    }

    private Optional<ObjectNode> custom(String namespace, String rest, String selector) {
        Map<String, Object> figures = map(map(given.get(namespace)).get("custom"));
        ObjectNode list = list("MetricValueList", "custom.metrics.k8s.io/v1beta2");
        ArrayNode items = (ArrayNode) list.get("items");
        if (rest.startsWith("pods/*/")) {
            Object value = figures.get(rest.replace("/*/", "/"));
            if (value == null) {
                return Optional.empty();
            }
            running(namespace, selector)
                    .forEach(pod -> value(items, value, "Pod", pod.getMetadata().getName(), rest));
            return Optional.of(list);
        }
        Object value = figures.get(rest);
        if (value == null) {
            return Optional.empty();
        }
        value(items, value, "Object", rest, rest);
        return Optional.of(list);
    }

    private void value(ArrayNode items, Object value, String kind, String name, String metric) {
        ObjectNode item = items.addObject();
        item.putObject("describedObject").put("kind", kind).put("name", name);
        item.putObject("metric").put("name", metric.substring(metric.lastIndexOf('/') + 1));
        item.put("timestamp", time(Map.of())).put("windowSeconds", 1).put("value", String.valueOf(value));
    }

    private ObjectNode external(String namespace, String metric) {
        ObjectNode list = list("ExternalMetricValueList", "external.metrics.k8s.io/v1beta1");
        Object values = map(map(given.get(namespace)).get("external")).get(metric);
        if (values instanceof List<?> each) {
            each.forEach(value -> ((ArrayNode) list.get("items"))
                    .addObject()
                    .put("metricName", metric)
                    .put("timestamp", time(Map.of()))
                    .put("value", String.valueOf(value)));
        }
        return list;
    }

    private List<Pod> running(String namespace, String selector) {
        List<Pod> pods = new ArrayList<>(client.pods()
                .inNamespace(namespace)
                .withLabelSelector(selector)
                .list()
                .getItems());
        pods.removeIf(p -> !"Running".equals(p.getStatus().getPhase()));
        pods.sort(Comparator.comparing(p -> p.getMetadata().getName()));
        return pods;
    }

    private String time(Map<String, Object> use) {
        int age = (Integer) Objects.requireNonNullElse(use.get("age"), 0);
        return now.get().minusSeconds(age).truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static ObjectNode list(String kind, String apiVersion) {
        ObjectNode list = Json.object().put("kind", kind).put("apiVersion", apiVersion);
        list.putObject("metadata");
        list.putArray("items");
        return list;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return value == null ? Map.of() : (Map<String, Object>) value;
    }
}
