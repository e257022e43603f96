package kubelab.controlplane.apiserver.customresources;

import java.util.ArrayList;
import java.util.List;
import kubelab.controlplane.apiserver.openapi.Schemas;
import kubelab.controlplane.apiserver.registry.Resource;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.apiserver.request.ApiException.Cause;
import kubelab.controlplane.apiserver.request.GoText;
import kubelab.controlplane.apiserver.structural.CustomDefinition;
import kubelab.controlplane.apiserver.structural.ListTypes;
import kubelab.controlplane.apiserver.structural.Pruning;
import kubelab.controlplane.apiserver.structural.Structural;
import kubelab.controlplane.apiserver.structural.ValueRules;
import kubelab.controlplane.apiserver.validation.DecodeException;
import kubelab.controlplane.apiserver.validation.ObjectRules;
import kubelab.controlplane.apiserver.validation.SentBody;
import kubelab.controlplane.apiserver.validation.StrictJson;
import kubelab.controlplane.apiserver.validation.StrictYaml;
import kubelab.controlplane.apiserver.validation.Validator;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Checks custom objects by the schema of their version, and definitions; hands all others on.
 *
 * <p>Source: k8s.io/apiextensions-apiserver/pkg/registry/customresource (validator.go, strategy.go) and
 * pkg/apiserver/customresource_handler.go (schemaCoercingDecoder), release 1.34.
 */
public final class CustomValidator implements Validator {
    private final Validator builtIn;
    private final EmbeddedObjects embedded;

    public CustomValidator(Validator builtIn, Schemas schemas) {
        this.builtIn = builtIn;
        embedded = new EmbeddedObjects(schemas);
    }

    @Override
    public List<String> checkShape(
            Resource resource,
            String subresource,
            ObjectNode object,
            @Nullable SentBody raw,
            boolean patch,
            String fieldValidation) {
        CustomDefinition.Version custom = resource.custom();
        if (custom == null || subresource.equals("scale")) {
            return builtIn.checkShape(resource, subresource, object, raw, patch, fieldValidation);
        }
        List<String> errors = new ArrayList<>(duplicates(raw));
        String front = resource.kind() + " in version \"" + resource.version() + "\" cannot be handled as a "
                + resource.kind() + ": ";
        Structural schema = custom.schema();
        try {
            errors.addAll(embedded.shapeMetadata(object, ""));
            Numbers.canonical(object);
            if (schema != null) {
                Pruning.prune(object, schema).forEach(path -> errors.add("unknown field \"" + path + "\""));
                errors.addAll(embedded.shapeBelow(object, schema));
            }
        } catch (DecodeException e) {
            throw ApiException.badRequest(front + e.getMessage());
        }
        if (errors.isEmpty() || fieldValidation.equals("Ignore")) {
            return List.of();
        }
        if (fieldValidation.equals("Strict")) {
            throw ApiException.badRequest(front + "strict decoding error: " + String.join(", ", errors));
        }
        return errors;
    }

    private static List<String> duplicates(@Nullable SentBody raw) {
        if (raw == null) {
            return List.of();
        }
        return raw.yaml() ? StrictYaml.duplicates(raw.bytes()) : StrictJson.duplicates(raw.bytes());
    }

    @Override
    public List<Cause> validateCreate(Resource resource, ObjectNode object) {
        CustomDefinition.Version custom = resource.custom();
        if (custom == null) {
            List<Cause> causes = new ArrayList<>(builtIn.validateCreate(resource, object));
            if (isDefinition(resource)) {
                causes.addAll(DefinitionRules.create(object));
            }
            return causes;
        }
        List<Cause> causes = new ArrayList<>(ObjectRules.customCreate(object));
        values(custom, object, null, causes);
        Structural schema = custom.schema();
        if (schema != null) {
            causes.addAll(ListTypes.check(object, schema));
            causes.addAll(CustomRules.check(custom, object, null, causes));
        }
        return causes;
    }

    @Override
    public List<Cause> validateUpdate(Resource resource, String subresource, ObjectNode object, ObjectNode oldObject) {
        CustomDefinition.Version custom = resource.custom();
        if (custom == null) {
            List<Cause> causes = new ArrayList<>(builtIn.validateUpdate(resource, subresource, object, oldObject));
            if (isDefinition(resource)) {
                causes.addAll(DefinitionRules.update(object, oldObject, subresource));
            }
            return causes;
        }
        List<Cause> causes = new ArrayList<>(ObjectRules.customUpdate(object, oldObject));
        Structural schema = custom.schema();
        if (subresource.equals("status")) {
            causes.addAll(StatusRules.check(custom, object, oldObject));
        } else {
            values(custom, object, oldObject, causes);
        }
        if (schema != null && ListTypes.check(oldObject, schema).isEmpty()) {
            causes.addAll(ListTypes.check(object, schema));
        }
        causes.addAll(CustomRules.check(custom, object, oldObject, causes));
        return causes;
    }

    private void values(
            CustomDefinition.Version custom, ObjectNode object, @Nullable ObjectNode old, List<Cause> causes) {
        Structural schema = custom.schema();
        if (schema != null) {
            causes.addAll(ValueRules.check(schema, object, old, ""));
        }
        causes.addAll(ScaleRules.check(custom, object));
        if (schema != null) {
            causes.addAll(embedded.check(object, schema));
        }
    }

    @Override
    public List<String> warnings(Resource resource, ObjectNode object, @Nullable ObjectNode oldObject) {
        if (isDefinition(resource)) {
            return DefinitionRules.warnings(object, oldObject);
        }
        CustomDefinition.Version custom = resource.custom();
        if (custom == null) {
            return builtIn.warnings(resource, object, oldObject);
        }
        List<String> warnings = new ArrayList<>();
        if (oldObject != null) {
            warnings.addAll(CustomRules.warnings(custom, object, oldObject));
        }
        List<String> known = oldObject == null ? List.of() : Json.strings(oldObject, "metadata", "finalizers");
        for (String finalizer : Json.strings(object, "metadata", "finalizers")) {
            if (!finalizer.contains("/")
                    && !known.contains(finalizer)
                    && !List.of("orphan", "foregroundDeletion", "kubernetes").contains(finalizer)) {
                warnings.add("metadata.finalizers: " + GoText.quote(finalizer)
                        + ": prefer a domain-qualified finalizer name "
                        + (finalizer.contains(".") ? "including a path (/) " : "")
                        + "to avoid accidental conflicts with other finalizer writers");
            }
        }
        return warnings;
    }

    private static boolean isDefinition(Resource resource) {
        return resource.is("apiextensions.k8s.io", "customresourcedefinitions");
    }
}
