package kubelab.controlplane.apiserver;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import kubelab.controlplane.store.CompactedException;
import kubelab.controlplane.store.Entry;
import kubelab.controlplane.store.Page;
import kubelab.controlplane.store.Store;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/** get and list: bytes from the store, as they are. */
final class Reads {
    private final ObjectStore objects;
    private final Encoding encoding;
    private final Conversions conversions;

    Reads(ObjectStore objects, Encoding encoding, Conversions conversions) {
        this.objects = objects;
        this.encoding = encoding;
        this.conversions = conversions;
    }

    ApiResponse get(Call call) {
        Encoding.Wanted wanted = encoding.wanted(call.request());
        notNewerThanNow(call.request().param("resourceVersion"));
        Entry entry = objects.entry(call.resource(), call.namespace(), call.name());
        if (entry == null) {
            throw ApiException.notFound(call.resource(), call.name());
        }
        return encoding.object(200, wanted, call.resource(), conversions.fromStorage(call.resource(), entry.value()));
    }

    ApiResponse list(Call call) {
        ApiRequest request = call.request();
        Encoding.Wanted wanted = encoding.wanted(request);
        Filter filter = Filter.of(call);
        long limit = number(request, "limit");
        Page page;
        try {
            page = page(call, request, limit > 0 && filter.isEmpty() ? (int) limit : 0);
        } catch (CompactedException e) {
            throw request.param("continue").isEmpty()
                    ? ApiException.expired("too old resource version: " + e.requested() + " (" + e.oldest() + ")")
                    : ApiException.expired(
                            "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.");
        }
        List<byte[]> items = new ArrayList<>();
        String last = "";
        boolean more = page.more();
        for (Entry entry : page.entries()) {
            if (!filter.matches(entry)) {
                continue;
            }
            if (limit > 0 && items.size() >= limit) {
                more = true;
                break;
            }
            items.add(conversions.fromStorage(call.resource(), entry.value()));
            last = entry.key();
        }
        ObjectNode metadata = Json.object();
        metadata.put("resourceVersion", Long.toString(page.revision()));
        if (more) {
            metadata.put("continue", token(page.revision(), last));
            if (filter.isEmpty()) {
                metadata.put("remainingItemCount", page.remaining());
            }
        }
        return encoding.list(wanted, call.resource(), items, metadata);
    }

    private Page page(Call call, ApiRequest request, int limit) {
        Store store = objects.store();
        String prefix = call.resource().prefix(call.namespace());
        String token = request.param("continue");
        String version = request.param("resourceVersion");
        String match = request.param("resourceVersionMatch");
        checkMatch(call.resource(), version, match, token);
        if (!token.isEmpty()) {
            if (!version.isEmpty() && !version.equals("0")) {
                throw ApiException.badRequest("specifying resource version is not allowed when using continue");
            }
            Position position = position(token);
            return store.range(prefix, position.key, limit, position.revision);
        }
        notNewerThanNow(version);
        long exact = match.equals("Exact") ? parse(version) : 0;
        return store.range(prefix, null, limit, exact);
    }

    private static void checkMatch(Resource resource, String version, String match, String token) {
        if (match.isEmpty()) {
            return;
        }
        String why = null;
        if (!match.equals("Exact") && !match.equals("NotOlderThan")) {
            why = "Unsupported value: \"" + match + "\": supported values: \"Exact\", \"NotOlderThan\"";
        } else if (!token.isEmpty()) {
            why = "Forbidden: resourceVersionMatch is forbidden when continue is provided";
        } else if (version.isEmpty()) {
            why = "Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided";
        } else if (match.equals("Exact") && version.equals("0")) {
            why = "Forbidden: resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"";
        }
        if (why != null) {
            throw ApiException.invalid(
                    "meta.k8s.io",
                    "ListOptions",
                    "",
                    List.of(new ApiException.Cause("FieldValueForbidden", why, "resourceVersionMatch")));
        }
    }

    /** A client may have seen a newer cluster than this one (a restored backup). */
    void notNewerThanNow(String version) {
        long asked = parse(version);
        long now = objects.store().revision();
        if (asked > now) {
            ObjectNode details = Json.object();
            details.putArray("causes")
                    .addObject()
                    .put("reason", "ResourceVersionTooLarge")
                    .put("message", "Too large resource version");
            details.put("retryAfterSeconds", 1);
            throw new ApiException(
                    504, "Timeout", "Timeout: Too large resource version: " + asked + ", current: " + now, details);
        }
    }

    static long parse(String version) {
        if (version.isEmpty()) {
            return 0;
        }
        try {
            long parsed = Long.parseLong(version);
            if (parsed >= 0) {
                return parsed;
            }
        } catch (NumberFormatException e) {
            // refused below
        }
        // Upstream lets this one through as an error without a reason.
        throw new ApiException(
                500,
                "",
                "resourceVersion: Invalid value: \"" + version + "\": strconv.ParseUint: parsing \"" + version
                        + "\": invalid syntax");
    }

    private static long number(ApiRequest request, String name) {
        String value = request.param(name);
        try {
            return value.isEmpty() ? 0 : Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw ApiException.badRequest("strconv.ParseInt: parsing \"" + value + "\": invalid syntax");
        }
    }

    private record Position(long revision, String key) {}

    /** Opaque to clients: revision and last key. */
    private static String token(long revision, String key) {
        ObjectNode token =
                Json.object().put("v", "meta.k8s.io/v1").put("rv", revision).put("start", key);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Json.bytes(token));
    }

    private static Position position(String token) {
        try {
            ObjectNode tree =
                    Json.parseObject(new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8));
            return new Position(Json.number(tree, 0, "rv"), Json.string(tree, "start"));
        } catch (IllegalArgumentException | JacksonException | ClassCastException e) {
            throw ApiException.badRequest(
                    "invalid continue token: continue key is not valid: it was not made by this server");
        }
    }

    /** The selectors of a list or watch. */
    record Filter(@Nullable LabelSelector labels, @Nullable FieldSelector fields, String name) {
        static Filter of(Call call) {
            String labels = call.request().param("labelSelector");
            String fields = call.request().param("fieldSelector");
            return new Filter(
                    labels.isEmpty() ? null : LabelSelector.parse(labels),
                    fields.isEmpty() ? null : FieldSelector.parse(call.resource(), fields),
                    call.name());
        }

        boolean isEmpty() {
            return labels == null && fields == null && name.isEmpty();
        }

        boolean matches(Entry entry) {
            return matches(entry.fields());
        }

        boolean matches(Map<String, String> of) {
            return (name.isEmpty() || name.equals(of.get("metadata.name")))
                    && (fields == null || fields.matches(of))
                    && (labels == null || labels.matches(FieldSelector.labelsOf(of)));
        }
    }
}
