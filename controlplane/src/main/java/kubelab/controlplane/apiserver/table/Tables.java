package kubelab.controlplane.apiserver.table;

import static java.util.Map.entry;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Objects as rows. Safe for use by many threads.
 *
 * <p>Source: k8s.io/kubernetes/pkg/printers/internalversion and k8s.io/apiserver/pkg/endpoints/handlers/response.go
 * (1.34). Simplified: the parameters column of an IngressClass and the tokens column of a CSIDriver are left empty.
 */
public final class Tables {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String COLUMNS = "/kubelab/controlplane/apiserver/table/columns.txt";

    /** What a row carries of its object: the query parameter {@code includeObject}. */
    public enum IncludeObject {
        /** Nothing. */
        NONE,
        /** The metadata, which kubectl needs for labels, namespaces and sorting. */
        METADATA,
        /** The whole object. */
        OBJECT;

        /** {@code None}, {@code Metadata} (also the default of an absent parameter), {@code Object}. */
        public static IncludeObject of(String parameter) {
            return switch (parameter) {
                case "None" -> NONE;
                case "Object" -> OBJECT;
                default -> METADATA;
            };
        }
    }

    /** Computes the cells of one object, one a column. */
    interface Row {
        List<Object> cells(JsonNode object, Instant now);
    }

    private static final Map<String, Row> ROWS = Map.ofEntries(
            entry("v1/pods", PodRow::cells),
            entry("v1/podtemplates", WorkloadRows::podTemplate),
            entry("v1/replicationcontrollers", WorkloadRows::replicaSet),
            entry("apps/v1/replicasets", WorkloadRows::replicaSet),
            entry("apps/v1/deployments", WorkloadRows::deployment),
            entry("apps/v1/statefulsets", WorkloadRows::statefulSet),
            entry("apps/v1/daemonsets", WorkloadRows::daemonSet),
            entry("apps/v1/controllerrevisions", WorkloadRows::controllerRevision),
            entry("batch/v1/jobs", WorkloadRows::job),
            entry("batch/v1/cronjobs", WorkloadRows::cronJob),
            entry("autoscaling/v1/horizontalpodautoscalers", AutoscalerRow::cellsV1),
            entry("autoscaling/v2/horizontalpodautoscalers", AutoscalerRow::cells),
            entry("policy/v1/poddisruptionbudgets", WorkloadRows::disruptionBudget),
            entry("admissionregistration.k8s.io/v1/validatingadmissionpolicies", PolicyRows::policy),
            entry("admissionregistration.k8s.io/v1/validatingadmissionpolicybindings", PolicyRows::binding),
            entry("v1/services", NetworkRows::service),
            entry("v1/endpoints", NetworkRows::endpoints),
            entry("discovery.k8s.io/v1/endpointslices", NetworkRows::endpointSlice),
            entry("networking.k8s.io/v1/ingresses", NetworkRows::ingress),
            entry("networking.k8s.io/v1/ingressclasses", NetworkRows::ingressClass),
            entry("networking.k8s.io/v1/networkpolicies", NetworkRows::networkPolicy),
            entry("networking.k8s.io/v1/servicecidrs", NetworkRows::serviceCidr),
            entry("networking.k8s.io/v1/ipaddresses", NetworkRows::ipAddress),
            entry("v1/nodes", ClusterRows::node),
            entry("v1/namespaces", ClusterRows::namespace),
            entry("v1/events", ClusterRows::event),
            entry("events.k8s.io/v1/events", ClusterRows::event),
            entry("v1/resourcequotas", ClusterRows::resourceQuota),
            entry("v1/componentstatuses", ClusterRows::componentStatus),
            entry("coordination.k8s.io/v1/leases", ClusterRows::lease),
            entry("scheduling.k8s.io/v1/priorityclasses", ClusterRows::priorityClass),
            entry("node.k8s.io/v1/runtimeclasses", ClusterRows::runtimeClass),
            entry("apiregistration.k8s.io/v1/apiservices", ClusterRows::apiService),
            entry("metrics.k8s.io/v1beta1/nodes", ClusterRows::nodeMetrics),
            entry("metrics.k8s.io/v1beta1/pods", ClusterRows::podMetrics),
            entry("v1/configmaps", AccessRows::configMap),
            entry("v1/secrets", AccessRows::secret),
            entry("v1/serviceaccounts", AccessRows::serviceAccount),
            entry("rbac.authorization.k8s.io/v1/rolebindings", AccessRows::roleBinding),
            entry("rbac.authorization.k8s.io/v1/clusterrolebindings", AccessRows::roleBinding),
            entry("v1/persistentvolumes", StorageRows::volume),
            entry("v1/persistentvolumeclaims", StorageRows::claim),
            entry("storage.k8s.io/v1/storageclasses", StorageRows::storageClass),
            entry("storage.k8s.io/v1/volumeattachments", StorageRows::attachment),
            entry("storage.k8s.io/v1/volumeattributesclasses", StorageRows::attributesClass),
            entry("storage.k8s.io/v1/csinodes", StorageRows::csiNode),
            entry("storage.k8s.io/v1/csidrivers", StorageRows::csiDriver));

