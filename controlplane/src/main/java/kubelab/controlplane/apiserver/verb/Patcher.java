package kubelab.controlplane.apiserver.verb;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kubelab.controlplane.apiserver.encoding.Encoding;
import kubelab.controlplane.apiserver.patch.Patches;
import kubelab.controlplane.apiserver.registry.Resource;
import kubelab.controlplane.apiserver.registry.VersionedKinds;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.apiserver.request.GoText;
import kubelab.controlplane.apiserver.structural.CustomDefinition;
import kubelab.controlplane.apiserver.validation.StrictYaml;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes the object that a patch asks for, and sees to it that it is still one of its kind.
 *
 * <p>Source: k8s.io/apiserver/pkg/endpoints/handlers/patch.go, release 1.34.
 */
public final class Patcher {
    /**
     * Versions that upstream still reads but does not serve; a patch may name them. Simplified: of the versions that
     * upstream reads and does not serve, a patch may name only those of groups that learners meet.
     */
    private static final Set<String> READ_ONLY_VERSIONS = Set.of(
            "apps/v1beta1",
            "apps/v1beta2",
            "batch/v1beta1",
            "networking.k8s.io/v1beta1",
            "policy/v1beta1",
            "rbac.authorization.k8s.io/v1beta1");

    private static final Pattern MISMATCH = Pattern.compile("json: cannot unmarshal (\\w+).* of type (\\S+)");

    private final WriteChain writes;
    private final Patches patches = new Patches();

    public Patcher(WriteChain writes) {
        this.writes = writes;
    }

    /**
     * @param live the object as it is, of the kind that the call is about; it is left as it is
     * @throws ApiException Invalid when the patch leaves something else than an object of that kind
     */
    ObjectNode patched(RequestContext call, ObjectNode live) {
        String type = Encoding.mediaType(call.request());
        ObjectNode result = patches.apply(
                call.resource(), type, live.deepCopy(), call.request().body());
        String shown = type.equals(Patches.STRATEGIC)
                ? Json.goText(Json.parseObject(orObject(call.request().body())))
                : sorted(result);
        result = ofKind(call, live, result, shown);
        try {
            writes.checkShape(call, result, true);
        } catch (ApiException refused) {
            throw refused.code() == 400
                    ? Patches.invalid(shown, why(refused, live, type.equals(Patches.STRATEGIC)))
                    : refused;
        }
        return result;
    }

    /** What {@code live} becomes when the request's configuration is applied to it. */
    ObjectNode applied(RequestContext call, @Nullable ObjectNode live) {
        Resource resource = call.resource();
        ObjectNode sent = writes.encoding.decode(call.request(), resource);
        checkDuplicates(call);
        String apiVersion = Json.string(sent, "apiVersion");
        String kind = Json.string(sent, "kind");
        if (!apiVersion.equals(resource.apiVersion()) || !kind.equals(resource.kind())) {
            throw ApiException.badRequest(
                    "invalid object type: " + (apiVersion.contains("/") ? "" : "/") + apiVersion + ", Kind=" + kind);
        }
        ObjectNode result = writes.fields.apply(
                resource,
                call.info().subresource(),
                live,
                sent,
                call.request().param("fieldManager"),
                call.request().flag("force"),
                writes.now());
        CustomDefinition.Version custom = resource.custom();
        if (custom != null) {
            // The types of an apply let more in than the schema: any field of an object without declared ones.
            custom.prune(result);
        }
        checkName(call, result);
        return result;
    }

    private static void checkDuplicates(RequestContext call) {
        String level = call.request().param("fieldValidation");
        List<String> twice = level.equals("Ignore")
                ? List.of()
                : StrictYaml.duplicates(call.request().body());
        if (!twice.isEmpty() && level.equals("Strict")) {
            throw ApiException.badRequest(
                    "error strict decoding YAML: error converting YAML to JSON: " + StrictYaml.error(twice));
        }
        twice.forEach(call::warn);
    }

    /** @throws ApiException BadRequest when the object is not the one that the path names */
    static void checkName(RequestContext call, ObjectNode object) {
        ObjectNode metadata = Json.ensure(object, "metadata");
        String sent = Json.string(metadata, "name");
        requireName(call, sent);
        if (!sent.equals(call.name())) {
            throw ApiException.badRequest(
                    "the name of the object (" + sent + ") does not match the name on the URL (" + call.name() + ")");
        }
        String namespace = Json.string(metadata, "namespace");
        if (call.resource().namespaced() && !namespace.isEmpty() && !namespace.equals(call.namespace())) {
            throw ApiException.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the request");
        }
    }

