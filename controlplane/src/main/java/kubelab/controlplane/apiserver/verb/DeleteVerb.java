package kubelab.controlplane.apiserver.verb;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import kubelab.controlplane.apiserver.audit.AuditRecord;
import kubelab.controlplane.apiserver.encoding.Encoding;
import kubelab.controlplane.apiserver.registry.Resource;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.apiserver.request.ApiRequest;
import kubelab.controlplane.apiserver.request.ApiResponse;
import kubelab.controlplane.apiserver.request.RequestInfo;
import kubelab.controlplane.apiserver.request.User;
import kubelab.controlplane.apiserver.strategy.Strategy;
import kubelab.controlplane.json.Json;
import kubelab.controlplane.store.CompareFailedException;
import kubelab.controlplane.store.Entry;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * delete and deletecollection: at once, gracefully (Pods: the kubelet confirms with grace 0), or when the last
 * finalizer is gone.
 *
 * <p>Source: k8s.io/apiserver/pkg/registry/generic/registry, Store.Delete, and pkg/registry/core/pod strategy, 1.34.
 */
public final class DeleteVerb {
    private static final String FOREGROUND = "foregroundDeletion";
    private static final String ORPHAN = "orphan";

    private final WriteChain writes;
    private final ReadVerbs reads;

    public DeleteVerb(WriteChain writes, ReadVerbs reads) {
        this.writes = writes;
        this.reads = reads;
    }

    public ApiResponse delete(RequestContext call) {
        Encoding.Wanted wanted = writes.encoding.wanted(call.request(), call.resource());
        ObjectNode options = RequestOptions.delete(call, writes.encoding);
        Result result = delete(call, call.name(), options);
        if (result.gone && !call.resource().strategy().returnsDeletedObject()) {
            ObjectNode success = success(call.resource(), result.object);
            call.audit().status(success);
            return writes.encoding.plain(200, call.request(), success);
        }
        return writes.encoding.object(200, wanted, call.resource(), Json.bytes(result.object));
    }

    public ApiResponse deleteCollection(RequestContext call) {
        Encoding.Wanted wanted = writes.encoding.wanted(call.request(), call.resource());
        ObjectNode options = RequestOptions.delete(call, writes.encoding);
        ListOptions filter = ListOptions.of(call);
        ReadVerbs.version(filter);
        List<byte[]> deleted = new ArrayList<>();
        var page = writes.objects.store().range(call.resource().prefix(call.namespace()), null, 0, 0);
        for (Entry entry : page.entries()) {
            if (!filter.matches(entry, call.resource(), writes.conversions)) {
                continue;
            }
            try {
                ObjectNode object = Json.parseObject(entry.value());
                // Across namespaces each object is deleted in its own.
                delete(
                        call,
                        Json.string(object, "metadata", "name"),
                        Json.string(object, "metadata", "namespace"),
                        options);
                deleted.add(writes.served(call.resource(), entry));
            } catch (ApiException e) {
                if (e.code() != 404) {
                    throw e;
                }
            }
        }
        ObjectNode metadata = Json.object().put("resourceVersion", Long.toString(page.revision()));
        return writes.encoding.list(wanted, call.resource(), deleted, metadata);
    }

    /** Asks all objects of a resource to go; it need not be served (any more). */
    public void deleteAll(Resource resource, Encoding encoding) {
        String path = "/apis/" + resource.apiVersion() + "/" + resource.plural();
        User self = User.of("system:apiserver", User.MASTERS);
        ApiRequest request = ApiRequest.of("DELETE", path, Map.of(), new byte[0], false, self);
        deleteCollection(new RequestContext(
                request,
                RequestInfo.of(request),
                self,
                resource,
                null,
                encoding,
                AuditRecord.unnoted(UUID.randomUUID().toString(), request)));
    }

    /** Deletes the object that the call names, under other options than the request's. */
    void deleteNamed(RequestContext call, ObjectNode options) {
        delete(call, call.name(), options);
    }

    private record Result(ObjectNode object, boolean gone) {}

    private Result delete(RequestContext call, String name, ObjectNode options) {
        return delete(call, name, call.namespace(), options);
    }

    private Result delete(RequestContext call, String name, String namespace, ObjectNode options) {
        Resource resource = call.resource();
        while (true) {
            Entry entry = writes.objects.entry(resource, namespace, name);
            if (entry == null) {
                throw ApiException.notFound(resource, name);
            }
            ObjectNode object = writes.conversions.fromStorage(resource, Json.parseObject(entry.value()));
            checkPreconditions(resource, name, object, options);
            writes.pass(call, "DELETE", object, null, false);
            try {
                return deleteOnce(call, entry, object, options);
            } catch (CompareFailedException raced) {
                // Somebody wrote in between: decide again on what is there now.
            }
        }
    }

