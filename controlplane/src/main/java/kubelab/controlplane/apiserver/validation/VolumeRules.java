package kubelab.controlplane.apiserver.validation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Volumes of a Pod. Source: k8s.io/kubernetes/pkg/apis/core/validation (1.34). */
final class VolumeRules {
    /** What must be said about a source, by its type. */
    private static final Map<String, String> REQUIRED = Map.of(
            "hostPath", "path",
            "configMap", "name",
            "secret", "secretName",
            "persistentVolumeClaim", "claimName");

    private VolumeRules() {}

    /** @return the names of the volumes, for the mounts */
    static Set<String> check(String path, JsonNode volumes, Problems problems) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < volumes.size(); i++) {
            String here = path + "[" + i + "]";
            JsonNode volume = volumes.path(i);
            source(here, volume, problems);
            String name = volume.path("name").asString("");
            if (name.isEmpty()) {
                problems.required(here + ".name");
            } else {
                problems.name(here + ".name", name, Names.label(name));
            }
            if (!name.isEmpty() && !names.add(name)) {
                problems.duplicate(here + ".name", name);
            }
        }
        return names;
    }

    private static void source(String path, JsonNode volume, Problems problems) {
        List<String> types = new ArrayList<>(volume.propertyNames());
        types.remove("name");
        // upstream looks at an emptyDir first
        types.sort(Comparator.comparing(type -> !type.equals("emptyDir")));
        for (int i = 1; i < types.size(); i++) {
            problems.forbidden(path + "." + types.get(i), "may not specify more than 1 volume type");
        }
        if (types.isEmpty()) {
            problems.required(path, "must specify a volume type");
            return;
        }
        String type = types.get(0);
        String field = REQUIRED.get(type);
        if (field != null && volume.path(type).path(field).asString("").isEmpty()) {
            problems.required(path + "." + type + "." + field);
        }
        JsonNode items = volume.path(type).path("items");
        for (int i = 0; i < items.size(); i++) {
            String here = path + "." + type + ".items[" + i + "]";
            String itemPath = items.path(i).path("path").asString("");
            if (type.equals("configMap") || type.equals("secret")) {
                if (items.path(i).path("key").asString("").isEmpty()) {
                    problems.required(here + ".key");
                }
            }
            if (itemPath.isEmpty()) {
                problems.required(here + ".path");
            }
            localPath(here + ".path", itemPath, problems);
        }
    }

    static void localPath(String path, String value, Problems problems) {
        if (value.startsWith("/")) {
            problems.invalid(path, value, "must be a relative path");
        }
        if (List.of(value.split("/")).contains("..")) {
            problems.invalid(path, value, "must not contain '..'");
        }
    }
}
