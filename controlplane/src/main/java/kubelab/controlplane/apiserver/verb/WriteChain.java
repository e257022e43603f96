package kubelab.controlplane.apiserver.verb;

import java.time.temporal.ChronoUnit;
import java.util.List;
import kubelab.containers.clock.Clock;
import kubelab.controlplane.apiserver.apply.FieldManagement;
import kubelab.controlplane.apiserver.encoding.Encoding;
import kubelab.controlplane.apiserver.registry.Conversions;
import kubelab.controlplane.apiserver.registry.ObjectStore;
import kubelab.controlplane.apiserver.registry.Resource;
import kubelab.controlplane.apiserver.request.Admission;
import kubelab.controlplane.apiserver.request.AdmissionRequest;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.apiserver.request.ApiRequest;
import kubelab.controlplane.apiserver.strategy.Generation;
import kubelab.controlplane.apiserver.validation.SentBody;
import kubelab.controlplane.apiserver.validation.Validator;
import kubelab.controlplane.json.Json;
import kubelab.controlplane.store.CompareFailedException;
import kubelab.controlplane.store.Entry;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The way of a write from a body to the store, which create, update, patch and delete share. {@link #decode} reads what was
 * sent (a patch is read and applied by {@link Patcher}); {@link #pass} is the chain itself: default → prepare → own →
 * admission changes → validate → admission refuses; then the verb commits.
 */
public final class WriteChain {
    final ObjectStore objects;
    final Encoding encoding;
    final Conversions conversions;
    final FieldManagement fields;
    final Clock clock;
    private final List<Admission> admission;
    private final Validator validator;
    private final Defaulter defaulter;

    public WriteChain(
            ObjectStore objects,
            Encoding encoding,
            Conversions conversions,
            FieldManagement fields,
            Clock clock,
            List<Admission> admission,
            Validator validator,
            Defaulter defaulter) {
        this.objects = objects;
        this.encoding = encoding;
        this.conversions = conversions;
        this.fields = fields;
        this.clock = clock;
        this.admission = List.copyOf(admission);
        this.validator = validator;
        this.defaulter = defaulter;
    }

    String now() {
        return clock.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** Reads the body, checks its shape and that it is what the path says. */
    ObjectNode decode(RequestContext call) {
        ObjectNode object = encoding.decode(call.request(), call.resource());
        Resource.Sub sub = call.subresource();
        String apiVersion = sub == null ? call.resource().apiVersion() : apiVersion(sub);
        String kind = sub == null ? call.resource().kind() : sub.kind();
        if (call.resource().isCustom() && kind.equals(call.resource().kind())) {
            CustomKind.check(call, object);
        } else {
            checkKind(object, apiVersion, kind);
        }
        checkShape(call, object, false);
        note(call, object);
        return object;
    }

    /** Upstream's decoder sets defaults, and what is noted of an object comes from it. */
    private void note(RequestContext call, ObjectNode object) {
        call.audit().sent(object);
        if (call.audit().wantsRequestObject()) {
            ObjectNode copy = object.deepCopy();
            if (Json.string(copy, "kind").equals(call.resource().kind())) {
                defaulter.setDefaults(call.resource(), copy);
            }
            call.audit().requestObject(copy);
        }
    }

    /** Fills in kind and apiVersion where they are missing. */
    void checkKind(ObjectNode object, String apiVersion, String kind) {
        String sentVersion = Json.string(object, "apiVersion");
        String sentKind = Json.string(object, "kind");
        String version = sentVersion.substring(sentVersion.indexOf('/') + 1);
        boolean otherVersion = !sentVersion.isEmpty() && !sentVersion.equals(apiVersion);
        boolean otherKind = !sentKind.isEmpty() && !sentKind.equals(kind);
        if ((otherVersion || otherKind) && !objects.knows(sentVersion, sentKind)) {
            throw ApiException.badRequest(sentKind + " in version \"" + version + "\" cannot be handled as a " + kind
                    + ": no kind \"" + sentKind + "\" is registered for version \"" + sentVersion
                    + "\" in scheme \"pkg/runtime/scheme.go:110\"");
        }
        if (otherVersion) {
            throw ApiException.badRequest("the API version in the data (" + sentVersion
                    + ") does not match the expected API version (" + apiVersion + ")");
        }
        if (otherKind) {
            int slash = apiVersion.indexOf('/');
            String group = slash < 0 ? "core" : apiVersion.substring(0, slash).replaceFirst("\\..*", "");
            throw ApiException.badRequest(sentKind + " in version \"" + version + "\" cannot be handled as a " + kind
                    + ": converting (" + version + "." + sentKind + ") to (" + group + "." + kind
                    + "): unknown conversion");
        }
        object.put("apiVersion", apiVersion);
        object.put("kind", kind);
    }

    /** @param patch whether the body is a patch, of which {@code object} is the result */
    void checkShape(RequestContext call, ObjectNode object, boolean patch) {
        ApiRequest request = call.request();
        SentBody raw = SentBody.of(Encoding.mediaType(request), request.body());
        String level = request.param("fieldValidation");
        String subresource = call.info().subresource();
        validator
                .checkShape(call.resource(), subresource, object, raw, patch, level.isEmpty() ? "Warn" : level)
                .forEach(call::warn);
    }

    /** Checks only whether the values have the types of the kind that {@code object} says it is. */
    void checkTypes(RequestContext call, ObjectNode object) {
        validator.checkShape(call.resource(), call.info().subresource(), object, null, false, "Ignore");
    }

    /**
     * The part of the chain that create, update, patch and delete share: from a tree of the resource's kind to what may be
     * committed. It changes {@code object}.
     *
     * @param operation CREATE, UPDATE or DELETE
     * @param object the new state; the object that goes
     * @param before the state before an UPDATE; null otherwise
     * @param applied whether an apply made the object, which has settled who owns which field
     * @throws ApiException what refuses it
     */
    void pass(RequestContext call, String operation, ObjectNode object, @Nullable ObjectNode before, boolean applied) {
        boolean delete = operation.equals("DELETE");
        if (!delete) {
            defaulter.setDefaults(call.resource(), object);
            prepare(call, object, before);
            if (!applied) {
                // Before admission: what plug-ins change is nobody's.
                fields.updated(call.resource(), subresource(call), before, object, call.fieldManager(), now());
            }
        }
        AdmissionRequest request = admissionRequest(call, operation, object, before);
        admission.forEach(plugin -> plugin.mutate(request));
        if (!delete) {
            complete(call, object, before);
            validate(call, object, before);
        }
        admission.forEach(plugin -> plugin.validate(request));
    }

    private static void prepare(RequestContext call, ObjectNode object, @Nullable ObjectNode before) {
        if (before == null) {
            Preparation.forCreate(call.resource(), object);
        } else {
            Preparation.forUpdate(call.resource(), subresource(call), object, before);
        }
    }

    private AdmissionRequest admissionRequest(
            RequestContext call, String operation, ObjectNode object, @Nullable ObjectNode before) {
        return new AdmissionRequest(
                operation,
                call.user(),
                call.resource(),
                subresource(call),
                call.namespace(),
                Json.string(object, "metadata", "name"),
                object,
                before,
                call.dryRun(),
                call::warn,
                call.audit()::annotate);
    }

    /** After plug-ins have had their say: defaults of what they added, and the generation. */
    private void complete(RequestContext call, ObjectNode object, @Nullable ObjectNode before) {
        if (before == null) {
            defaulter.setDefaults(call.resource(), object);
        } else if (!subresource(call).equals("binding")) {
            Generation.count(call.resource().strategy(), object, before);
        }
    }

    private void validate(RequestContext call, ObjectNode object, @Nullable ObjectNode before) {
        if (before == null) {
            validateNew(call, object);
            requireName(call.resource(), object);
            return;
        }
        refuse(call, object, validator.validateUpdate(call.resource(), subresource(call), object, before));
        validator.warnings(call.resource(), object, before).forEach(call::warn);
    }

    /** @throws ApiException Invalid, with all that is wrong */
    void validateNew(RequestContext call, ObjectNode object) {
        refuse(call, object, validator.validateCreate(call.resource(), object));
        validator.warnings(call.resource(), object, null).forEach(call::warn);
    }

    private static String subresource(RequestContext call) {
        return call.info().subresource();
    }

    private static void requireName(Resource resource, ObjectNode object) {
        if (Json.string(object, "metadata", "name").isEmpty()) {
            throw ApiException.invalid(
                    resource,
                    "",
                    List.of(new ApiException.Cause(
                            "FieldValueRequired",
                            "Required value: name or generateName is required",
                            "metadata.name")));
        }
    }

    private static void refuse(RequestContext call, ObjectNode object, List<ApiException.Cause> causes) {
        if (!causes.isEmpty()) {
            throw ApiException.invalid(call.resource(), Json.string(object, "metadata", "name"), causes);
        }
    }

    /** Stores a new object. @throws ApiException AlreadyExists */
    byte[] commitCreate(RequestContext call, ObjectNode object) {
        String name = Json.string(object, "metadata", "name");
        ObjectNode stored = stored(call.resource(), object);
        if (call.dryRun()) {
            if (objects.entry(call.resource(), call.namespace(), name) != null) {
                throw ApiException.alreadyExists(call.resource(), name);
            }
            return Json.bytes(object);
        }
        try {
            return served(call.resource(), objects.create(call.resource(), stored, call.auditId()));
        } catch (CompareFailedException exists) {
            throw ApiException.alreadyExists(call.resource(), name);
        }
    }

    /** The object in the version in which its kind is stored, with that version's defaults. */
    ObjectNode stored(Resource resource, ObjectNode object) {
        ObjectNode stored = conversions.toStorage(resource, object);
        if (!resource.isCustom() && !resource.isStorageVersion()) {
            defaulter.setDefaults(objects.resource(resource.group(), resource.plural()), stored);
        }
        return stored;
    }

    byte[] served(Resource resource, Entry entry) {
        return conversions.fromStorage(resource, entry.value());
    }

    private static String apiVersion(Resource.Sub sub) {
        return sub.group().isEmpty() ? sub.version() : sub.group() + "/" + sub.version();
    }
}
