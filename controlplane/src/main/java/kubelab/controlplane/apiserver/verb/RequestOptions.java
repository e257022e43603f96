package kubelab.controlplane.apiserver.verb;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import kubelab.controlplane.apiserver.encoding.Encoding;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.apiserver.request.ApiException.Cause;
import kubelab.controlplane.apiserver.request.ApiRequest;
import kubelab.controlplane.apiserver.request.GoText;
import kubelab.controlplane.json.Json;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The options of writes. They are checked before anything else is read: a misspelt option must not change anything.
 *
 * <p>Source: k8s.io/apimachinery/pkg/apis/meta/v1/validation and k8s.io/apiserver/pkg/endpoints/handlers, release 1.34.
 */
public final class RequestOptions {
    private static final int LONGEST_MANAGER = 128;
    private static final List<String> FIELD_VALIDATION = List.of("", "Ignore", "Strict", "Warn");
    private static final List<String> POLICIES = List.of("Foreground", "Background", "Orphan");

    /** A field of DeleteOptions and its Go type. */
    private record Field(String goType, Predicate<JsonNode> fits) {}

    private static final Map<String, Field> DELETE_FIELDS = Map.of(
            "gracePeriodSeconds", new Field("int64", JsonNode::isIntegralNumber),
            "propagationPolicy", new Field("v1.DeletionPropagation", JsonNode::isString),
            "orphanDependents", new Field("bool", JsonNode::isBoolean),
            "dryRun", new Field("[]string", JsonNode::isArray),
            "preconditions", new Field("v1.Preconditions", JsonNode::isObject));

    private RequestOptions() {}

    /** Checks the options of a create, update or patch. @throws ApiException Invalid, with all that is wrong */
    public static void checkWrite(RequestContext call) {
        ApiRequest request = call.request();
        List<Cause> causes = new ArrayList<>();
        String kind =
                switch (call.info().verb()) {
                    case "create" -> "CreateOptions";
                    case "patch" -> "PatchOptions";
                    default -> "UpdateOptions";
                };
        String manager = request.param("fieldManager");
        if (kind.equals("PatchOptions")) {
            boolean apply = isApply(request);
            if (!apply && request.query().containsKey("force")) {
                causes.add(new Cause(
                        "FieldValueForbidden", "Forbidden: may not be specified for non-apply patch", "force"));
            } else if (apply && manager.isEmpty()) {
                causes.add(
                        new Cause("FieldValueRequired", "Required value: is required for apply patch", "fieldManager"));
            }
        }
        checkManager(manager, causes);
        checkDryRun(request.params("dryRun"), causes);
        String validation = request.param("fieldValidation");
        if (!FIELD_VALIDATION.contains(validation)) {
            causes.add(unsupported("fieldValidation", GoText.quote(validation), FIELD_VALIDATION));
        }
        refuse(kind, causes);
    }

    static boolean isApply(ApiRequest request) {
        return Encoding.mediaType(request).startsWith("application/apply-patch");
    }

    /**
     * The DeleteOptions of a request: its body, or its query where it has no body.
     *
     * @throws ApiException Invalid when an option has no such value
     */
    static ObjectNode delete(RequestContext call, Encoding encoding) {
        ApiRequest request = call.request();
        ObjectNode options = request.body().length == 0 ? fromQuery(request) : fromBody(request, encoding);
        if (request.body().length > 0 && call.audit().wantsRequestObject()) {
            // Upstream notes the options in their internal version.
            ObjectNode noted = options.deepCopy().put("kind", "DeleteOptions");
            call.audit().requestObject(noted.put("apiVersion", "meta.k8s.io/__internal"));
        }
        checkDelete(options);
        return options;
    }

