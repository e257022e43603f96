package kubelab.controlplane.apiserver.verb;

import java.util.ArrayList;
import java.util.List;
import kubelab.controlplane.apiserver.audit.AuditRecord;
import kubelab.controlplane.apiserver.encoding.Encoding;
import kubelab.controlplane.apiserver.registry.FieldSelector;
import kubelab.controlplane.apiserver.registry.Resource;
import kubelab.controlplane.apiserver.request.ApiRequest;
import kubelab.controlplane.apiserver.request.ApiResponse;
import kubelab.controlplane.apiserver.request.RequestInfo;
import kubelab.controlplane.apiserver.request.User;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A request on its way through the chain.
 *
 * <p>Threads: belongs to the one that serves the request; a stream that goes on after the answer began uses what does not
 * change of it, and adds no warnings.
 */
public final class RequestContext {
    private final ApiRequest request;
    private final RequestInfo info;
    private final User user;
    private final Resource resource;
    private final Resource.@Nullable Sub subresource;
    private final Encoding encoding;
    private final AuditRecord audit;
    private final List<String> warnings = new ArrayList<>();

    public RequestContext(
            ApiRequest request,
            RequestInfo info,
            User user,
            Resource resource,
            Resource.@Nullable Sub subresource,
            Encoding encoding,
            AuditRecord audit) {
        this.audit = audit;
        this.encoding = encoding;
        this.request = request;
        this.info = info;
        this.user = user;
        this.resource = resource;
        this.subresource = subresource;
    }

    /** The same request as one about a subresource of a named object. */
    RequestContext about(Resource other, String name, String subresource) {
        RequestInfo there = new RequestInfo(
                true,
                info.verb(),
                info.path(),
                other.group(),
                info.version(),
                info.namespace(),
                other.plural(),
                subresource,
                name,
                "");
        return new RequestContext(request, there, user, other, other.subresource(subresource), encoding, audit);
    }

    /** The request's id: what it writes has it as its cause. */
    public String auditId() {
        return audit.id();
    }

    /** Where it is noted what is known of the request. */
    public AuditRecord audit() {
        return audit;
    }

    public ApiRequest request() {
        return request;
    }

    public RequestInfo info() {
        return info;
    }

    /** Who asks, after impersonation. */
    public User user() {
        return user;
    }

    public Resource resource() {
        return resource;
    }

    /** The subresource's row; null for the object itself. */
    public Resource.@Nullable Sub subresource() {
        return subresource;
    }

    /** The body, decoded from whatever format it came in. @throws ApiException BadRequest */
    public ObjectNode body() {
        ObjectNode body = encoding.decode(request, null);
        sent(body);
        return body;
    }

    /** Notes what was sent; to be called before anything is changed of it. */
    void sent(ObjectNode object) {
        audit.sent(object);
        if (audit.wantsRequestObject()) {
            audit.requestObject(object);
        }
    }

    /** Answers with an object that is not stored, in the form that the client wants: JSON or a table. */
    public ApiResponse object(ObjectNode object) {
        return encoding.object(200, encoding.wantedAsText(request), resource, Json.bytes(object));
    }

    /** As {@link #object}, for a list; the request's selectors are applied here. */
    public ApiResponse list(List<ObjectNode> objects) {
        ListOptions options = ListOptions.of(this);
        List<byte[]> items = objects.stream()
                .filter(o -> options.matches(FieldSelector.fieldsOf(resource, o)))
                .map(Json::bytes)
                .toList();
        return encoding.list(encoding.wantedAsText(request), resource, items, Json.object());
    }

    public String namespace() {
        return resource.namespaced() ? info.namespace() : "";
    }

    public String name() {
        return info.name();
    }

    /** Adds a Warning header to the answer. */
    public void warn(String text) {
        if (!warnings.contains(text)) {
            warnings.add(text);
        }
    }

    public List<String> warnings() {
        return warnings;
    }

    /** Whether nothing shall be stored; the value is checked with the other options. */
    public boolean dryRun() {
        return !request.params("dryRun").isEmpty();
    }

    /** Who owns the fields written: {@code fieldManager}, or the program's name from its user agent. */
    public String fieldManager() {
        String manager = request.param("fieldManager");
        if (!manager.isEmpty()) {
            return manager;
        }
        String agent = request.header("user-agent");
        int slash = agent.indexOf('/');
        String program = slash < 0 ? agent : agent.substring(0, slash);
        return program.isEmpty() ? "unknown" : program.length() > 128 ? program.substring(0, 128) : program;
    }
}
