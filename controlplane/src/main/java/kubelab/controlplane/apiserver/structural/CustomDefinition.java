package kubelab.controlplane.apiserver.structural;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A CustomResourceDefinition, compiled: what the rows of its versions share. Immutable but for what it remembers. */
public final class CustomDefinition {
    private final ObjectNode json;
    private final Map<String, Version> versions = new LinkedHashMap<>();
    private final String storage;
    private final boolean unchanged;

    /** @param json the CustomResourceDefinition; it is not changed any more */
    public CustomDefinition(ObjectNode json) {
        this.json = json;
        String stored = "";
        for (ObjectNode version : Json.objects(json, "spec", "versions")) {
            String name = Json.string(version, "name");
            versions.put(name, new Version(this, version));
            if (Json.bool(version, "storage")) {
                stored = name;
            }
        }
        storage = stored.isEmpty() && !versions.isEmpty()
                ? versions.keySet().iterator().next()
                : stored;
        unchanged = versions.size() == 1 && Json.number(json, 1, "metadata", "generation") == 1;
    }

    /** The CustomResourceDefinition. */
    public ObjectNode json() {
        return json;
    }

    public String group() {
        return Json.string(json, "spec", "group");
    }

    public boolean namespaced() {
        return Json.string(json, "spec", "scope").equals("Namespaced");
    }

    /** Whether it has been deleted and waits until its objects are gone. */
    public boolean isTerminating() {
        return !Json.string(json, "metadata", "deletionTimestamp").isEmpty();
    }

    /** Whether objects are served by {@code next} as they are by this. */
    public boolean serves(CustomDefinition next) {
        return this == next || Json.same(json.get("spec"), next.json.get("spec")) && names().equals(next.names());
    }

    public boolean hasCondition(String type) {
        return Json.objects(json, "status", "conditions").stream()
                .anyMatch(c -> Json.string(c, "type").equals(type)
                        && Json.string(c, "status").equals("True"));
    }

    /** The names that were accepted; those that were asked for as long as none were. */
    public ObjectNode names() {
        ObjectNode accepted = Json.object(json, "status", "acceptedNames");
        ObjectNode names = accepted == null || Json.string(accepted, "plural").isEmpty()
                ? Json.object(json, "spec", "names")
                : accepted;
        return names == null ? Json.object() : names;
    }

    public List<Version> versions() {
        return List.copyOf(versions.values());
    }

    public @Nullable Version version(String name) {
        return versions.get(name);
    }

    /** The name of the version in which objects are stored. */
    public String storageVersion() {
        return storage;
    }

    /** The fields by which objects are selected in any version, as paths without the first dot. */
    public List<String> selectableFields() {
        Set<String> fields = new LinkedHashSet<>();
        versions.values().forEach(version -> fields.addAll(version.selectableFields()));
        return new ArrayList<>(fields);
    }

    /** Whether all stored objects were written under this very definition, so that they are served as they are. */
    public boolean servesStoredBytes() {
        return unchanged;
    }

    /** Gives an object from the store the shape that its storage version has now; changes it in place. */
    public void afterRead(ObjectNode stored) {
        String apiVersion = Json.string(stored, "apiVersion");
        Version version = versions.get(apiVersion.substring(apiVersion.indexOf('/') + 1));
        Structural schema = version == null ? null : version.schema();
        if (schema != null) {
            Pruning.prune(stored, schema);
            Defaulting.fill(stored, schema);
        }
    }

    /** One version of a custom resource. */
    public static final class Version {
        private final CustomDefinition definition;
        private final ObjectNode json;
        private volatile @Nullable Structural schema;

        Version(CustomDefinition definition, ObjectNode json) {
            this.definition = definition;
            this.json = json;
        }

        public CustomDefinition definition() {
            return definition;
        }

        public String name() {
            return Json.string(json, "name");
        }

        public ObjectNode json() {
            return json;
        }

        public boolean served() {
            return Json.bool(json, "served");
        }

        /** Its schema; null when there is none, which lets everything in. */
        public @Nullable Structural schema() {
            Structural known = schema;
            JsonNode source = Json.at(json, "schema", "openAPIV3Schema");
            if (known == null && source != null) {
                known = new Structural(source);
                schema = known;
            }
            return known;
        }

        /** Takes the fields away that this version does not have. */
        public void prune(ObjectNode object) {
            Structural known = schema();
            if (known != null) {
                Pruning.prune(object, known);
            }
        }

        public boolean hasStatus() {
            return Json.object(json, "subresources", "status") != null;
        }

        public boolean hasScale() {
            return Json.object(json, "subresources", "scale") != null;
        }

        /** A path of the scale subresource, e.g. {@code specReplicasPath}: {@code .spec.replicas}; empty for none. */
        public String scalePath(String name) {
            return Json.string(json, "subresources", "scale", name);
        }

        public List<String> selectableFields() {
            return Json.objects(json, "selectableFields").stream()
                    .map(field -> Json.string(field, "jsonPath").replaceFirst("^\\.", ""))
                    .toList();
        }
    }
}