    /** @throws ApiException Invalid when an option has no such value */
    static void checkDelete(ObjectNode options) {
        List<Cause> causes = new ArrayList<>();
        String policy = Json.string(options, "propagationPolicy");
        boolean given = options.hasNonNull("propagationPolicy");
        if (given && options.hasNonNull("orphanDependents")) {
            causes.add(new Cause(
                    "FieldValueInvalid",
                    "Invalid value: " + GoText.quote(policy)
                            + ": orphanDependents and deletionPropagation cannot be both set",
                    "propagationPolicy"));
        }
        if (given && !POLICIES.contains(policy)) {
            List<String> allowed = new ArrayList<>(POLICIES);
            allowed.add("nil");
            causes.add(unsupported("propagationPolicy", GoText.quote(policy), allowed));
        }
        checkDryRun(Json.strings(options, "dryRun"), causes);
        refuse("DeleteOptions", causes);
    }

    static Cause unsupported(String field, String shown, List<String> allowed) {
        String list = String.join(", ", allowed.stream().map(GoText::quote).toList());
        return new Cause(
                "FieldValueNotSupported", "Unsupported value: " + shown + ": supported values: " + list, field);
    }

    static void refuse(String kind, List<Cause> causes) {
        if (!causes.isEmpty()) {
            throw ApiException.invalid("meta.k8s.io", kind, "", causes);
        }
    }

    private static void checkManager(String manager, List<Cause> causes) {
        int bytes = manager.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
        if (bytes > LONGEST_MANAGER) {
            causes.add(new Cause(
                    "FieldValueTooLong",
                    "Too long: may not be more than " + LONGEST_MANAGER + " bytes",
                    "fieldManager"));
        }
        for (int i = 0; i < manager.length(); i++) {
            if (Character.isISOControl(manager.charAt(i))) {
                String at = String.format("U+%04X (at position %d)", (int) manager.charAt(i), i);
                causes.add(new Cause(
                        "FieldValueInvalid",
                        "Invalid value: " + GoText.quote(manager) + ": invalid character " + at,
                        "fieldManager"));
                return;
            }
        }
    }

    private static void checkDryRun(List<String> values, List<Cause> causes) {
        if (values.stream().anyMatch(value -> !value.equals("All"))) {
            String shown =
                    "[" + String.join(",", values.stream().map(GoText::quote).toList()) + "]";
            causes.add(unsupported("dryRun", shown, List.of("All")));
        }
    }

    private static ObjectNode fromQuery(ApiRequest request) {
        ObjectNode options = Json.object();
        if (request.query().containsKey("gracePeriodSeconds")) {
            options.put("gracePeriodSeconds", GoText.parseInt(request.param("gracePeriodSeconds")));
        }
        if (request.query().containsKey("propagationPolicy")) {
            options.put("propagationPolicy", request.param("propagationPolicy"));
        }
        if (request.query().containsKey("orphanDependents")) {
            options.put("orphanDependents", request.flag("orphanDependents"));
        }
        if (request.query().containsKey("dryRun")) {
            request.params("dryRun").forEach(options.withArray("dryRun")::add);
        }
        return options;
    }

    /** Upstream answers what is no DeleteOptions with an error that has no reason. */
    private static ObjectNode fromBody(ApiRequest request, Encoding encoding) {
        String type = Encoding.mediaType(request);
        if (type.isEmpty() || type.equals("application/json")) {
            try {
                Json.parse(request.body());
            } catch (JacksonException malformed) {
                throw plain(
                        "couldn't get version/kind; json parse error: " + GoText.jsonError(request.body(), malformed));
            }
        }
        ObjectNode options = encoding.decode(request, null);
        String kind = Json.string(options, "kind");
        if (!kind.isEmpty() && !kind.equals("DeleteOptions")) {
            throw plain("no kind \"" + kind + "\" is registered for version \"" + Json.string(options, "apiVersion")
                    + "\" in scheme \"pkg/runtime/scheme.go:110\"");
        }
        Json.fields(options).forEach((name, value) -> {
            Field field = DELETE_FIELDS.get(name);
            if (field != null && !value.isNull() && !field.fits.test(value)) {
                throw plain("json: cannot unmarshal " + GoText.jsonType(value) + " into Go struct field DeleteOptions."
                        + name + " of type " + field.goType);
            }
        });
        return options;
    }

    private static ApiException plain(String message) {
        return new ApiException(500, "", message);
    }
}
