package kubelab.controlplane.apiserver.request;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A request as it came in, whichever way it came.
 *
 * @param uri path and query as they were sent
 * @param path decoded, without the query
 * @param query decoded; names as sent
 * @param headers names in lower case
 * @param webSocket whether the caller wants to upgrade the connection to a WebSocket
 * @param source the address of the other end of the connection
 * @param gone completes when the caller has gone before it was answered, where the transport can tell
 * @param user the caller if the transport vouches for it (client certificate, in-process component); null otherwise
 */
public record ApiRequest(
        String method,
        String uri,
        String path,
        Map<String, List<String>> query,
        Map<String, List<String>> headers,
        byte[] body,
        boolean webSocket,
        String source,
        CompletableFuture<Void> gone,
        @Nullable User user) {
    private static final String LOOPBACK = "127.0.0.1";

    /** From within this JVM. @param uri path and query, still encoded */
    public static ApiRequest of(
            String method,
            String uri,
            Map<String, List<String>> headers,
            byte[] body,
            boolean webSocket,
            @Nullable User user) {
        return of(method, uri, headers, body, webSocket, LOOPBACK, new CompletableFuture<>(), user);
    }

    /** @param uri path and query, still encoded */
    public static ApiRequest of(
            String method,
            String uri,
            Map<String, List<String>> headers,
            byte[] body,
            boolean webSocket,
            String source,
            CompletableFuture<Void> gone,
            @Nullable User user) {
        int mark = uri.indexOf('?');
        String path = decode(mark < 0 ? uri : uri.substring(0, mark), false);
        Map<String, List<String>> lower = new LinkedHashMap<>();
        headers.forEach((name, values) -> lower.computeIfAbsent(name.toLowerCase(Locale.ROOT), n -> new ArrayList<>())
                .addAll(values));
        return new ApiRequest(
                method,
                uri,
                path,
                mark < 0 ? Map.of() : query(uri.substring(mark + 1)),
                lower,
                body,
                webSocket,
                source,
                gone,
                user);
    }

    /** The first value of a query parameter; empty when it is missing. */
    public String param(String name) {
        List<String> values = query.get(name);
        return values == null || values.isEmpty() ? "" : values.get(0);
    }

    public List<String> params(String name) {
        return query.getOrDefault(name, List.of());
    }

    /** Whether a boolean parameter is on, as upstream reads it: {@code ?watch}, {@code watch=1}, {@code watch=true}. */
    public boolean flag(String name) {
        List<String> values = query.get(name);
        if (values == null || values.isEmpty()) {
            return false;
        }
        String value = values.get(0).toLowerCase(Locale.ROOT);
        return !value.equals("false") && !value.equals("0");
    }

    /** The first value of a header (name in lower case); empty when it is missing. */
    public String header(String name) {
        List<String> values = headers.get(name);
        return values == null || values.isEmpty() ? "" : values.get(0);
    }

    private static Map<String, List<String>> query(String text) {
        Map<String, List<String>> query = new LinkedHashMap<>();
        for (String pair : text.split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals), true);
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1), true);
            query.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
        }
        return query;
    }

    private static String decode(String text, boolean plusIsSpace) {
        if (text.indexOf('%') < 0 && (!plusIsSpace || text.indexOf('+') < 0)) {
            return text;
        }
        try {
            return URLDecoder.decode(plusIsSpace ? text : text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return text;
        }
    }
}
