package kubelab.controlplane.apiserver.audit;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import kubelab.controlplane.apiserver.request.RequestInfo;
import kubelab.controlplane.apiserver.request.User;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** One request at one stage, as its {@link AuditRecord} said it then. Does not change. */
public final class AuditEvent {
    final AuditLevel level;
    final String uri;
    final List<String> sources;
    final Instant received;
    final @Nullable User caller;
    final @Nullable User other;
    final String uid;
    final String resourceVersion;
    final @Nullable String decision;
    final Map<String, String> annotations;
    final String reason;
    final byte @Nullable [] status;
    final byte @Nullable [] requestObject;
    final byte @Nullable [] responseObject;
    final RequestInfo info;

    private final long sequence;
    private final AuditStage stage;
    private final Instant time;
    private final String auditId;
    private final String namespace;
    private final String name;
    private final int code;
    private final String userAgent;

    AuditEvent(long sequence, AuditStage stage, Instant time, AuditRecord record) {
        this.sequence = sequence;
        this.stage = stage;
        this.time = time;
        auditId = record.id;
        info = record.info;
        level = record.rule.level();
        uri = record.uri;
        sources = record.sources;
        userAgent = record.userAgent;
        received = record.received;
        caller = record.user;
        other = record.impersonated;
        namespace = record.namespace;
        name = record.name;
        uid = record.uid;
        resourceVersion = record.resourceVersion;
        decision = record.decision;
        annotations = Map.copyOf(record.annotations);
        reason = record.reason;
        code = record.code;
        status = record.status;
        requestObject = record.requestObject;
        responseObject = record.responseObject;
    }

    /** 1, 2, 3, … in the order in which Events were made. */
    public long sequence() {
        return sequence;
    }

    /** The request's id, which is the cause of what it wrote. */
    public String auditId() {
        return auditId;
    }

    public AuditStage stage() {
        return stage;
    }

    /** When the request reached the stage, in cluster time. */
    public Instant time() {
        return time;
    }

    /** Who called; empty if the credentials were wrong. */
    public String user() {
        return caller == null ? "" : caller.name();
    }

    /** The user it was done as, if another; empty otherwise. */
    public String impersonated() {
        return other == null ? "" : other.name();
    }

    public String verb() {
        return info.verb();
    }

    public String group() {
        return info.group();
    }

    /** In the plural, as in the path; empty if the request was about no resource. */
    public String resource() {
        return info.plural();
    }

    public String subresource() {
        return info.subresource();
    }

    public String namespace() {
        return namespace;
    }

    /** As in the path, or else as in the object that was sent. */
    public String name() {
        return name;
    }

    public String path() {
        return info.path();
    }

    /** HTTP status; 0 while there is no answer. */
    public int code() {
        return code;
    }

    public String userAgent() {
        return userAgent;
    }

    /** As {@code audit.k8s.io/v1} has it. */
    public ObjectNode toJson() {
        return AuditEventJson.of(this);
    }

    @Override
    public String toString() {
        return toJson().toString();
    }

    /** About how many bytes it holds that can be many. */
    long weight() {
        return uri.length() + length(status) + length(requestObject) + length(responseObject);
    }

    private static long length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}
