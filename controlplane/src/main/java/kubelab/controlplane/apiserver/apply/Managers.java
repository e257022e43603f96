package kubelab.controlplane.apiserver.apply;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The entries of {@code metadata.managedFields}, read and written. */
final class Managers {
    /** Who: a program, the way it writes, the version and the subresource it writes through. */
    record Id(String manager, String operation, String apiVersion, String subresource) {
        boolean applies() {
            return operation.equals("Apply");
        }

        /** As conflicts name it. */
        String show() {
            String text = "\"" + manager + "\"";
            if (!subresource.isEmpty()) {
                text += " with subresource \"" + subresource + "\"";
            }
            return applies() ? text : text + " using " + apiVersion;
        }
    }

    final Map<Id, FieldSet> sets = new LinkedHashMap<>();
    private final Map<Id, String> times = new LinkedHashMap<>();

    static Managers of(JsonNode object) {
        Managers managers = new Managers();
        for (JsonNode entry : Json.items(object, "metadata", "managedFields")) {
            if (!entry.path("fieldsV1").isObject()) {
                continue;
            }
            Id id = new Id(
                    Json.string(entry, "manager"),
                    Json.string(entry, "operation"),
                    Json.string(entry, "apiVersion"),
                    Json.string(entry, "subresource"));
            managers.sets.merge(id, FieldSet.of(entry.path("fieldsV1")), FieldSet::union);
            managers.times.put(id, Json.string(entry, "time"));
        }
        return managers;
    }

    void put(Id id, FieldSet set, String time) {
        if (set.isEmpty()) {
            sets.remove(id);
            return;
        }
        if (!set.equals(sets.get(id)) || !times.containsKey(id)) {
            times.put(id, time);
        }
        sets.put(id, set);
    }

    /** Marks an entry as written now. */
    void touch(Id id, String time) {
        times.put(id, time);
    }

    void writeTo(ObjectNode object) {
        ObjectNode metadata = Json.ensure(object, "metadata");
        List<Id> ids = new ArrayList<>(sets.keySet());
        ids.removeIf(id -> sets.getOrDefault(id, new FieldSet()).isEmpty());
        if (ids.isEmpty()) {
            metadata.remove("managedFields");
            return;
        }
        ids.sort(Comparator.comparing(Id::operation)
                .thenComparing(id -> times.getOrDefault(id, ""))
                .thenComparing(Id::manager)
                .thenComparing(Id::apiVersion)
                .thenComparing(Id::subresource));
        ArrayNode list = metadata.putArray("managedFields");
        for (Id id : ids) {
            ObjectNode entry = list.addObject()
                    .put("manager", id.manager())
                    .put("operation", id.operation())
                    .put("apiVersion", id.apiVersion());
            String time = times.getOrDefault(id, "");
            if (!time.isEmpty()) {
                entry.put("time", time);
            }
            entry.put("fieldsType", "FieldsV1");
            entry.set("fieldsV1", sets.getOrDefault(id, new FieldSet()).toFieldsV1());
            if (!id.subresource().isEmpty()) {
                entry.put("subresource", id.subresource());
            }
        }
    }
}