    private Result deleteOnce(RequestContext call, Entry entry, ObjectNode object, ObjectNode options)
            throws CompareFailedException {
        Resource resource = call.resource();
        ObjectNode metadata = Json.ensure(object, "metadata");
        ObjectNode before = object.deepCopy();
        boolean pending = !Json.string(metadata, "deletionTimestamp").isEmpty();
        Strategy strategy = resource.strategy();
        long grace = strategy.gracePeriod(object, askedGrace(options));
        setPropagationFinalizers(resource, metadata, options);
        boolean waits = !Json.items(metadata, "finalizers").isEmpty() || strategy.isHeld(object);
        boolean dryRun = !Json.items(options, "dryRun").isEmpty();
        if (!waits && (grace == 0 || (pending && Json.number(metadata, 0, "deletionGracePeriodSeconds") == 0))) {
            if (strategy.isDeletedGracefully()) {
                mark(metadata, pending, 0);
            }
            if (!dryRun) {
                Entry gone = writes.objects.remove(
                        resource, writes.conversions.toStorage(resource, object), entry.modRevision(), call.auditId());
                if (gone != null) {
                    metadata.put("resourceVersion", Long.toString(gone.modRevision()));
                }
            }
            return new Result(object, true);
        }
        if (!pending || grace < Json.number(metadata, 0, "deletionGracePeriodSeconds")) {
            mark(metadata, pending, grace);
            if (!strategy.countsDeletion()) {
                metadata.set("generation", Json.at(before, "metadata", "generation"));
                metadata.remove("deletionGracePeriodSeconds");
            }
        }
        strategy.markTerminating(object);
        if (!dryRun && !Json.same(before, object)) {
            Entry written = writes.objects.update(
                    resource, writes.conversions.toStorage(resource, object), entry.modRevision(), call.auditId());
            return new Result(Json.parseObject(writes.served(resource, written)), false);
        }
        return new Result(object, false);
    }

    /** Says until when it may live. A later request can only bring that forward, and is no new wish. */
    private void mark(ObjectNode metadata, boolean pending, long grace) {
        Instant end = writes.clock.now().plusSeconds(grace);
        if (pending) {
            long before = Json.number(metadata, 0, "deletionGracePeriodSeconds");
            end = Instant.parse(Json.string(metadata, "deletionTimestamp"))
                    .minusSeconds(before)
                    .plusSeconds(grace);
        } else if (metadata.has("generation")) {
            metadata.put("generation", Json.number(metadata, 0, "generation") + 1);
        }
        metadata.put("deletionTimestamp", end.truncatedTo(ChronoUnit.SECONDS).toString());
        metadata.put("deletionGracePeriodSeconds", grace);
    }

    private static OptionalLong askedGrace(ObjectNode options) {
        JsonNode asked = options.get("gracePeriodSeconds");
        return asked != null && asked.isNumber() ? OptionalLong.of(asked.longValue()) : OptionalLong.empty();
    }

    private static void setPropagationFinalizers(Resource resource, ObjectNode metadata, ObjectNode options) {
        String policy = Json.string(options, "propagationPolicy");
        JsonNode orphan = options.get("orphanDependents");
        if (policy.isEmpty() && orphan != null && orphan.isBoolean()) {
            policy = orphan.booleanValue() ? "Orphan" : "Background";
        }
        if (policy.isEmpty()) {
            return;
        }
        List<String> finalizers = new ArrayList<>(Json.strings(metadata, "finalizers"));
        finalizers.removeIf(f -> f.equals(FOREGROUND) || f.equals(ORPHAN));
        if (policy.equals("Foreground")) {
            finalizers.add(FOREGROUND);
        } else if (policy.equals("Orphan")) {
            finalizers.add(ORPHAN);
        }
        var array = Json.array();
        finalizers.forEach(array::add);
        if (array.isEmpty()) {
            metadata.remove("finalizers");
        } else {
            metadata.set("finalizers", array);
        }
    }

    private static void checkPreconditions(Resource resource, String name, ObjectNode object, ObjectNode options) {
        String uid = Json.string(options, "preconditions", "uid");
        String liveUid = Json.string(object, "metadata", "uid");
        if (!uid.isEmpty() && !uid.equals(liveUid)) {
            throw unmet(
                    resource,
                    name,
                    "the UID in the precondition (" + uid + ") does not match the UID in record (" + liveUid
                            + "). The object might have been deleted and then recreated");
        }
        String version = Json.string(options, "preconditions", "resourceVersion");
        String live = Json.string(object, "metadata", "resourceVersion");
        if (!version.isEmpty() && !version.equals(live)) {
            throw unmet(
                    resource,
                    name,
                    "the ResourceVersion in the precondition (" + version
                            + ") does not match the ResourceVersion in record (" + live
                            + "). The object might have been modified");
        }
    }

    private static ApiException unmet(Resource resource, String name, String why) {
        String kind = resource.group().isEmpty() ? resource.kind() : resource.kind() + "." + resource.group();
        ObjectNode details = Json.object().put("name", name);
        if (!resource.group().isEmpty()) {
            details.put("group", resource.group());
        }
        details.put("kind", resource.kind());
        return new ApiException(
                409, "Conflict", "Operation cannot be fulfilled on " + kind + " \"" + name + "\": " + why, details);
    }

    private static ObjectNode success(Resource resource, ObjectNode object) {
        ObjectNode status = Json.object();
        status.put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Success");
        ObjectNode details = status.putObject("details");
        details.put("name", Json.string(object, "metadata", "name"));
        if (!resource.group().isEmpty()) {
            details.put("group", resource.group());
        }
        details.put("kind", resource.plural());
        details.put("uid", Json.string(object, "metadata", "uid"));
        return status;
    }
}
