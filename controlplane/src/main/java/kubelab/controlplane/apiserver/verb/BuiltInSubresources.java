package kubelab.controlplane.apiserver.verb;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kubelab.controlplane.apiserver.registry.ObjectStore;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.apiserver.request.ApiResponse;
import kubelab.controlplane.json.Json;
import kubelab.controlplane.store.CompareFailedException;
import kubelab.controlplane.store.Entry;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Subresources that are another view of a stored object: binding, scale, finalize, eviction. */
public final class BuiltInSubresources {
    private final WriteChain writes;
    private final UpdateVerb updates;
    private final DeleteVerb deletes;
    private final Patcher patcher;

    public BuiltInSubresources(WriteChain writes, UpdateVerb updates, DeleteVerb deletes) {
        this.writes = writes;
        this.updates = updates;
        this.deletes = deletes;
        this.patcher = new Patcher(writes);
    }

    public void register(Map<String, ResourceHandler> handlers) {
        handlers.put(ResourceHandler.id("", "pods", "binding"), this::bind);
        handlers.put(ResourceHandler.id("", "bindings", ""), this::postBinding);
        handlers.put(ResourceHandler.id("", "pods", "eviction"), this::evict);
        handlers.put(ResourceHandler.id("", "namespaces", "finalize"), this::finalizeNamespace);
        handlers.put("*/*/scale", this::scale);
    }

    private interface Change {
        /** Changes {@code next} in place. */
        void apply(ObjectNode next);
    }

    /** The older way to bind: the Binding itself is posted, and its name is the Pod's. */
    private ApiResponse postBinding(RequestContext call) {
        if (!call.name().isEmpty()) {
            throw ApiException.unknownResource();
        }
        if (!call.info().verb().equals("create")) {
            throw ApiException.methodNotAllowed();
        }
        ObjectNode binding = call.body();
        String namespace = Json.string(binding, "metadata", "namespace");
        if (!namespace.isEmpty() && !namespace.equals(call.namespace())) {
            throw ApiException.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the request");
        }
        String name = Json.string(binding, "metadata", "name");
        if (name.isEmpty()) {
            throw ApiException.badRequest("Name parameter required.");
        }
        return bind(call.about(writes.objects.resource("", "pods"), name, "binding"));
    }

    /** Binds a Pod to a node: the one way to set spec.nodeName after creation. */
    private ApiResponse bind(RequestContext call) {
        writes.encoding.wantedWithoutTable(call.request());
        ObjectNode binding = call.body();
        String name = call.name();
        if (!name.equals(Json.string(binding, "metadata", "name"))) {
            throw ApiException.badRequest("name in URL does not match name in Binding object");
        }
        String node = Json.string(binding, "target", "name");
        checkTarget(Json.string(binding, "target", "kind"), node);
        change(call, pod -> {
            String bound = Json.string(pod, "spec", "nodeName");
            if (!Json.string(pod, "metadata", "deletionTimestamp").isEmpty()) {
                throw bindingConflict(name, "pod " + name + " is being deleted, cannot be assigned to a host");
            }
            if (!bound.isEmpty()) {
                throw bindingConflict(name, "pod " + name + " is already assigned to node \"" + bound + "\"");
            }
            if (!Json.items(pod, "spec", "schedulingGates").isEmpty()) {
                throw bindingConflict(name, "pod " + name + " has non-empty .spec.schedulingGates");
            }
            Json.ensure(pod, "spec").put("nodeName", node);
            Json.map(binding, "metadata", "annotations").forEach((k, v) -> Json.ensure(pod, "metadata", "annotations")
                    .put(k, v));
            setCondition(pod, "PodScheduled", "True");
        });
        ObjectNode status = Json.object();
        status.put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Success").put("code", 201);
        call.audit().status(status);
        return writes.encoding.plain(201, call.request(), status);
    }

    /** Upstream answers with an error that has no reason, and so the code 500. */
    private static void checkTarget(String kind, String node) {
        List<String> errors = new ArrayList<>();
        if (!kind.isEmpty() && !kind.equals("Node")) {
            errors.add("target.kind: Unsupported value: \"" + kind + "\": supported values: \"Node\", \"<empty>\"");
        }
        if (node.isEmpty()) {
            errors.add("target.name: Required value");
        }
        if (!errors.isEmpty()) {
            String all = String.join(", ", errors);
            throw new ApiException(500, "", errors.size() == 1 ? all : "[" + all + "]");
        }
    }

    private static ApiException bindingConflict(String name, String why) {
        ObjectNode details = Json.object().put("name", name).put("kind", "pods/binding");
        return new ApiException(
                409, "Conflict", "Operation cannot be fulfilled on pods/binding \"" + name + "\": " + why, details);
    }

    private void setTarget(ObjectNode pod) {
        ArrayNode conditions = Json.ensure(pod, "status").withArray("conditions");
        for (JsonNode condition : conditions) {
            if (Json.string(condition, "type").equals("DisruptionTarget")) {
                return;
            }
        }
        ObjectNode condition = Json.object().put("type", "DisruptionTarget").put("status", "True");
        condition.putNull("lastProbeTime").put("lastTransitionTime", writes.now());
        condition.put("reason", "EvictionByEvictionAPI").put("message", "Eviction API: evicting");
        conditions.insert(0, condition);
    }