    private final Map<String, String> recorded = new HashMap<>();
    private final Map<String, JsonNode> columns = new ConcurrentHashMap<>();

    public Tables() {}

    /**
     * @param resource {@code apiVersion/plural}: {@code v1/pods}, {@code apps/v1/deployments}; one that is not known
     *     (a custom resource) gets the columns Name and Created At
     * @param metadata the table's own: resourceVersion, continue, remainingItemCount
     * @param headers false for all but the first event of a watch
     * @param now the time that ages are counted to
     */
    public ObjectNode table(
            String resource,
            List<? extends JsonNode> objects,
            ObjectNode metadata,
            IncludeObject include,
            boolean headers,
            Instant now) {
        ObjectNode table = NODES.objectNode();
        table.put("kind", "Table").put("apiVersion", "meta.k8s.io/v1");
        table.set("metadata", metadata);
        table.set("columnDefinitions", headers ? columns(resource) : NODES.nullNode());
        ArrayNode rows = table.putArray("rows");
        objects.forEach(object -> rows.add(row(resource, object, include, now)));
        return table;
    }

    /** As {@link #table}, of custom objects. */
    public ObjectNode customTable(
            CustomColumns columns,
            List<? extends JsonNode> objects,
            ObjectNode metadata,
            IncludeObject include,
            boolean headers,
            Instant now) {
        ObjectNode table = NODES.objectNode();
        table.put("kind", "Table").put("apiVersion", "meta.k8s.io/v1");
        table.set("metadata", metadata);
        // The first column is the same for all.
        table.set(
                "columnDefinitions",
                headers
                        ? columns.definitions(
                                columns("rbac.authorization.k8s.io/v1/roles").get(0))
                        : NODES.nullNode());
        ArrayNode rows = table.putArray("rows");
        for (JsonNode object : objects) {
            ObjectNode row = rows.addObject();
            columns.cells(object, now, row.putArray("cells"));
            include(object, include, row);
        }
        return table;
    }

    private static ObjectNode row(String resource, JsonNode object, IncludeObject include, Instant now) {
        ObjectNode row = NODES.objectNode();
        ArrayNode cells = row.putArray("cells");
        for (Object cell : ROWS.getOrDefault(resource, Tables::nameAndCreation).cells(object, now)) {
            if (cell instanceof Boolean truth) {
                cells.add(truth);
            } else if (cell instanceof Number number) {
                cells.add(number.longValue());
            } else {
                cells.add(cell.toString());
            }
        }
        if (resource.equals("v1/pods")) {
            PodRow.conditions(object).ifPresent(conditions -> row.set("conditions", conditions));
        }
        include(object, include, row);
        return row;
    }

    private static void include(JsonNode object, IncludeObject include, ObjectNode row) {
        if (include == IncludeObject.OBJECT) {
            row.set("object", object);
        } else if (include == IncludeObject.METADATA) {
            ObjectNode partial = row.putObject("object");
            partial.put("kind", "PartialObjectMetadata").put("apiVersion", "meta.k8s.io/v1");
            partial.set("metadata", object.path("metadata"));
        } else {
            row.putNull("object");
        }
    }

    /** For a resource without cells of its own; kubectl turns the date into an age. */
    private static List<Object> nameAndCreation(JsonNode object, Instant now) {
        JsonNode metadata = object.path("metadata");
        return List.of(
                metadata.path("name").asString(""),
                metadata.path("creationTimestamp").asString(""));
    }

    private JsonNode columns(String resource) {
        return columns.computeIfAbsent(resource, this::parse);
    }

    private JsonNode parse(String resource) {
        // Roles have just the two columns that everything else falls back to
        String line = recorded().getOrDefault(resource, recorded().get("rbac.authorization.k8s.io/v1/roles"));
        return JsonMapper.shared().readTree(line);
    }

    private Map<String, String> recorded() {
        synchronized (recorded) {
            if (recorded.isEmpty()) {
                try (InputStream in = Tables.class.getResourceAsStream(COLUMNS)) {
                    if (in == null) {
                        throw new IllegalStateException("the recorded table columns are missing: " + COLUMNS);
                    }
                    new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .forEach(line -> {
                                int tab = line.indexOf('\t');
                                recorded.put(line.substring(0, tab), line.substring(tab + 1));
                            });
                } catch (IOException e) {
                    throw new UncheckedIOException("cannot read " + COLUMNS, e);
                }
            }
            return recorded;
        }
    }
}
