package kubelab.controlplane.apiserver.apply;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.WeakHashMap;
import kubelab.controlplane.apiserver.apply.Managers.Id;
import kubelab.controlplane.apiserver.openapi.CustomTypes;
import kubelab.controlplane.apiserver.openapi.Schema;
import kubelab.controlplane.apiserver.openapi.Schemas;
import kubelab.controlplane.apiserver.registry.Resource;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.apiserver.structural.CustomDefinition;
import kubelab.controlplane.apiserver.structural.Structural;
import kubelab.controlplane.apiserver.validation.DecodeException;
import kubelab.controlplane.apiserver.validation.TypedDecoder;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Field management as every write goes through it.
 *
 * <p>A plain write makes its manager the owner of what it changed and takes it from everybody else. An apply owns all that
 * the configuration says; it conflicts where it would change what somebody else owns, unless forced; what it said the last
 * time and says no more is removed, if nobody else owns it.
 *
 * <p>Source: sigs.k8s.io/structured-merge-diff/v6/merge/update.go and
 * k8s.io/apimachinery/pkg/util/managedfields/internal (1.34). Simplified: an entry that was written in another version
 * of the API keeps its paths unchanged.
 */
public final class ManagedFields implements FieldManagement {
    /** Identity and bookkeeping have no owner. */
    private static final List<List<String>> UNOWNED = List.of(
            List.of("f:apiVersion"),
            List.of("f:kind"),
            List.of("f:metadata"),
            List.of("f:metadata", "f:name"),
            List.of("f:metadata", "f:namespace"),
            List.of("f:metadata", "f:creationTimestamp"),
            List.of("f:metadata", "f:selfLink"),
            List.of("f:metadata", "f:uid"),
            List.of("f:metadata", "f:generation"),
            List.of("f:metadata", "f:managedFields"),
            List.of("f:metadata", "f:resourceVersion"));

    private final Schemas schemas;
    private final FieldSet unowned = new FieldSet();
    /** The types of custom resources, as long as their definitions are served. */
    private final Map<CustomDefinition.Version, Schema> custom = new WeakHashMap<>();

    public ManagedFields(Schemas schemas) {
        this.schemas = schemas;
        UNOWNED.forEach(unowned::insert);
    }

    @Override
    public void updated(
            Resource resource,
            String subresource,
            @Nullable ObjectNode before,
            ObjectNode after,
            String manager,
            String time) {
        Managers managers = managersAfter(before, after);
        if (before != null && managers.sets.isEmpty()) {
            // Nobody's fields have been managed so far: only an apply begins with it.
            Json.ensure(after, "metadata").remove("managedFields");
            return;
        }
        Typed type = typed(resource);
        Comparison changes = Comparison.of(
                withoutManagedFields(before == null ? blank(resource) : before), withoutManagedFields(after), type);
        FieldSet mine = ownable(changes.added.union(changes.modified), resource, subresource);
        takeFromOthers(managers, null, changes);
        if (!mine.isEmpty()) {
            Id id = new Id(manager, "Update", resource.apiVersion(), subresource);
            managers.put(id, managers.sets.getOrDefault(id, new FieldSet()).union(mine), time);
            managers.touch(id, time);
        }
        managers.writeTo(after);
    }

    @Override
    public ObjectNode apply(
            Resource resource,
            String subresource,
            @Nullable ObjectNode live,
            ObjectNode applied,
            String manager,
            boolean force,
            String time) {
        Optional<Schema> schema = schema(resource);
        checkApplied(resource, applied, schema);
        Typed type = new Typed(schema.orElse(null));
        ObjectNode base = live == null ? blank(resource) : live;
        Managers managers = live == null ? new Managers() : beforeFirstApply(resource, live, type, time);

        ObjectNode merged = (ObjectNode) Merge.merge(withoutManagedFields(base), applied, type);
        FieldSet mine = ownable(Comparison.fieldsOf(applied, type), resource, subresource);
        Id id = new Id(manager, "Apply", resource.apiVersion(), subresource);
        FieldSet last = managers.sets.get(id);
        managers.put(id, mine, time);
        if (last != null) {
            FieldSet owned = new FieldSet();
            for (FieldSet set : managers.sets.values()) {
                owned = owned.union(set);
            }
            Merge.prune(merged, last, owned, type);
        }
        shape(resource, schema, merged);

        Comparison changes = Comparison.of(withoutManagedFields(base), merged, type);
        if (!force) {
            refuseConflicts(managers, id, changes);
        }
        takeFromOthers(managers, id, changes);
        managers.writeTo(merged);
        return merged;
    }

    /** The managers a client sends count; sending an empty entry resets them, sending none keeps the live ones. */
    private static Managers managersAfter(@Nullable ObjectNode before, ObjectNode after) {
        List<JsonNode> sent = Json.items(after, "metadata", "managedFields");
        if (!sent.isEmpty()) {
            return Managers.of(after);
        }
        return before == null ? new Managers() : Managers.of(before);
    }

    /** What was there before anybody applied belongs to a manager of its own, so that it is not taken unnoticed. */
    private Managers beforeFirstApply(Resource resource, ObjectNode live, Typed type, String time) {
        Managers managers = Managers.of(live);
        if (managers.sets.isEmpty()) {
            Id earlier = new Id("before-first-apply", "Update", resource.apiVersion(), "");
            Comparison all = Comparison.of(blank(resource), withoutManagedFields(live), type);
            managers.put(earlier, ownable(all.added.union(all.modified), resource, ""), time);
        }
        return managers;
    }

