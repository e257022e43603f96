package kubelab.controlplane.apiserver.customresources;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import kubelab.controlplane.apiserver.openapi.Schema;
import kubelab.controlplane.apiserver.openapi.Schemas;
import kubelab.controlplane.apiserver.request.ApiException.Cause;
import kubelab.controlplane.apiserver.structural.EmbeddedPlaces;
import kubelab.controlplane.apiserver.structural.Structural;
import kubelab.controlplane.apiserver.validation.DecodeException;
import kubelab.controlplane.apiserver.validation.Names;
import kubelab.controlplane.apiserver.validation.ObjectRules;
import kubelab.controlplane.apiserver.validation.TypedDecoder;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The metadata of custom objects, and of objects inside them: these have Kubernetes' own types whatever the schema says.
 *
 * <p>Source: k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta (1.34).
 */
final class EmbeddedObjects {
    private static final String METADATA = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

    private final Schemas schemas;

    EmbeddedObjects(Schemas schemas) {
        this.schemas = schemas;
    }

    /**
     * Gives an object's metadata the shape of its type.
     *
     * @param path of the object, with a dot behind it; empty for a whole one
     * @return the unknown fields that were dropped, as messages name them
     */
    List<String> shapeMetadata(ObjectNode object, String path) throws DecodeException {
        List<String> unknown = new ArrayList<>();
        Schema type = schemas.type(METADATA).orElse(null);
        if (type != null && object.get("metadata") instanceof ObjectNode metadata) {
            for (String problem : TypedDecoder.decode(type, metadata)) {
                unknown.add(problem.replaceFirst("\"", "\"" + path.replace("$", "\\$") + "metadata."));
            }
        }
        return unknown;
    }

    /** The same for all objects inside. */
    List<String> shapeBelow(ObjectNode object, Structural schema) throws DecodeException {
        List<String> unknown = new ArrayList<>();
        for (EmbeddedPlaces.Place place : EmbeddedPlaces.of(object, schema)) {
            unknown.addAll(shapeMetadata(place.object(), place.path() + "."));
        }
        return unknown;
    }

    /** @return what is wrong with the objects inside */
    List<Cause> check(ObjectNode object, Structural schema) {
        Causes causes = new Causes();
        for (EmbeddedPlaces.Place place : EmbeddedPlaces.of(object, schema)) {
            String path = place.path();
            present(place.object(), "apiVersion", path, causes);
            String apiVersion = Json.string(place.object(), "apiVersion");
            if (apiVersion.split("/", -1).length > 2) {
                causes.invalidText(path + ".apiVersion", apiVersion, "unexpected GroupVersion string: " + apiVersion);
            }
            present(place.object(), "kind", path, causes);
            String kind = Json.string(place.object(), "kind");
            causes.name(
                    path + ".kind",
                    kind,
                    "may have mixed case, but should otherwise match: ",
                    Names.label1035(kind.toLowerCase(Locale.ROOT)));
            for (Cause cause : ObjectRules.insideMetadata(place.object())) {
                causes.addAll(List.of(new Cause(cause.reason(), cause.message(), path + "." + cause.field())));
            }
        }
        return causes.list();
    }

    private static void present(JsonNode object, String field, String path, Causes causes) {
        if (!object.has(field)) {
            causes.required(path + "." + field, "");
        } else if (Json.string(object, field).isEmpty()) {
            causes.invalidText(path + "." + field, "", "must not be empty");
        }
    }
}
