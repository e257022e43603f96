package kubelab.controlplane.apiserver.openapi;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kubelab.controlplane.apiserver.registry.ResourceRegistry;
import kubelab.controlplane.apiserver.request.ApiRequest;
import kubelab.controlplane.apiserver.request.ApiResponse;
import kubelab.controlplane.apiserver.request.RawHandler;
import kubelab.controlplane.apiserver.request.User;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code /openapi/v2} and {@code /openapi/v3…}. A v3 document asked for by its hash never changes, and says so.
 *
 * <p>Threads: any. Two first requests at once may both read the document; one of the two equal ones is kept.
 *
 * <p>Simplified: the v2 document is served as JSON only; a client that accepts only protobuf gets 406 and falls back
 * to v3.
 */
public final class OpenApiHandler implements RawHandler {
    private final ResourceRegistry registry;
    private final CustomDocuments custom;
    private volatile @Nullable ApiDocument document;

    public OpenApiHandler(ResourceRegistry registry) {
        this.registry = registry;
        custom = new CustomDocuments(registry);
    }

    @Override
    public @Nullable ApiResponse handle(ApiRequest request, User user) {
        if (!request.path().startsWith("/openapi/") || !request.method().equals("GET")) {
            return null;
        }
        if (request.path().equals("/openapi/v3")) {
            byte[] index = document().index(this::served, custom.v3()).getBytes(StandardCharsets.UTF_8);
            return new ApiResponse.Full(200, headers("application/json"), index);
        }
        if (request.path().equals("/openapi/v2")) {
            String accept = request.header("accept");
            if (accept.contains("protobuf") && !accept.contains("json") && !accept.contains("*/*")) {
                return ApiResponse.text(406, "/openapi/v2 is served as application/json");
            }
            return body(
                    request, headers("application/json"), custom.v2(document().v2()));
        }
        if (request.path().startsWith("/openapi/v3/")) {
            return version(request, request.path().substring("/openapi/v3/".length()));
        }
        return null;
    }

    private @Nullable ApiResponse version(ApiRequest request, String path) {
        CustomDocuments.Document made = custom.v3().get(path);
        Optional<byte[]> found = made != null
                ? Optional.of(made.gzip())
                : served(path) ? document().v3(path) : Optional.empty();
        if (found.isEmpty()) {
            return null;
        }
        String hash = made != null ? made.hash() : document().hash(path).orElse("");
        String asked = request.param("hash");
        if (!asked.isEmpty() && !asked.equals(hash)) {
            Map<String, List<String>> moved = headers("text/plain; charset=utf-8");
            moved.put("Location", List.of("/openapi/v3/" + path + "?hash=" + hash));
            return new ApiResponse.Full(301, moved, new byte[0]);
        }
        Map<String, List<String>> headers = headers("application/json");
        headers.put("Etag", List.of("\"" + hash + "\""));
        if (!asked.isEmpty()) {
            headers.put("Cache-Control", List.of("public, immutable"));
            headers.put("Expires", List.of("Fri, 01 Jan 2100 00:00:00 GMT"));
        }
        if (request.header("if-none-match").contains(hash)) {
            return new ApiResponse.Full(304, headers, new byte[0]);
        }
        return body(request, headers, found.get());
    }

    private static ApiResponse body(ApiRequest request, Map<String, List<String>> headers, byte[] gzip) {
        headers.put("Vary", List.of("Accept-Encoding, Accept"));
        if (request.header("accept-encoding").contains("gzip")) {
            headers.put("Content-Encoding", List.of("gzip"));
            return new ApiResponse.Full(200, headers, gzip);
        }
        return new ApiResponse.Full(200, headers, ApiDocument.unzip(gzip));
    }

    /** Everything about no group, and the groups that have resources here. */
    private boolean served(String path) {
        String[] parts = path.split("/");
        if (!parts[0].equals("apis") || parts.length == 1) {
            return true;
        }
        return registry.all().stream()
                .anyMatch(row -> row.group().equals(parts[1])
                        && (parts.length == 2 || row.version().equals(parts[2])));
    }

    private static Map<String, List<String>> headers(String contentType) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        headers.put("Content-Type", List.of(contentType));
        return headers;
    }

    private ApiDocument document() {
        ApiDocument known = document;
        if (known == null) {
            known = new ApiDocument();
            document = known;
        }
        return known;
    }
}
