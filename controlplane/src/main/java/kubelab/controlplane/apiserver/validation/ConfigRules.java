package kubelab.controlplane.apiserver.validation;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** ConfigMaps and Secrets. Source: k8s.io/kubernetes/pkg/apis/core/validation (1.34). */
final class ConfigRules {
    private ConfigRules() {}

    static void configMap(JsonNode object, ErrorList errors) {
        keys("data", object.path("data"), errors);
        object.path("data").propertyNames().forEach(key -> {
            if (object.path("binaryData").has(key)) {
                errors.invalid("data[" + key + "]", key, "duplicate of key present in binaryData");
            }
        });
        keys("binaryData", object.path("binaryData"), errors);
    }

    /** Why the bytes are no JSON object, in the words of Go's decoder; empty when they are one. */
    private static String jsonProblem(String base64) {
        String text = new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8).strip();
        if (text.isEmpty()) {
            return "unexpected end of JSON input";
        }
        if ("{[\"-0123456789tfn".indexOf(text.charAt(0)) < 0) {
            return "invalid character '" + text.charAt(0) + "' looking for beginning of value";
        }
        try {
            JsonNode json = JsonMapper.shared().readTree(text);
            String type = json.isArray() ? "array" : json.isString() ? "string" : json.isNumber() ? "number" : "bool";
            return json.isObject() || json.isNull()
                    ? ""
                    : "json: cannot unmarshal " + type + " into Go value of type map[string]interface {}";
        } catch (JacksonException cut) {
            return "unexpected end of JSON input";
        }
    }

    static void secret(JsonNode object, ErrorList errors) {
        keys("data", object.path("data"), errors);
        List<String> needed =
                switch (object.path("type").asString("")) {
                    case "kubernetes.io/tls" -> List.of("tls.crt", "tls.key");
                    case "kubernetes.io/dockerconfigjson" -> List.of(".dockerconfigjson");
                    case "kubernetes.io/dockercfg" -> List.of(".dockercfg");
                    case "kubernetes.io/ssh-auth" -> List.of("ssh-privatekey");
                    case "kubernetes.io/basic-auth" ->
                        object.path("data").has("username")
                                        || object.path("data").has("password")
                                ? List.of()
                                : List.of("username", "password");
                    default -> List.of();
                };
        Field secret = Field.root(object, errors);
        Field account = secret.at("metadata", "annotations").key("kubernetes.io/service-account.name");
        if (secret.is("type", "kubernetes.io/service-account-token") && account.isEmpty()) {
            account.required();
        }
        for (String key : needed) {
            JsonNode value = object.path("data").path(key);
            boolean mayBeEmpty = !key.equals("ssh-privatekey");
            if (value.isMissingNode() || !mayBeEmpty && value.asString("").isEmpty()) {
                errors.required("data[" + key + "]");
            } else if (key.startsWith(".dockerc")) {
                String problem = jsonProblem(value.asString(""));
                if (!problem.isEmpty()) {
                    errors.invalid("data[" + key + "]", "<secret contents redacted>", problem);
                }
            }
        }
    }

    static void immutable(ObjectNode object, ObjectNode old, ErrorList errors) {
        if (!old.path("immutable").asBoolean(false)) {
            return;
        }
        String detail = "field is immutable when `immutable` is set";
        if (!object.path("immutable").asBoolean(false)) {
            errors.forbidden("immutable", detail);
        }
        for (String field : List.of("data", "binaryData")) {
            if (!object.path(field).equals(old.path(field))) {
                errors.forbidden(field, detail);
            }
        }
    }

    private static void keys(String path, JsonNode data, ErrorList errors) {
        data.propertyNames().forEach(key -> errors.name(path + "[" + key + "]", key, Names.configKey(key)));
    }
}
