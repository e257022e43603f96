package kubelab.controlplane.controllermanager;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import kubelab.controlplane.apiserver.ApiServer;
import kubelab.controlplane.apiserver.registry.Resource;
import kubelab.controlplane.apiserver.request.ApiResponse;
import kubelab.controlplane.apiserver.strategy.Strategies;
import kubelab.controlplane.apiserver.verb.RequestContext;
import org.jspecify.annotations.Nullable;

/**
 * Serves {@link GivenMetrics} in place of the metrics server of an embedded cluster. As long as APIs cannot be aggregated, the
 * other two APIs are rows of the registry: one for each metric that is given.
 */
final class MetricsForEmbeddedCluster {
    private final GivenMetrics metrics;
    private final ApiServer server;

    /** Until {@link #register}, the cluster is one without a metrics server. */
    MetricsForEmbeddedCluster(GivenMetrics metrics, ApiServer server) {
        this.metrics = metrics;
        this.server = server;
        server.handle("metrics.k8s.io", "pods", "", call -> ApiResponse.text(404, "404 page not found\n"));
    }

    void register(List<Map<String, Object>> cases) {
        server.handle("metrics.k8s.io", "pods", "", this::answer);
        Map<String, Set<String>> custom = new TreeMap<>();
        Set<String> external = new TreeSet<>();
        names(cases, "custom").forEach(path -> {
            String[] parts = path.split("/");
            custom.computeIfAbsent(parts[0], plural -> new TreeSet<>()).add(parts[parts.length - 1]);
        });
        external.addAll(names(cases, "external"));
        custom.forEach((plural, names) -> {
            add("custom.metrics.k8s.io", "v1beta2", plural, names);
            server.handle("custom.metrics.k8s.io", plural, "", this::answer);
            names.forEach(name -> server.handle("custom.metrics.k8s.io", plural, name, this::answer));
        });
        external.forEach(name -> {
            add("external.metrics.k8s.io", "v1beta1", name, Set.of());
            server.handle("external.metrics.k8s.io", name, "", this::answer);
        });
    }

    private void add(String group, String version, String plural, Set<String> subresources) {
        List<Resource.Sub> subs = subresources.stream()
                .map(name -> new Resource.Sub(name, group, version, "MetricValueList", Set.of("get")))
                .toList();
        server.registry()
                .replaceCustom(
                        group,
                        plural,
                        List.of(new Resource(
                                group,
                                version,
                                "MetricValueList",
                                plural,
                                "",
                                true,
                                List.of(),
                                List.of(),
                                new LinkedHashSet<>(List.of("get", "list")),
                                subs,
                                Strategies.builtIn(group + "/" + version, "MetricValueList"),
                                null)));
    }

    private ApiResponse answer(RequestContext call) {
        return metrics.answer(call.request().path(), call.request().param("labelSelector"))
                .map(list -> (ApiResponse) ApiResponse.json(200, list))
                .orElseGet(() -> ApiResponse.text(404, "404 page not found\n"));
    }

    /** What any step of any case gives or asks for. */
    @SuppressWarnings("unchecked")
    private static Set<String> names(List<Map<String, Object>> cases, String kind) {
        Set<String> names = new TreeSet<>();
        for (Map<String, Object> test : cases) {
            for (Map<String, Object> step : (List<Map<String, Object>>) test.get("steps")) {
                names.addAll(map(map(step.get("figures")).get(kind)).keySet());
                for (Object metric : (List<Object>) map(step.get("hpa")).getOrDefault("metrics", List.of())) {
                    String type = kind.equals("custom") ? "pods" : kind;
                    Object name = map(map(map(metric).get(type)).get("metric")).get("name");
                    if (name != null) {
                        names.add(kind.equals("custom") ? "pods/" + name : (String) name);
                    }
                }
            }
        }
        return names;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(@Nullable Object value) {
        return value == null ? Map.of() : (Map<String, Object>) value;
    }
}
