package kubelab.labkit;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * One request at one stage, as the API server's audit log has it. Texts are empty where the log says nothing.
 *
 * @param auditId the same for all Events of one request
 * @param stage {@code ResponseComplete}; a request that goes on, such as a watch, has a {@code ResponseStarted} before
 * @param user who called, as in {@code system:kube-scheduler}
 * @param groups the user's
 * @param impersonated the user in whose name it was done, if another
 * @param verb as in {@code create}; in lower case the HTTP method if it was about no resource
 * @param resource in the plural, with its subresource, as in {@code pods} or {@code pods/binding}
 * @param name of the object; of a new one as it was sent, so that a generated name is missing
 * @param code the HTTP status
 * @param decision of the authorizer: {@code allow} or {@code forbid}
 * @param reason why it decided so, as in {@code RBAC: allowed by …}
 * @param received when the request came
 * @param at when it reached the stage
 * @param all the whole Event, with whatever else the policy lets it have
 */
public record AuditEvent(
        String auditId,
        String stage,
        String user,
        List<String> groups,
        String impersonated,
        String verb,
        String group,
        String resource,
        String namespace,
        String name,
        String uri,
        int code,
        String decision,
        String reason,
        String userAgent,
        Instant received,
        Instant at,
        Map<String, Object> all) {
    public AuditEvent {
        groups = List.copyOf(groups);
    }

    static AuditEvent of(Map<String, Object> event) {
        Map<?, ?> user = map(event, "user");
        Map<?, ?> object = map(event, "objectRef");
        Map<?, ?> annotations = map(event, "annotations");
        String subresource = text(object, "subresource");
        return new AuditEvent(
                text(event, "auditID"),
                text(event, "stage"),
                text(user, "username"),
                user.get("groups") instanceof List<?> groups
                        ? groups.stream().map(String::valueOf).toList()
                        : List.of(),
                text(map(event, "impersonatedUser"), "username"),
                text(event, "verb"),
                text(object, "apiGroup"),
                text(object, "resource") + (subresource.isEmpty() ? "" : "/" + subresource),
                text(object, "namespace"),
                text(object, "name"),
                text(event, "requestURI"),
                map(event, "responseStatus").get("code") instanceof Number code ? code.intValue() : 0,
                text(annotations, "authorization.k8s.io/decision"),
                text(annotations, "authorization.k8s.io/reason"),
                text(event, "userAgent"),
                Instant.parse(text(event, "requestReceivedTimestamp")),
                Instant.parse(text(event, "stageTimestamp")),
                event);
    }

    /** In one line, as in {@code system:kube-scheduler create pods/binding shop/web-0 → 201}. */
    @Override
    public String toString() {
        String what = resource.isEmpty() ? uri : resource + (name.isEmpty() && namespace.isEmpty() ? "" : " ");
        String where = namespace.isEmpty() || name.isEmpty() ? namespace + name : namespace + "/" + name;
        return (user.isEmpty() ? "(unknown)" : user) + " " + verb + " " + what + (resource.isEmpty() ? "" : where)
                + " → " + code;
    }

    private static Map<?, ?> map(Map<?, ?> in, String field) {
        return in.get(field) instanceof Map<?, ?> map ? map : Map.of();
    }

    private static String text(Map<?, ?> in, String field) {
        return in.get(field) instanceof String text ? text : "";
    }
}
