package kubelab.controlplane.apiserver.verb;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import kubelab.controlplane.apiserver.encoding.Encoding;
import kubelab.controlplane.apiserver.registry.ObjectStore;
import kubelab.controlplane.apiserver.registry.Resource;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.apiserver.request.ApiResponse;
import kubelab.controlplane.apiserver.request.GoText;
import kubelab.controlplane.json.Json;
import kubelab.controlplane.store.CompareFailedException;
import kubelab.controlplane.store.Entry;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** update and patch: a new state for an object that exists, whole or as a difference. */
public final class UpdateVerb {
    private static final List<String> KEPT_METADATA =
            List.of("name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds");
    private static final int ATTEMPTS = 50;

    private final WriteChain writes;
    private final CreateVerb creates;
    private final Patcher patcher;

    public UpdateVerb(WriteChain writes, CreateVerb creates, Patcher patcher) {
        this.writes = writes;
        this.creates = creates;
        this.patcher = patcher;
    }

    public ApiResponse update(RequestContext call) {
        Encoding.Wanted wanted = writes.encoding.wanted(call.request(), call.resource());
        ObjectNode sent = writes.decode(call);
        Patcher.checkName(call, sent);
        long expected = ObjectStore.revisionOf(sent);
        for (int attempt = 0; ; attempt++) {
            Entry entry = writes.objects.entry(call.resource(), call.namespace(), call.name());
            if (entry == null) {
                return createInstead(call, wanted, sent);
            }
            if (expected == 0 && !call.resource().strategy().updatesUnconditionally()) {
                throw ApiException.invalid(
                        call.resource().group(),
                        call.resource().plural(),
                        call.name(),
                        List.of(new ApiException.Cause(
                                "FieldValueInvalid",
                                "Invalid value: 0: must be specified for an update",
                                "metadata.resourceVersion")));
            }
            if (expected != 0 && expected != entry.modRevision()) {
                throw ApiException.modified(call.resource(), call.name());
            }
            try {
                byte[] result = store(call, entry, live(call, entry), sent.deepCopy(), false);
                return writes.encoding.object(200, wanted, call.resource(), result);
            } catch (CompareFailedException raced) {
                if (expected != 0 || attempt >= ATTEMPTS) {
                    throw ApiException.modified(call.resource(), call.name());
                }
            }
        }
    }

    public ApiResponse patch(RequestContext call) {
        Encoding.Wanted wanted = writes.encoding.wanted(call.request(), call.resource());
        boolean apply = RequestOptions.isApply(call.request());
        call.audit().requestPatch(call.request().body());
        for (int attempt = 0; ; attempt++) {
            Entry entry = writes.objects.entry(call.resource(), call.namespace(), call.name());
            if (entry == null && call.subresource() != null) {
                throw ApiException.notFound(call.resource(), call.name());
            }
            try {
                ObjectNode live = entry == null ? null : live(call, entry);
                if (live == null && !apply) {
                    throw ApiException.notFound(call.resource(), call.name());
                }
                ObjectNode patched = live == null || apply ? patcher.applied(call, live) : patcher.patched(call, live);
                if (entry == null || live == null) {
                    return writes.encoding.object(201, wanted, call.resource(), creates.create(call, patched));
                }
                long expected = ObjectStore.revisionOf(patched);
                if (expected != 0 && expected != entry.modRevision()) {
                    throw ApiException.modified(call.resource(), call.name());
                }
                Patcher.checkName(call, patched);
                byte[] result = store(call, entry, live, patched, apply);
                return writes.encoding.object(200, wanted, call.resource(), result);
            } catch (CompareFailedException raced) {
                if (attempt >= ATTEMPTS) {
                    throw ApiException.modified(call.resource(), call.name());
                }
            }
        }
    }

    /**
     * The part of the chain behind decoding.
     *
     * @throws CompareFailedException when somebody else wrote in between
     */
    byte[] store(RequestContext call, Entry entry, ObjectNode live, ObjectNode next, boolean applied)
            throws CompareFailedException {
        Resource resource = call.resource();
        keepMetadata(call, live, next);
        checkFinalizers(resource, call.name(), live, next);
        writes.pass(call, "UPDATE", next, live, applied);
        if (same(live, next) && writes.conversions.isStoredAsServed(resource, live, entry.value())) {
            return writes.served(resource, entry);
        }
        if (call.dryRun()) {
            return Json.bytes(next);
        }
        if (isGone(resource, next)) {
            // The last finalizer was taken from an object that waited for it.
            Entry removed =
                    writes.objects.remove(resource, writes.stored(resource, next), entry.modRevision(), call.auditId());
            return removed == null ? Json.bytes(next) : writes.served(resource, removed);
        }
        return writes.served(
                resource,
                writes.objects.update(resource, writes.stored(resource, next), entry.modRevision(), call.auditId()));
    }