    private static void requireName(RequestContext call, String name) {
        if (name.isEmpty()) {
            throw ApiException.badRequest("the name of the object (" + call.name()
                    + " based on URL) was undeterminable: name must be provided");
        }
    }

    private ObjectNode ofKind(RequestContext call, ObjectNode live, ObjectNode result, String shown) {
        String apiVersion = Json.string(live, "apiVersion");
        String kind = Json.string(live, "kind");
        for (String field : List.of("apiVersion", "kind")) {
            JsonNode said = result.get(field);
            if (said != null && !said.isNull() && !said.isString()) {
                throw Patches.invalid(
                        shown,
                        "couldn't get version/kind; json parse error: json: cannot unmarshal " + GoText.jsonType(said)
                                + " into Go struct field ." + field + " of type string");
            }
        }
        String saidVersion = Json.string(result, "apiVersion");
        String saidKind = Json.string(result, "kind");
        if (saidVersion.isEmpty()) {
            // Upstream reads it as its internal type, which has no such fields.
            new TreeMap<>(Json.fields(result)).forEach((name, value) -> {
                if (!name.equals("kind") && !name.equals("apiVersion")) {
                    call.warn("unknown field \"" + name + "\"");
                }
            });
            requireName(call, "");
        }
        ObjectNode converted = result;
        if (!saidKind.isEmpty() && !saidKind.equals(kind) || !saidVersion.equals(apiVersion)) {
            boolean sameKind = saidKind.isEmpty() || saidKind.equals(kind);
            boolean known = writes.objects.knows(saidVersion, sameKind ? kind : saidKind);
            boolean read = sameKind
                    && READ_ONLY_VERSIONS.contains(saidVersion)
                    && group(saidVersion).equals(group(apiVersion));
            if (!known && !read) {
                throw Patches.invalid(
                        shown,
                        "no kind \"" + (sameKind ? kind : saidKind) + "\" is registered for version \"" + saidVersion
                                + "\" in scheme \"pkg/runtime/scheme.go:110\"");
            }
            if (!sameKind) {
                String why = "converting (" + version(saidVersion) + "." + saidKind + ") to (" + internal(apiVersion)
                        + "." + kind + "): unknown conversion";
                try {
                    writes.checkTypes(call, result);
                } catch (ApiException refused) {
                    why = why(refused, result, false);
                }
                throw Patches.invalid(shown, why);
            }
            converted = VersionedKinds.convert(result, saidVersion, apiVersion);
        }
        converted.put("apiVersion", apiVersion).put("kind", kind);
        return converted;
    }

    /** The reason without what a create or update would put in front of it. */
    private static String why(ApiException refused, ObjectNode object, boolean strategic) {
        String kind = Json.string(object, "kind");
        String message = String.valueOf(refused.getMessage());
        String front = kind + " in version \"" + version(Json.string(object, "apiVersion"))
                + "\" cannot be handled as a " + kind + ": ";
        String why = message.startsWith(front) ? message.substring(front.length()) : message;
        Matcher mismatch = MISMATCH.matcher(why);
        if (!strategic || !mismatch.matches()) {
            return why;
        }
        String found = mismatch.group(1).equals("number") ? "int64" : mismatch.group(1);
        String type = mismatch.group(2);
        if (type.startsWith("map")) {
            return "cannot restore map from " + found;
        }
        if (type.startsWith("[]")) {
            return "cannot restore slice from " + found;
        }
        if (type.equals("bool")) {
            return "unrecognized type: bool";
        }
        return type.startsWith("v1.")
                ? "cannot restore struct from: " + found
                : "cannot convert " + found + " to " + type;
    }

    /** JSON as upstream shows it: the fields of the object itself in alphabetical order. */
    private static String sorted(ObjectNode object) {
        ObjectNode sorted = Json.object();
        List<String> names = new ArrayList<>(object.propertyNames());
        names.sort(null);
        names.forEach(name -> sorted.set(name, object.get(name)));
        return sorted.toString();
    }

    private static byte[] orObject(byte[] body) {
        return body.length > 0 && body[0] == '{' ? body : new byte[] {'{', '}'};
    }

    private static String group(String apiVersion) {
        int slash = apiVersion.indexOf('/');
        return slash < 0 ? "" : apiVersion.substring(0, slash);
    }

    /** The package of a group's internal types. */
    private static String internal(String apiVersion) {
        String group = group(apiVersion);
        return group.isEmpty() ? "core" : group.replaceFirst("\\..*", "");
    }

    private static String version(String apiVersion) {
        return apiVersion.substring(apiVersion.indexOf('/') + 1);
    }
}
