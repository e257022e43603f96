package kubelab.controlplane.apiserver.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kubelab.controlplane.apiserver.openapi.Schema;
import kubelab.controlplane.apiserver.openapi.Schemas;
import kubelab.controlplane.apiserver.registry.Resource;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Decodes what was sent as its kind's type, and checks its values. */
public final class SchemaValidator implements Validator {
    private final Schemas schemas;

    public SchemaValidator(Schemas schemas) {
        this.schemas = schemas;
    }

    @Override
    public List<String> checkShape(
            Resource resource,
            String subresource,
            ObjectNode object,
            @Nullable SentBody raw,
            boolean patch,
            String fieldValidation) {
        String apiVersion = Json.string(object, "apiVersion");
        String kind = Json.string(object, "kind");
        Optional<Schema> schema = schemas.of(apiVersion, kind);
        if (schema.isEmpty()) {
            return List.of();
        }
        List<String> errors = new ArrayList<>();
        try {
            List<String> unknown = TypedDecoder.decode(schema.get(), object);
            if (fieldValidation.equals("Ignore")) {
                return List.of();
            }
            if (raw == null) {
                errors.addAll(unknown);
            } else if (raw.yaml()) {
                return strictYaml(cannotBeHandled(apiVersion, kind), raw.bytes(), unknown, fieldValidation);
            } else if (patch) {
                errors.addAll(StrictJson.duplicates(raw.bytes()));
                errors.addAll(unknown);
            } else {
                errors.addAll(StrictJson.errors(schema.get(), raw.bytes()));
            }
        } catch (DecodeException e) {
            throw ApiException.badRequest(cannotBeHandled(apiVersion, kind) + e.getMessage());
        }
        if (errors.isEmpty()) {
            return List.of();
        }
        if (fieldValidation.equals("Strict")) {
            throw ApiException.badRequest(
                    cannotBeHandled(apiVersion, kind) + "strict decoding error: " + String.join(", ", errors));
        }
        return errors;
    }

    /** All keys that come twice are one error, and several warnings. */
    private static List<String> strictYaml(String what, byte[] yaml, List<String> unknown, String fieldValidation) {
        List<String> twice = StrictYaml.duplicates(yaml);
        boolean strict = fieldValidation.equals("Strict");
        List<String> errors = new ArrayList<>();
        if (!twice.isEmpty() && strict) {
            errors.add(StrictYaml.error(twice));
        } else {
            errors.addAll(twice);
        }
        errors.addAll(unknown);
        if (strict && !errors.isEmpty()) {
            throw ApiException.badRequest(what + "strict decoding error: " + String.join(", ", errors));
        }
        return errors;
    }

    @Override
    public List<ApiException.Cause> validateCreate(Resource resource, ObjectNode object) {
        return isCustom(resource) ? List.of() : SizeRules.create(object, ObjectRules.create(object));
    }

    @Override
    public List<ApiException.Cause> validateUpdate(
            Resource resource, String subresource, ObjectNode object, ObjectNode oldObject) {
        return isCustom(resource)
                ? List.of()
                : SizeRules.update(object, ObjectRules.update(subresource, object, oldObject));
    }

    @Override
    public List<String> warnings(Resource resource, ObjectNode object, @Nullable ObjectNode oldObject) {
        return isCustom(resource) ? List.of() : Warnings.of(object, oldObject);
    }

    /** A custom kind may be called Pod, too. */
    private static boolean isCustom(Resource resource) {
        return resource.isCustom();
    }

    private static String cannotBeHandled(String apiVersion, String kind) {
        String version = apiVersion.substring(apiVersion.indexOf('/') + 1);
        return kind + " in version \"" + version + "\" cannot be handled as a " + kind + ": ";
    }
}
