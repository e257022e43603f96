package kubelab.controlplane.apiserver.audit;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kubelab.controlplane.apiserver.request.ApiRequest;
import kubelab.controlplane.apiserver.request.RequestInfo;
import kubelab.controlplane.apiserver.request.User;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is noted of one request on its way through the chain; an {@link AuditEvent} is a copy of it at one stage. Of the
 * request itself it keeps neither headers nor body.
 *
 * <p>Threads: belongs to the one that serves the request. The end of a stream, which may come on another thread, only reads.
 *
 * <p>Source: k8s.io/apiserver/pkg/audit (request.go, context.go), release 1.34. Simplified: an object that was sent has no
 * zero values of fields that were not; a patch in YAML is left out, where upstream loses the whole Event; of annotations
 * there are those of the authorizer and of admission policies, not those of other plug-ins.
 */
public final class AuditRecord {
    private static final int LONGEST_AGENT = 1024;
    private static final Pattern BY_NAME = Pattern.compile("(?:^|,)metadata\\.name==?([^,=]+)");

    final String id;
    final RequestInfo info;
    final String uri;
    final List<String> sources;
    final String userAgent;
    final Instant received;
    AuditPolicy.Rule rule = AuditPolicy.UNMATCHED;

    @Nullable
    User user;

    @Nullable
    User impersonated;

    String namespace;
    String name;
    String uid = "";
    String resourceVersion = "";

    @Nullable
    String decision;

    String reason = "";
    /** What admission has to say of the request. */
    final Map<String, String> annotations = new TreeMap<>();

    int code;

    byte @Nullable [] status;
    byte @Nullable [] requestObject;
    byte @Nullable [] responseObject;

    AuditRecord(String id, ApiRequest request, RequestInfo asked, Instant received) {
        this.id = id;
        info = named(asked, request.param("fieldSelector"));
        this.received = received;
        uri = request.uri();
        sources = SourceAddresses.of(request);
        String agent = request.header("user-agent");
        // A handful of clients send thousands of requests.
        userAgent =
                agent.length() > LONGEST_AGENT ? agent.substring(0, LONGEST_AGENT) + "...TRUNCATED" : agent.intern();
        namespace = info.namespace();
        name = info.name();
    }

    /** A list or a watch that can find one object only is about that object, for the policy, too. */
    private static RequestInfo named(RequestInfo info, String selector) {
        boolean many = info.verb().equals("list") || info.verb().equals("watch");
        if (!many || !info.name().isEmpty()) {
            return info;
        }
        Matcher name = BY_NAME.matcher(selector);
        return name.find() ? info.withName(name.group(1)) : info;
    }

    /** For what the API server does on its own, without a request that is to be noted. */
    public static AuditRecord unnoted(String id, ApiRequest request) {
        return new AuditRecord(id, request, RequestInfo.of(request), Instant.EPOCH);
    }

    /** The request's id: the client's own, or a new one. */
    public String id() {
        return id;
    }

    /** Whether the policy wants the object that was sent; a copy for nothing costs more than all the rest. */
    public boolean wantsRequestObject() {
        return rule.level().includes(AuditLevel.REQUEST);
    }

    public boolean wantsResponseObject() {
        return rule.level().includes(AuditLevel.REQUEST_RESPONSE);
    }

    public void impersonated(User other) {
        impersonated = other;
    }

    /** What the authorizer said. */
    public void decided(boolean allowed, String why) {
        decision = allowed ? "allow" : "forbid";
        reason = why;
    }

    /** What an admission plug-in says of the request; the first word counts. */
    public void annotate(String key, String value) {
        annotations.putIfAbsent(key, value);
    }

    /** Takes from the object that was sent what the path does not say: a new object's name, for instance. */
    public void sent(ObjectNode object) {
        namespace = namespace.isEmpty() ? Json.string(object, "metadata", "namespace") : namespace;
        name = name.isEmpty() ? Json.string(object, "metadata", "name") : name;
        uid = Json.string(object, "metadata", "uid");
        resourceVersion = Json.string(object, "metadata", "resourceVersion");
    }

    /** The patch that was sent, as it is. */
    public void requestPatch(byte[] patch) {
        if (wantsRequestObject()) {
            try {
                requestObject = Json.bytes(Json.parse(patch));
            } catch (JacksonException e) {
                // Not JSON: an Event has no place for it.
            }
        }
    }

    /** What was sent: an object with its defaults, options. To be called where {@link #wantsRequestObject}. */
    public void requestObject(JsonNode object) {
        requestObject = Json.bytes(ManagedFields.omitted(object, rule.omitManagedFields()));
    }

    /** The Status that is the answer, of a success or of a failure. */
    public void status(ObjectNode answer) {
        // Upstream answers an unknown path with a list of those that it has.
        boolean unknownPath = !info.resource() && Json.number(answer, 0, "code") == 404;
        status = unknownPath ? null : Json.bytes(answer);
    }

    public void responseObject(JsonNode object) {
        responseObject = Json.bytes(ManagedFields.omitted(object, rule.omitManagedFields()));
    }
}
