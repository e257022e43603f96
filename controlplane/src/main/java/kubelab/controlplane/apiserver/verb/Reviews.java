package kubelab.controlplane.apiserver.verb;

import java.util.List;
import java.util.Map;
import kubelab.controlplane.apiserver.encoding.Encoding;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.apiserver.request.ApiResponse;
import kubelab.controlplane.apiserver.request.Authorizer;
import kubelab.controlplane.apiserver.request.User;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Questions about rights and identity: answered, never stored. */
public final class Reviews {
    private final Authorizer authorizer;
    private final Encoding encoding;
    private final WriteChain writes;

    public Reviews(Authorizer authorizer, WriteChain writes) {
        this.authorizer = authorizer;
        this.encoding = writes.encoding;
        this.writes = writes;
    }

    public void register(Map<String, ResourceHandler> handlers) {
        String group = "authorization.k8s.io";
        handlers.put(ResourceHandler.id(group, "selfsubjectaccessreviews", ""), c -> access(c, true));
        handlers.put(ResourceHandler.id(group, "subjectaccessreviews", ""), c -> access(c, false));
        handlers.put(ResourceHandler.id(group, "localsubjectaccessreviews", ""), c -> access(c, false));
        handlers.put(ResourceHandler.id(group, "selfsubjectrulesreviews", ""), this::rules);
        handlers.put(ResourceHandler.id("authentication.k8s.io", "selfsubjectreviews", ""), this::self);
    }

    private ApiResponse access(RequestContext call, boolean self) {
        ObjectNode review = decode(call);
        if (call.resource().namespaced()) {
            Json.ensure(review, "metadata").put("namespace", call.namespace());
        }
        writes.validateNew(call, review);
        JsonNode spec = review.get("spec");
        User user = self
                ? call.user()
                : new User(Json.string(spec, "user"), Json.string(spec, "uid"), Json.strings(spec, "groups"), Map.of());
        JsonNode resource = Json.at(spec, "resourceAttributes");
        JsonNode path = Json.at(spec, "nonResourceAttributes");
        Authorizer.Decision decision = authorizer.authorize(new Authorizer.Attributes(
                user,
                Json.string(resource == null ? path : resource, "verb"),
                Json.string(resource, "group"),
                Json.string(resource, "version"),
                Json.string(resource, "resource"),
                Json.string(resource, "subresource"),
                Json.string(resource, "namespace"),
                Json.string(resource, "name"),
                resource != null,
                Json.string(path, "path")));
        ObjectNode status = review.putObject("status").put("allowed", decision.allowed());
        if (!decision.reason().isEmpty()) {
            status.put("reason", decision.reason());
        }
        return encoding.plain(201, call.request(), review);
    }

    private ApiResponse rules(RequestContext call) {
        ObjectNode review = decode(call);
        ObjectNode status = review.putObject("status");
        ArrayNode resources = status.putArray("resourceRules");
        ArrayNode paths = status.putArray("nonResourceRules");
        List<ObjectNode> rules = authorizer.rules(call.user(), Json.string(review, "spec", "namespace"));
        for (ObjectNode rule : rules) {
            (rule.has("nonResourceURLs") ? paths : resources).add(rule);
        }
        status.put("incomplete", false);
        return encoding.plain(201, call.request(), review);
    }

    private ApiResponse self(RequestContext call) {
        ObjectNode review = decode(call);
        Json.ensure(review, "metadata").put("creationTimestamp", writes.now());
        ObjectNode info = review.putObject("status").putObject("userInfo");
        info.put("username", call.user().name());
        if (!call.user().uid().isEmpty()) {
            info.put("uid", call.user().uid());
        }
        ArrayNode groups = info.putArray("groups");
        call.user().groups().forEach(groups::add);
        if (!call.user().extra().isEmpty()) {
            ObjectNode extra = info.putObject("extra");
            call.user()
                    .extra()
                    .forEach((k, values) ->
                            values.forEach(v -> extra.withArray(k).add(v)));
        }
        return encoding.plain(201, call.request(), review);
    }

    private ObjectNode decode(RequestContext call) {
        if (!call.info().verb().equals("create")) {
            throw ApiException.methodNotAllowed();
        }
        encoding.wantedWithoutTable(call.request());
        ObjectNode review = encoding.decode(call.request(), call.resource());
        writes.checkKind(review, call.resource().apiVersion(), call.resource().kind());
        writes.checkShape(call, review, false);
        call.sent(review);
        Json.ensure(review, "metadata");
        return review;
    }
}
