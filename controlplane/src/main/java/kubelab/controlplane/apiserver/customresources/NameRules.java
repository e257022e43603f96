package kubelab.controlplane.apiserver.customresources;

import java.util.List;
import java.util.Locale;
import kubelab.controlplane.apiserver.validation.Names;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.JsonNode;

/** The names of a definition, its columns and the paths of its scale. Source: validation.go of apiextensions (1.34). */
final class NameRules {
    private static final String TYPES = "boolean,date,integer,number,string";
    private static final String FORMATS = "byte,date,date-time,double,float,int32,int64,password";

    private NameRules() {}

    static void check(JsonNode names, String path, Causes causes) {
        for (String name : List.of("plural", "singular")) {
            String value = Json.string(names, name);
            causes.name(path + "." + name, value, "", Names.label1035(value));
        }
        for (String name : List.of("kind", "listKind")) {
            String value = Json.string(names, name);
            causes.name(
                    path + "." + name,
                    value,
                    "may have mixed case, but should otherwise match: ",
                    Names.label1035(value.toLowerCase(Locale.ROOT)));
        }
        labels(Json.strings(names, "shortNames"), path + ".shortNames", causes);
        String kind = Json.string(names, "kind");
        if (!kind.isEmpty() && kind.equals(Json.string(names, "listKind"))) {
            causes.invalidText(path + ".listKind", kind, "kind and listKind may not be the same");
        }
        labels(Json.strings(names, "categories"), path + ".categories", causes);
    }

    private static void labels(List<String> words, String path, Causes causes) {
        for (int i = 0; i < words.size(); i++) {
            List<String> reasons = Names.label1035(words.get(i));
            if (!reasons.isEmpty()) {
                causes.invalidText(path + "[" + i + "]", words.get(i), String.join(",", reasons));
            }
        }
    }

    static void column(JsonNode column, String path, Causes causes) {
        if (Json.string(column, "name").isEmpty()) {
            causes.required(path + ".name", "");
        }
        String type = Json.string(column, "type");
        if (type.isEmpty()) {
            causes.required(path + ".type", "must be one of " + TYPES);
        } else if (!List.of(TYPES.split(",")).contains(type)) {
            causes.invalidText(path + ".type", type, "must be one of " + TYPES);
        }
        String format = Json.string(column, "format");
        if (!format.isEmpty() && !List.of(FORMATS.split(",")).contains(format)) {
            causes.invalidText(path + ".format", format, "must be one of " + FORMATS);
        }
        String jsonPath = Json.string(column, "jsonPath");
        if (jsonPath.isEmpty()) {
            causes.required(path + ".JSONPath", "");
        } else {
            simplePath(jsonPath, path + ".JSONPath", causes);
        }
    }

    static void scale(JsonNode scale, String path, Causes causes) {
        if (scale.isObject()) {
            replicas(scale, "specReplicasPath", ".spec", path, causes);
            replicas(scale, "statusReplicasPath", ".status", path, causes);
            String selector = Json.string(scale, "labelSelectorPath");
            if (!selector.isEmpty()
                    && simplePath(selector, path + ".labelSelectorPath", causes)
                    && !selector.startsWith(".status.")
                    && !selector.startsWith(".spec.")) {
                causes.invalidText(
                        path + ".labelSelectorPath", selector, "should be a json path under either .spec or .status");
            }
        }
    }

    private static void replicas(JsonNode scale, String name, String root, String path, Causes causes) {
        String value = Json.string(scale, name);
        if (value.isEmpty()) {
            causes.required(path + "." + name, "");
        } else if (simplePath(value, path + "." + name, causes) && !value.startsWith(root + ".")) {
            causes.invalidText(path + "." + name, value, "should be a json path under " + root);
        }
    }

    private static boolean simplePath(String value, String path, Causes causes) {
        boolean simple = value.startsWith(".");
        if (!simple) {
            causes.invalidText(path, value, "must be a simple json path starting with .");
        }
        return simple;
    }
}
