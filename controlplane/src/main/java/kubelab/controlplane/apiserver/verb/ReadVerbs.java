package kubelab.controlplane.apiserver.verb;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import kubelab.controlplane.apiserver.encoding.Encoding;
import kubelab.controlplane.apiserver.registry.Conversions;
import kubelab.controlplane.apiserver.registry.ObjectStore;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.apiserver.request.ApiRequest;
import kubelab.controlplane.apiserver.request.ApiResponse;
import kubelab.controlplane.apiserver.request.GoText;
import kubelab.controlplane.json.Json;
import kubelab.controlplane.store.CompactedException;
import kubelab.controlplane.store.Entry;
import kubelab.controlplane.store.Page;
import kubelab.controlplane.store.Store;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/** get and list: bytes from the store, as they are. */
public final class ReadVerbs {
    private final ObjectStore objects;
    private final Encoding encoding;
    private final Conversions conversions;

    public ReadVerbs(ObjectStore objects, Encoding encoding, Conversions conversions) {
        this.objects = objects;
        this.encoding = encoding;
        this.conversions = conversions;
    }

    public ApiResponse get(RequestContext call) {
        Encoding.Wanted wanted = encoding.wanted(call.request(), call.resource());
        notNewerThanNow(call.request().param("resourceVersion"));
        Entry entry = objects.entry(call.resource(), call.namespace(), call.name());
        if (entry == null) {
            throw ApiException.notFound(call.resource(), call.name());
        }
        return encoding.object(200, wanted, call.resource(), conversions.fromStorage(call.resource(), entry.value()));
    }

    public ApiResponse list(RequestContext call) {
        ApiRequest request = call.request();
        Encoding.Wanted wanted = encoding.wanted(request, call.resource());
        ListOptions options = ListOptions.of(call);
        long limit = options.limit();
        Page page;
        try {
            page = page(
                    call, options, limit > 0 && options.selectsAll() ? (int) Math.min(limit, Integer.MAX_VALUE) : 0);
        } catch (CompactedException e) {
            throw options.token().isEmpty()
                    ? ApiException.expired("too old resource version: " + e.requested() + " (" + e.oldest() + ")")
                    : ApiException.expired(
                            "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.");
        }
        List<byte[]> items = new ArrayList<>();
        String last = "";
        boolean more = page.more();
        for (Entry entry : page.entries()) {
            if (!options.matches(entry, call.resource(), conversions)) {
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
            if (options.selectsAll()) {
                metadata.put("remainingItemCount", page.remaining());
            }
        } else if (call.resource().isCustom() && wanted.table() == null && !wanted.partial()) {
            metadata.put("continue", ""); // as upstream's lists without a type have it
        }
        return encoding.list(wanted, call.resource(), items, metadata);
    }

    private Page page(RequestContext call, ListOptions options, int limit) {
        Store store = objects.store();
        String prefix = call.resource().prefix(call.namespace());
        String version = options.resourceVersion();
        if (!options.token().isEmpty()) {
            Position position = position(options.token());
            if (!version.isEmpty() && !version.equals("0")) {
                throw ApiException.badRequest("specifying resource version is not allowed when using continue");
            }
            return store.range(prefix, position.key, limit, position.revision);
        }
        long asked = version(options);
        notNewerThanNow(version);
        return store.range(prefix, null, limit, options.match().equals("Exact") ? asked : 0);
    }

    /** The version that a list asks for. @throws ApiException BadRequest */
    static long version(ListOptions options) {
        try {
            return parse(options.resourceVersion());
        } catch (ApiException unreadable) {
            throw ApiException.badRequest("invalid resource version: " + unreadable.getMessage());
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
        boolean digits = version.matches("[0-9]+");
        // Upstream lets this one through as an error without a reason.
        throw new ApiException(
                500,
                "",
                "resourceVersion: Invalid value: \"" + version + "\": strconv.ParseUint: parsing \"" + version
                        + (digits ? "\": value out of range" : "\": invalid syntax"));
    }

    private record Position(long revision, String key) {}

    /** Opaque to clients: revision and last key. */
    private static String token(long revision, String key) {
        ObjectNode token =
                Json.object().put("v", "meta.k8s.io/v1").put("rv", revision).put("start", key);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Json.bytes(token));
    }

    private static Position position(String token) {
        byte[] bytes = {};
        try {
            bytes = Base64.getUrlDecoder().decode(token);
            ObjectNode tree = Json.parseObject(bytes);
            return new Position(Json.number(tree, 0, "rv"), Json.string(tree, "start"));
        } catch (JacksonException malformed) {
            throw invalidToken(GoText.jsonError(bytes, malformed));
        } catch (IllegalArgumentException | ClassCastException e) {
            throw invalidToken("it was not made by this server");
        }
    }

    private static ApiException invalidToken(String why) {
        return ApiException.badRequest("invalid continue token: continue key is not valid: " + why);
    }
}