    private static void takeFromOthers(Managers managers, @Nullable Id writer, Comparison changes) {
        FieldSet lost = changes.added.union(changes.modified).union(changes.removed);
        for (Map.Entry<Id, FieldSet> entry : managers.sets.entrySet()) {
            if (!entry.getKey().equals(writer)) {
                entry.setValue(entry.getValue().difference(lost));
            }
        }
    }

    private static void refuseConflicts(Managers managers, Id writer, Comparison changes) {
        FieldSet changed = changes.added.union(changes.modified);
        Map<String, List<String>> conflicts = new TreeMap<>();
        ArrayNode causes = Json.array();
        int count = 0;
        for (Map.Entry<Id, FieldSet> entry : managers.sets.entrySet()) {
            if (entry.getKey().equals(writer)) {
                continue;
            }
            for (List<String> path : entry.getValue().intersection(changed).paths()) {
                String field = Typed.show(path);
                conflicts
                        .computeIfAbsent(entry.getKey().show(), m -> new ArrayList<>())
                        .add(field);
                causes.addObject()
                        .put("reason", "FieldManagerConflict")
                        .put("message", "conflict with " + entry.getKey().show())
                        .put("field", field);
                count++;
            }
        }
        if (count == 0) {
            return;
        }
        ObjectNode details = Json.object();
        details.set("causes", causes);
        throw new ApiException(409, "Conflict", message(count, conflicts), details);
    }

    private static String message(int count, Map<String, List<String>> conflicts) {
        StringBuilder text =
                new StringBuilder("Apply failed with " + count + (count == 1 ? " conflict: " : " conflicts: "));
        if (count == 1) {
            conflicts.forEach((manager, fields) ->
                    text.append("conflict with ").append(manager).append(": ").append(fields.get(0)));
            return text.toString();
        }
        List<String> lines = new ArrayList<>();
        conflicts.forEach((manager, fields) -> {
            lines.add("conflicts with " + manager + ":");
            fields.forEach(field -> lines.add("- " + field));
        });
        return text.append(String.join("\n", lines)).toString();
    }

    private static void checkApplied(Resource resource, ObjectNode applied, Optional<Schema> schema) {
        if (Json.at(applied, "metadata", "managedFields") != null) {
            throw ApiException.badRequest("metadata.managedFields must be nil");
        }
        if (applied.get("metadata") instanceof ObjectNode metadata) {
            metadata.remove("managedFields");
        }
        List<String> errors = schema.map(s -> AppliedShape.errors(s, applied)).orElse(List.of());
        if (!errors.isEmpty()) {
            String version = resource.group() + "/" + resource.version();
            throw new ApiException(
                    500,
                    "",
                    "failed to create typed patch object (" + objectName(resource, applied) + "; " + version + ", Kind="
                            + resource.kind() + "): "
                            + (errors.size() == 1 ? errors.get(0) : "errors:\n  " + String.join("\n  ", errors)));
        }
        Json.ensure(applied, "metadata");
    }

    private static String objectName(Resource resource, ObjectNode object) {
        String namespace = Json.string(object, "metadata", "namespace");
        return (resource.namespaced() ? namespace : "") + "/" + Json.string(object, "metadata", "name");
    }

    private static void shape(Resource resource, Optional<Schema> schema, ObjectNode object) {
        if (schema.isEmpty() || resource.isCustom()) {
            return;
        }
        try {
            TypedDecoder.decode(schema.get(), object);
        } catch (DecodeException e) {
            throw ApiException.badRequest("failed to create typed patch object: " + e.getMessage());
        }
    }

    /** What belongs to a subresource cannot be owned through the object, and the other way round. */
    private FieldSet ownable(FieldSet set, Resource resource, String subresource) {
        FieldSet result = set.difference(unowned);
        if (subresource.equals("status")) {
            return result.without("f:spec");
        }
        return resource.hasStatus() ? result.without("f:status") : result;
    }

    /** Of a custom resource from its definition; without a schema in it, values are taken as they look. */
    private Optional<Schema> schema(Resource resource) {
        CustomDefinition.Version version = resource.custom();
        if (version == null) {
            return schemas.of(resource.apiVersion(), resource.kind());
        }
        Structural structural = version.schema();
        if (structural == null) {
            return Optional.empty();
        }
        synchronized (custom) {
            Schema known = custom.get(version);
            if (known != null) {
                return Optional.of(known);
            }
        }
        Schema made = schemas.inline(CustomTypes.of(structural.json(), ""));
        synchronized (custom) {
            custom.put(version, made);
        }
        return Optional.of(made);
    }

    private Typed typed(Resource resource) {
        return new Typed(schema(resource).orElse(null));
    }

    /** The kind's object before anything is set: what a new object is compared with. */
    private ObjectNode blank(Resource resource) {
        ObjectNode blank = Json.object();
        blank.put("apiVersion", resource.apiVersion()).put("kind", resource.kind());
        shape(resource, schema(resource), blank);
        return blank;
    }

    private static ObjectNode withoutManagedFields(ObjectNode object) {
        if (Json.at(object, "metadata", "managedFields") == null) {
            return object;
        }
        // shallow: only the two levels that change are copied
        Map<String, JsonNode> fields = new LinkedHashMap<>();
        object.properties().forEach(p -> fields.put(p.getKey(), p.getValue()));
        ObjectNode copy = Json.object();
        fields.forEach(copy::set);
        ObjectNode metadata = Json.object();
        Json.ensure(object, "metadata").properties().forEach(p -> metadata.set(p.getKey(), p.getValue()));
        metadata.remove("managedFields");
        copy.set("metadata", metadata);
        return copy;
    }
}
