package kubelab.controlplane.apiserver.validation;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** ConfigMaps and Secrets. Source: k8s.io/kubernetes/pkg/apis/core/validation (1.34). */
final class ConfigRules {
    private ConfigRules() {}

    static void configMap(JsonNode object, Problems problems) {
        keys("data", object.path("data"), problems);
        object.path("data").propertyNames().forEach(key -> {
            if (object.path("binaryData").has(key)) {
                problems.invalid("data[" + key + "]", key, "duplicate of key present in binaryData");
            }
        });
        keys("binaryData", object.path("binaryData"), problems);
    }

    static void secret(JsonNode object, Problems problems) {
        keys("data", object.path("data"), problems);
        List<String> needed =
                switch (object.path("type").asString("")) {
                    case "kubernetes.io/tls" -> List.of("tls.crt", "tls.key");
                    case "kubernetes.io/dockerconfigjson" -> List.of(".dockerconfigjson");
                    case "kubernetes.io/dockercfg" -> List.of(".dockercfg");
                    case "kubernetes.io/ssh-auth" -> List.of("ssh-privatekey");
                    case "kubernetes.io/basic-auth" ->
                        object.path("data").has("username") || object.path("data").has("password")
                                ? List.of()
                                : List.of("username", "password");
                    default -> List.of();
                };
        Field secret = Field.root(object, problems);
        Field account = secret.at("metadata", "annotations").key("kubernetes.io/service-account.name");
        if (secret.is("type", "kubernetes.io/service-account-token") && account.isEmpty()) {
            account.required();
        }
        for (String key : needed) {
            if (!object.path("data").has(key)) {
                problems.required("data[" + key + "]");
            }
        }
    }

    static void immutable(ObjectNode object, ObjectNode old, Problems problems) {
        if (!old.path("immutable").asBoolean(false)) {
            return;
        }
        String detail = "field is immutable when `immutable` is set";
        if (!object.path("immutable").asBoolean(false)) {
            problems.forbidden("immutable", detail);
        }
        for (String field : List.of("data", "binaryData")) {
            if (!object.path(field).equals(old.path(field))) {
                problems.forbidden(field, detail);
            }
        }
    }

    private static void keys(String path, JsonNode data, Problems problems) {
        data.propertyNames().forEach(key -> problems.name(path + "[" + key + "]", key, Names.configKey(key)));
    }
}
