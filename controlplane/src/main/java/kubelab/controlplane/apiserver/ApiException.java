package kubelab.controlplane.apiserver;

import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A refusal, as the {@code Status} object that clients get.
 *
 * <p>Source: k8s.io/apimachinery/pkg/api/errors, release 1.34 (codes, reasons, shapes and texts).
 */
public final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    /** Reasons whose Status has details even when there is nothing in them. */
    private static final Set<String> WITH_DETAILS = Set.of("NotFound", "MethodNotAllowed", "Invalid", "Forbidden");

    private final int code;
    private final String reason;
    private final transient ObjectNode details;
    private boolean showDetails;

    public ApiException(int code, String reason, String message) {
        this(code, reason, message, Json.object());
    }

    public ApiException(int code, String reason, String message, ObjectNode details) {
        super(message, null, false, false);
        this.code = code;
        this.reason = reason;
        this.details = details;
    }

    /** One reason why an object is invalid. @param reason e.g. {@code FieldValueRequired} */
    public record Cause(String reason, String message, String field) {}

    public static ApiException notFound(Resource resource, String name) {
        return new ApiException(
                404, "NotFound", resource.qualified() + " \"" + name + "\" not found", named(resource, name));
    }

    public static ApiException alreadyExists(Resource resource, String name) {
        return new ApiException(
                409, "AlreadyExists", resource.qualified() + " \"" + name + "\" already exists", named(resource, name));
    }

    public static ApiException conflict(Resource resource, String name, String why) {
        return new ApiException(
                409,
                "Conflict",
                "Operation cannot be fulfilled on " + resource.qualified() + " \"" + name + "\": " + why,
                named(resource, name));
    }

    /** The conflict of optimistic locking. */
    public static ApiException modified(Resource resource, String name) {
        return conflict(
                resource,
                name,
                "the object has been modified; please apply your changes to the latest version and try again");
    }

    public static ApiException forbidden(Resource resource, String name, String why) {
        String subject = name.isEmpty() ? resource.qualified() : resource.qualified() + " \"" + name + "\"";
        return new ApiException(403, "Forbidden", subject + " is forbidden: " + why, named(resource, name));
    }

    public static ApiException invalid(Resource resource, String name, List<Cause> causes) {
        return invalid(resource.group(), resource.kind(), name, causes);
    }

    public static ApiException invalid(String group, String kind, String name, List<Cause> causes) {
        ObjectNode details = Json.object();
        if (!name.isEmpty()) {
            details.put("name", name);
        }
        if (!group.isEmpty()) {
            details.put("group", group);
        }
        if (!kind.isEmpty()) {
            details.put("kind", kind);
        }
        ArrayNode list = details.putArray("causes");
        for (Cause cause : causes) {
            list.addObject()
                    .put("reason", cause.reason)
                    .put("message", cause.message)
                    .put("field", cause.field);
        }
        List<String> lines =
                causes.stream().map(c -> c.field + ": " + c.message).distinct().toList();
        String text = lines.size() == 1 ? lines.get(0) : "[" + String.join(", ", lines) + "]";
        String qualified = group.isEmpty() ? kind : kind + "." + group;
        return new ApiException(422, "Invalid", qualified + " \"" + name + "\" is invalid: " + text, details);
    }

    public static ApiException badRequest(String message) {
        return new ApiException(400, "BadRequest", message);
    }

    public static ApiException tooLarge(String why) {
        return new ApiException(413, "RequestEntityTooLarge", "Request entity too large: " + why);
    }

    public static ApiException methodNotAllowed() {
        return new ApiException(
                405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
    }

    /** No such path or resource at all. */
    public static ApiException unknownResource() {
        return new ApiException(404, "NotFound", "the server could not find the requested resource");
    }

    public static ApiException expired(String message) {
        return new ApiException(410, "Expired", message);
    }

    public static ApiException unauthorized() {
        return new ApiException(401, "Unauthorized", "Unauthorized");
    }

    public static ApiException internal(Throwable cause) {
        String message = "Internal error occurred: " + cause;
        ObjectNode details = Json.object();
        details.putArray("causes").addObject().put("message", String.valueOf(cause));
        return new ApiException(500, "InternalError", message, details);
    }

    /** The Status shall have {@code details} even when there is nothing in them. */
    ApiException showingDetails() {
        showDetails = true;
        return this;
    }

    public int code() {
        return code;
    }

    public String reason() {
        return reason;
    }

    public ObjectNode details() {
        return details;
    }

    /** The Status object, in upstream's order of fields. */
    public ObjectNode toStatus() {
        ObjectNode status = Json.object();
        status.put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Failure").put("message", getMessage());
        if (!reason.isEmpty()) {
            status.put("reason", reason);
        }
        if (!details.isEmpty() || showDetails || WITH_DETAILS.contains(reason)) {
            status.set("details", details.deepCopy());
        }
        status.put("code", code);
        return status;
    }

    public ApiResponse.Full toResponse() {
        return ApiResponse.json(code, toStatus());
    }

    private static ObjectNode named(Resource resource, String name) {
        ObjectNode details = Json.object();
        if (!name.isEmpty()) {
            details.put("name", name);
        }
        if (!resource.group().isEmpty()) {
            details.put("group", resource.group());
        }
        details.put("kind", resource.plural());
        return details;
    }
}
