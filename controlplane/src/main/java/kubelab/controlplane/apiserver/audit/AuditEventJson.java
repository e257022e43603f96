package kubelab.controlplane.apiserver.audit;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.TreeMap;
import kubelab.controlplane.apiserver.request.User;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An Event as {@code audit.k8s.io/v1} writes it, in upstream's order of fields.
 *
 * <p>Source: k8s.io/apiserver/pkg/apis/audit/v1, release 1.34.
 */
final class AuditEventJson {
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private AuditEventJson() {}

    static ObjectNode of(AuditEvent event) {
        ObjectNode json = Json.object();
        json.put("kind", "Event").put("apiVersion", "audit.k8s.io/v1");
        json.put("level", event.level.word()).put("auditID", event.auditId());
        json.put("stage", event.stage().word());
        json.put("requestURI", event.uri).put("verb", event.verb());
        json.set("user", user(event.caller));
        if (event.other != null) {
            json.set("impersonatedUser", user(event.other));
        }
        strings(json, "sourceIPs", event.sources);
        text(json, "userAgent", event.userAgent());
        if (event.info.resource()) {
            json.set("objectRef", objectRef(event));
        }
        if (event.code() != 0) {
            json.set("responseStatus", status(event));
        }
        object(json, "requestObject", event.requestObject);
        object(json, "responseObject", event.responseObject);
        json.put("requestReceivedTimestamp", time(event.received)).put("stageTimestamp", time(event.time()));
        if (event.decision != null) {
            TreeMap<String, String> annotations = new TreeMap<>(event.annotations);
            annotations.put("authorization.k8s.io/decision", event.decision);
            annotations.put("authorization.k8s.io/reason", event.reason);
            annotations.forEach(json.putObject("annotations")::put);
        }
        return json;
    }

    private static ObjectNode user(@Nullable User user) {
        ObjectNode json = Json.object();
        if (user == null) {
            return json;
        }
        text(json, "username", user.name());
        text(json, "uid", user.uid());
        strings(json, "groups", user.groups());
        if (!user.extra().isEmpty()) {
            ObjectNode extra = json.putObject("extra");
            new TreeMap<>(user.extra()).forEach((key, values) -> strings(extra, key, values));
        }
        return json;
    }

    private static ObjectNode objectRef(AuditEvent event) {
        ObjectNode json = Json.object();
        text(json, "resource", event.resource());
        text(json, "namespace", event.namespace());
        text(json, "name", event.name());
        text(json, "uid", event.uid);
        text(json, "apiGroup", event.group());
        text(json, "apiVersion", event.info.version());
        text(json, "resourceVersion", event.resourceVersion);
        text(json, "subresource", event.subresource());
        return json;
    }

    /** Of a Status its fields; of another answer the code. */
    private static ObjectNode status(AuditEvent event) {
        ObjectNode json = Json.object();
        json.putObject("metadata");
        if (event.status != null) {
            ObjectNode status = Json.parseObject(event.status);
            for (String field : List.of("status", "message", "reason", "details")) {
                JsonNode value = status.get(field);
                if (value != null) {
                    json.set(field, value);
                }
            }
        }
        return json.put("code", event.code());
    }

    private static void object(ObjectNode json, String field, byte @Nullable [] bytes) {
        if (bytes != null) {
            json.set(field, Json.parse(bytes));
        }
    }

    private static void text(ObjectNode json, String field, String value) {
        if (!value.isEmpty()) {
            json.put(field, value);
        }
    }

    private static void strings(ObjectNode json, String field, List<String> values) {
        if (!values.isEmpty()) {
            values.forEach(json.putArray(field)::add);
        }
    }

    private static String time(Instant time) {
        return MICROS.format(time);
    }
}
