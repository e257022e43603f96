package kubelab.controlplane.metricsserver;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import kubelab.containers.clock.Clock;
import kubelab.containers.runtime.RuntimeContainer;
import kubelab.controlplane.apiserver.ApiServer;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.apiserver.request.ApiResponse;
import kubelab.controlplane.apiserver.verb.RequestContext;
import kubelab.controlplane.json.Json;
import kubelab.controlplane.kubelet.Kubelet;
import kubelab.controlplane.kubelet.Kubelets;
import kubelab.controlplane.kubelet.PodUsage;
import kubelab.controlplane.quantity.Amounts;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code kubectl top}: use of nodes and Pods at this moment.
 *
 * <p>Simplified: a figure is available as soon as a container runs; upstream reads every 15 seconds, and has a figure
 * after two readings. What a node uses in addition to its Pods is a fixed amount.
 */
public final class MetricsServer {
    private static final String GROUP = "metrics.k8s.io";
    private static final String API_VERSION = GROUP + "/v1beta1";
    private static final String WINDOW = "15s";
    private static final long NODE_NANOS = 40_000_000;
    private static final long NODE_BYTES = 400L << 20;

    private final KubernetesClient client;
    private final Kubelets kubelets;
    private final Clock clock;

    /** @param client reads Nodes */
    public MetricsServer(KubernetesClient client, Kubelets kubelets, Clock clock) {
        this.client = client;
        this.kubelets = kubelets;
        this.clock = clock;
    }

    /** Makes the API server answer for it from now on. */
    public void register(ApiServer server) {
        server.handle(GROUP, "nodes", "", this::nodes);
        server.handle(GROUP, "pods", "", this::pods);
    }

    private ApiResponse nodes(RequestContext call) {
        if (call.info().verb().equals("get")) {
            Node node = client.nodes().withName(call.name()).get();
            return Optional.ofNullable(node)
                    .flatMap(this::metrics)
                    .map(call::object)
                    .orElseThrow(() -> notFound("node", call.name()));
        }
        requireList(call);
        List<ObjectNode> all = new ArrayList<>();
        client.nodes().list().getItems().forEach(node -> metrics(node).ifPresent(all::add));
        return call.list(all);
    }

    private ApiResponse pods(RequestContext call) {
        List<PodUsage> usages = new ArrayList<>();
        for (Kubelet kubelet : kubelets.all()) {
            if (answers(kubelet)) {
                usages.addAll(kubelet.usage());
            }
        }
        String namespace = call.namespace();
        usages.removeIf(u ->
                !namespace.isEmpty() && !namespace.equals(u.pod().getMetadata().getNamespace()));
        if (call.info().verb().equals("get")) {
            return usages.stream()
                    .filter(u -> u.pod().getMetadata().getName().equals(call.name()))
                    .findFirst()
                    .map(u -> call.object(metrics(u)))
                    .orElseThrow(() -> notFound("pods", call.name()));
        }
        requireList(call);
        usages.sort(Comparator.comparing((PodUsage u) -> u.pod().getMetadata().getNamespace())
                .thenComparing(u -> u.pod().getMetadata().getName()));
        return call.list(usages.stream().map(this::metrics).toList());
    }

    private static void requireList(RequestContext call) {
        if (!call.info().verb().equals("list")) {
            throw ApiException.methodNotAllowed();
        }
    }

    /** Empty for a node whose kubelet does not answer. */
    private Optional<ObjectNode> metrics(Node node) {
        return kubelets.get(node.getMetadata().getName())
                .filter(MetricsServer::answers)
                .map(kubelet -> {
                    long nanos = NODE_NANOS;
                    long bytes = NODE_BYTES;
                    for (PodUsage pod : kubelet.usage()) {
                        for (RuntimeContainer.Usage usage : pod.containers().values()) {
                            nanos += usage.cpuNanosPerSecond();
                            bytes += usage.memoryBytes();
                        }
                    }
                    ObjectNode metrics = metrics(
                            "NodeMetrics",
                            node.getMetadata().getName(),
                            null,
                            node.getMetadata().getLabels());
                    metrics.set("usage", usage(nanos, bytes));
                    return metrics;
                });
    }

    private ObjectNode metrics(PodUsage pod) {
        ObjectNode metrics = metrics(
                "PodMetrics",
                pod.pod().getMetadata().getName(),
                pod.pod().getMetadata().getNamespace(),
                pod.pod().getMetadata().getLabels());
        var containers = metrics.putArray("containers");
        new TreeMap<>(pod.containers()).forEach((name, used) -> {
            ObjectNode container = containers.addObject().put("name", name);
            container.set("usage", usage(used.cpuNanosPerSecond(), used.memoryBytes()));
        });
        return metrics;
    }

    private ObjectNode metrics(
            String kind, String name, @Nullable String namespace, @Nullable Map<String, String> labels) {
        String now = clock.now().truncatedTo(ChronoUnit.SECONDS).toString();
        ObjectNode metrics = Json.object().put("kind", kind).put("apiVersion", API_VERSION);
        ObjectNode metadata = metrics.putObject("metadata").put("name", name);
        if (namespace != null) {
            metadata.put("namespace", namespace);
        }
        metadata.put("creationTimestamp", now);
        if (labels != null && !labels.isEmpty()) {
            ObjectNode copied = metadata.putObject("labels");
            new TreeMap<>(labels).forEach(copied::put);
        }
        return metrics.put("timestamp", now).put("window", WINDOW);
    }

    private static ObjectNode usage(long nanos, long bytes) {
        return Json.object().put("cpu", Amounts.nanos(nanos)).put("memory", Amounts.kibibytes(bytes));
    }

    private static boolean answers(Kubelet kubelet) {
        return kubelet.running() && !kubelet.isCutOff();
    }

    private static ApiException notFound(String kind, String name) {
        ObjectNode details = Json.object().put("name", name).put("kind", kind);
        return new ApiException(404, "NotFound", kind + " \"" + name + "\" not found", details);
    }
}