    private void setCondition(ObjectNode pod, String type, String value) {
        ArrayNode conditions = Json.ensure(pod, "status").withArray("conditions");
        for (int i = conditions.size() - 1; i >= 0; i--) {
            if (Json.string(conditions.get(i), "type").equals(type)) {
                conditions.remove(i);
            }
        }
        ObjectNode condition = conditions.addObject();
        condition.put("type", type);
        condition.put("observedGeneration", Json.number(pod, 1, "metadata", "generation"));
        condition.put("status", value);
        condition.putNull("lastProbeTime");
        condition.put("lastTransitionTime", writes.now());
    }

    /** Deletes a Pod unless a disruption budget says no. */
    private ApiResponse evict(RequestContext call) {
        writes.encoding.wantedWithoutTable(call.request());
        ObjectNode eviction = call.body();
        ObjectNode sent = Json.object(eviction, "deleteOptions");
        ObjectNode options = sent == null ? Json.object() : sent.deepCopy();
        RequestOptions.checkDelete(options);
        if (call.dryRun()) {
            options.putArray("dryRun").add("All");
        }
        boolean dryRun = !Json.items(options, "dryRun").isEmpty();
        ObjectNode pod = writes.objects.require(call.resource(), call.namespace(), call.name());
        if (!DisruptionBudgets.isFree(pod)) {
            new DisruptionBudgets(writes.objects).take(pod, dryRun, writes.now(), call.auditId());
        }
        if (!dryRun && Json.string(pod, "metadata", "deletionTimestamp").isEmpty()) {
            change(call, next -> setTarget(next));
        }
        deletes.deleteNamed(call, options);
        ObjectNode status = Json.object();
        status.put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Success").put("code", 201);
        call.audit().status(status);
        return writes.encoding.plain(201, call.request(), status);
    }

    /** Sets spec.finalizers of a namespace; without any left, a namespace that waits for it goes. */
    private ApiResponse finalizeNamespace(RequestContext call) {
        ObjectNode sent = writes.encoding.decode(call.request(), call.resource());
        call.sent(sent);
        long expected = ObjectStore.revisionOf(sent);
        byte[] result = change(call, expected, namespace -> {
            ArrayNode finalizers = Json.array();
            Json.strings(sent, "spec", "finalizers").forEach(finalizers::add);
            if (finalizers.isEmpty()) {
                namespace.putObject("spec");
            } else {
                Json.ensure(namespace, "spec").set("finalizers", finalizers);
            }
        });
        return writes.encoding.object(
                200, writes.encoding.wanted(call.request(), call.resource()), call.resource(), result);
    }

    private ApiResponse scale(RequestContext call) {
        ObjectNode object = writes.conversions.fromStorage(
                call.resource(), writes.objects.require(call.resource(), call.namespace(), call.name()));
        ObjectNode wanted;
        switch (call.info().verb()) {
            case "get":
                return writes.encoding.plain(200, call.request(), ScaleView.of(call.resource(), object));
            case "update":
                wanted = call.body();
                break;
            case "patch":
                call.audit().requestPatch(call.request().body());
                wanted = patcher.patched(call, ScaleView.toPatch(call.resource(), object));
                break;
            default:
                throw ApiException.methodNotAllowed();
        }
        long replicas = ScaleView.replicas(call.resource(), wanted);
        if (replicas < 0 && !call.resource().isCustom()) {
            throw ApiException.invalid(
                    "autoscaling",
                    "Scale",
                    call.name(),
                    List.of(new ApiException.Cause(
                            "FieldValueInvalid",
                            "Invalid value: " + replicas + ": must be greater than or equal to 0",
                            "spec.replicas")));
        }
        String version = Json.string(wanted, "metadata", "resourceVersion");
        boolean checked = !version.isEmpty() && !call.info().verb().equals("patch");
        byte[] result = change(
                call,
                checked ? Long.parseLong(version) : 0,
                next -> ScaleView.setReplicas(call.resource(), next, replicas));
        return writes.encoding.plain(200, call.request(), ScaleView.of(call.resource(), Json.parseObject(result)));
    }

    private void change(RequestContext call, Change change) {
        change(call, 0, change);
    }

    /** @param expected the revision that must be there; 0 for any */
    private byte[] change(RequestContext call, long expected, Change change) {
        while (true) {
            Entry entry = writes.objects.entry(call.resource(), call.namespace(), call.name());
            if (entry == null) {
                throw ApiException.notFound(call.resource(), call.name());
            }
            if (expected != 0 && expected != entry.modRevision()) {
                throw ApiException.modified(call.resource(), call.name());
            }
            ObjectNode live = updates.live(call, entry);
            ObjectNode next = live.deepCopy();
            change.apply(next);
            JsonNode generation = Json.at(next, "metadata", "generation");
            if (generation == null) {
                Json.ensure(next, "metadata").remove("generation");
            }
            try {
                return updates.store(call, entry, live, next, false);
            } catch (CompareFailedException raced) {
                // again, on the newer state
            }
        }
    }
}
