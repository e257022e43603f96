package kubelab.app.lab;

import io.fabric8.kubernetes.api.Pluralize;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import kubelab.controlplane.apiserver.table.Tables.IncludeObject;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Kubernetes objects as kubectl prints them. The columns and cells are the embedded API server's own. */
final class Objects {
    private static final JsonMapper JSON = new JsonMapper();
    private static final kubelab.controlplane.apiserver.table.Tables TABLES =
            new kubelab.controlplane.apiserver.table.Tables();

    /** Columns that kubectl shows with {@code -o wide} only, and that the course looks at. */
    private static final Set<String> WANTED = Set.of("IP", "Node", "Selector", "Internal-IP");

    private Objects() {}

    /** One row an object, all of one kind: column → cell. */
    static List<Map<String, String>> rows(List<? extends HasMetadata> objects) {
        Instant now = Instant.now();
        List<JsonNode> nodes = new ArrayList<>();
        for (HasMetadata object : objects) {
            nodes.add(JSON.readTree(Serialization.asJson(object)));
        }
        ObjectNode table = TABLES.table(
                resource(objects.get(0)), nodes, JsonNodeFactory.instance.objectNode(), IncludeObject.NONE, true, now);
        boolean several = objects.stream()
                        .map(o -> String.valueOf(o.getMetadata().getNamespace()))
                        .collect(Collectors.toSet())
                        .size()
                > 1;
        List<Map<String, String>> rows = new ArrayList<>();
        for (int i = 0; i < objects.size(); i++) {
            Map<String, String> row = new LinkedHashMap<>();
            if (several) {
                row.put("NAMESPACE", String.valueOf(objects.get(i).getMetadata().getNamespace()));
            }
            JsonNode cells = table.path("rows").path(i).path("cells");
            int n = 0;
            for (JsonNode column : table.path("columnDefinitions")) {
                String name = column.path("name").asString();
                String cell = cells.path(n++).asString("");
                if (column.path("priority").asInt(0) == 0 || WANTED.contains(name)) {
                    boolean date = column.path("type").asString().equals("date") || name.equals("Created At");
                    row.put(
                            name.equals("Created At") ? "AGE" : name.toUpperCase(Locale.ROOT),
                            date ? age(cell, now) : cell);
                }
            }
            rows.add(row);
        }
        return rows;
    }

    /** As in {@code v1/pods}. */
    private static String resource(HasMetadata object) {
        String plural = object instanceof GenericKubernetesResource
                ? Pluralize.toPlural(object.getKind().toLowerCase(Locale.ROOT))
                : HasMetadata.getPlural(object.getClass());
        return object.getApiVersion() + "/" + plural;
    }

    private static String age(String cell, Instant now) {
        try {
            long seconds =
                    Math.max(0, Duration.between(Instant.parse(cell), now).toSeconds());
            return seconds < 120
                    ? seconds + "s"
                    : seconds < 7200
                            ? seconds / 60 + "m"
                            : seconds < 172_800 ? seconds / 3600 + "h" : seconds / 86_400 + "d";
        } catch (DateTimeParseException e) {
            return cell;
        }
    }
}