    ObjectNode live(RequestContext call, Entry entry) {
        return writes.conversions.fromStorage(call.resource(), Json.parseObject(entry.value()));
    }

    private ApiResponse createInstead(RequestContext call, Encoding.Wanted wanted, ObjectNode sent) {
        Resource resource = call.resource();
        if (call.subresource() != null || !resource.strategy().createsOnUpdate()) {
            throw ApiException.notFound(resource, call.name());
        }
        Json.ensure(sent, "metadata").remove("resourceVersion");
        return writes.encoding.object(201, wanted, resource, creates.create(call, sent));
    }

    /** An object that is going may only lose finalizers. */
    private static void checkFinalizers(Resource resource, String name, ObjectNode live, ObjectNode next) {
        if (Json.string(live, "metadata", "deletionTimestamp").isEmpty()) {
            return;
        }
        List<String> added = new ArrayList<>(Json.strings(next, "metadata", "finalizers"));
        added.removeAll(Json.strings(live, "metadata", "finalizers"));
        if (!added.isEmpty()) {
            String list = added.stream().map(f -> "\"" + f + "\"").collect(Collectors.joining(", "));
            ApiException.Cause cause = new ApiException.Cause(
                    "FieldValueForbidden",
                    "Forbidden: no new finalizers can be added if the object is being deleted, found new"
                            + " finalizers []string{" + list + "}",
                    "metadata.finalizers");
            // Twice, as upstream does: its generic and its own validation both say it.
            throw ApiException.invalid(resource, name, List.of(cause, cause));
        }
    }

    private static void keepMetadata(RequestContext call, ObjectNode live, ObjectNode next) {
        ObjectNode metadata = Json.ensure(next, "metadata");
        String uid = Json.string(metadata, "uid");
        String liveUid = Json.string(live, "metadata", "uid");
        if (!uid.isEmpty() && !uid.equals(liveUid)) {
            if (call.info().verb().equals("patch")) {
                ApiException.Cause cause = new ApiException.Cause(
                        "FieldValueInvalid",
                        "Invalid value: " + GoText.quote(uid) + ": field is immutable",
                        "metadata.uid");
                throw ApiException.invalid(call.resource(), call.name(), List.of(cause, cause));
            }
            throw new ApiException(
                    409,
                    "Conflict",
                    "Operation cannot be fulfilled on " + Json.string(live, "metadata", "name")
                            + ": Precondition failed: UID in precondition: " + uid + ", UID in object meta: "
                            + liveUid);
        }
        ObjectNode before = Json.ensure(live, "metadata");
        for (String field : KEPT_METADATA) {
            JsonNode value = before.get(field);
            if (value == null) {
                metadata.remove(field);
            } else {
                metadata.set(field, value);
            }
        }
        metadata.remove("selfLink");
    }

    private static boolean same(ObjectNode live, ObjectNode next) {
        ObjectNode metadata = Json.ensure(next, "metadata");
        JsonNode version = Json.at(live, "metadata", "resourceVersion");
        if (version != null) {
            metadata.set("resourceVersion", version);
        }
        return sameFields(live, next, field -> !field.getKey().equals("metadata"))
                && sameFields(Json.ensure(live, "metadata"), metadata, UpdateVerb::isStoredMetadata)
                && sameManagers(
                        Json.objects(live, "metadata", "managedFields"),
                        Json.objects(next, "metadata", "managedFields"));
    }

    /** Who owns what, without the times: a write that only repeats itself is none. */
    private static boolean sameManagers(List<ObjectNode> before, List<ObjectNode> after) {
        if (before.size() != after.size()) {
            return false;
        }
        for (int i = 0; i < before.size(); i++) {
            if (!sameFields(
                    before.get(i), after.get(i), field -> !field.getKey().equals("time"))) {
                return false;
            }
        }
        return true;
    }

    /** Managers are compared for themselves; empty lists and maps are not stored. */
    private static boolean isStoredMetadata(Map.Entry<String, JsonNode> field) {
        return !field.getKey().equals("managedFields")
                && !(field.getValue().isContainer() && field.getValue().isEmpty());
    }

    /** Whether two objects agree in the fields that count. */
    private static boolean sameFields(ObjectNode one, ObjectNode other, Predicate<Map.Entry<String, JsonNode>> counts) {
        int compared = 0;
        for (Map.Entry<String, JsonNode> field : one.properties()) {
            if (counts.test(field)) {
                compared++;
                if (!Json.same(field.getValue(), other.get(field.getKey()))) {
                    return false;
                }
            }
        }
        return compared == other.properties().stream().filter(counts).count();
    }

    private static boolean isGone(Resource resource, ObjectNode object) {
        return !Json.string(object, "metadata", "deletionTimestamp").isEmpty()
                && Json.items(object, "metadata", "finalizers").isEmpty()
                && Json.number(object, 0, "metadata", "deletionGracePeriodSeconds") == 0
                && !resource.strategy().isHeld(object);
    }
}
