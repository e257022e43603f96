package kubelab.controlplane.apiserver;

import java.time.temporal.ChronoUnit;
import java.util.List;
import kubelab.containers.clock.Clock;
import kubelab.controlplane.store.CompareFailedException;
import kubelab.controlplane.store.Entry;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What create, update, patch and delete share: the way of an object from admission to the store. The order is the
 * lesson: mutate → validate → commit.
 */
final class Writes {
    final ObjectStore objects;
    final Encoding encoding;
    final Conversions conversions;
    final FieldManagement fields;
    final Clock clock;
    private final List<Admission> admission;
    private final Validator validator;
    private final Defaulter defaulter;

    Writes(
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
    ObjectNode decode(Call call) {
        ObjectNode object = encoding.decode(call.request(), call.resource());
        Resource.Sub sub = call.subresource();
        String apiVersion = sub == null ? call.resource().apiVersion() : apiVersion(sub);
        String kind = sub == null ? call.resource().kind() : sub.kind();
        checkKind(object, apiVersion, kind);
        String type = Encoding.mediaType(call.request());
        boolean json = type.isEmpty() || type.equals("application/json");
        checkShape(call, object, json ? call.request().body() : null, false);
        return object;
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

    void checkShape(Call call, ObjectNode object, byte @Nullable [] raw, boolean patch) {
        String level = call.request().param("fieldValidation");
        String subresource = call.info().subresource();
        validator
                .checkShape(call.resource(), subresource, object, raw, patch, level.isEmpty() ? "Warn" : level)
                .forEach(call::warn);
    }

    /** Checks only whether the values have the types of the kind that {@code object} says it is. */
    void checkTypes(Call call, ObjectNode object) {
        validator.checkShape(call.resource(), call.info().subresource(), object, null, false, "Ignore");
    }

    void setDefaults(Call call, ObjectNode object) {
        defaulter.setDefaults(call.resource(), object);
    }

    AdmissionRequest admissionRequest(
            Call call, String operation, String name, ObjectNode object, @Nullable ObjectNode oldObject) {
        return new AdmissionRequest(
                operation,
                call.user(),
                call.resource(),
                call.info().subresource(),
                call.namespace(),
                name,
                object,
                oldObject,
                call.dryRun(),
                call::warn);
    }

    void mutate(AdmissionRequest request) {
        for (Admission plugin : admission) {
            plugin.mutate(request);
        }
    }

    void admit(AdmissionRequest request) {
        for (Admission plugin : admission) {
            plugin.validate(request);
        }
    }

    void validateCreate(Call call, ObjectNode object) {
        refuse(call, object, validator.validateCreate(call.resource(), object));
        validator.warnings(call.resource(), object, null).forEach(call::warn);
    }

    void validateUpdate(Call call, ObjectNode object, ObjectNode oldObject) {
        String subresource = call.info().subresource();
        refuse(call, object, validator.validateUpdate(call.resource(), subresource, object, oldObject));
        validator.warnings(call.resource(), object, oldObject).forEach(call::warn);
    }

    private static void refuse(Call call, ObjectNode object, List<ApiException.Cause> causes) {
        if (!causes.isEmpty()) {
            throw ApiException.invalid(call.resource(), Json.string(object, "metadata", "name"), causes);
        }
    }

    /** Stores a new object. @throws ApiException AlreadyExists */
    byte[] commitCreate(Call call, ObjectNode object) {
        String name = Json.string(object, "metadata", "name");
        ObjectNode stored = conversions.toStorage(call.resource(), object);
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

    byte[] served(Resource resource, Entry entry) {
        return conversions.fromStorage(resource, entry.value());
    }

    private static String apiVersion(Resource.Sub sub) {
        return sub.group().isEmpty() ? sub.version() : sub.group() + "/" + sub.version();
    }
}
