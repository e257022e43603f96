package kubelab.controlplane.apiserver.aggregator;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import kubelab.controlplane.apiserver.aggregator.ServiceResolver.Target;
import kubelab.controlplane.apiserver.encoding.LeanObject;
import kubelab.controlplane.apiserver.request.ApiRequest;
import kubelab.controlplane.apiserver.request.User;

/**
 * What a request that is passed on has in its head: the client's headers without its credentials, and who the client is.
 *
 * <p>Source: SetAuthProxyHeaders in k8s.io/client-go/transport, k8s.io/apimachinery/pkg/util/proxy, and Go's
 * net/http/httputil (1.34).
 */
final class ProxyHeaders {
    /** What this proxy asks for where the client accepts no encoding, and takes off again. */
    static final String OWN_ENCODING = "gzip";

    private static final Set<String> OF_CONNECTION = Set.of(
            "connection",
            "content-length",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");
    private static final Set<String> NOT_PASSED = Set.of("authorization", "host", LeanObject.HEADER);

    private ProxyHeaders() {}

    /** Takes out what is about one connection only: headers of HTTP, and those that Connection names. */
    static void withoutThoseOfConnection(Map<String, List<String>> headers) {
        Set<String> named = named(headers);
        headers.keySet().removeIf(name -> {
            String lower = name.toLowerCase(Locale.ROOT);
            return OF_CONNECTION.contains(lower) || named.contains(lower);
        });
    }

    private static Set<String> named(Map<String, List<String>> headers) {
        Set<String> named = new HashSet<>();
        headers.forEach((name, values) -> {
            if (name.equalsIgnoreCase("connection")) {
                values.forEach(value -> named.addAll(
                        List.of(value.toLowerCase(Locale.ROOT).strip().split("\\s*,\\s*"))));
            }
        });
        return named;
    }

    static Map<String, List<String>> of(ApiRequest request, Target target, User user, String auditId) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        headers.put("Host", List.of(target.authority()));
        Map<String, List<String>> given = new LinkedHashMap<>(request.headers());
        withoutThoseOfConnection(given);
        given.forEach((name, values) -> {
            boolean own = name.startsWith("impersonate-") || name.startsWith("x-remote-");
            if (!own && !NOT_PASSED.contains(name)) {
                headers.put(canonical(name), values);
            }
        });
        String upgrade = upgrade(request);
        if (!upgrade.isEmpty()) {
            headers.put("Connection", List.of("Upgrade"));
            headers.put("Upgrade", List.of(upgrade));
        }
        headers.putIfAbsent("Accept-Encoding", List.of(OWN_ENCODING));
        List<String> passed = new ArrayList<>(headers.getOrDefault("X-Forwarded-For", List.of()));
        passed.add(request.source());
        headers.put("X-Forwarded-For", List.of(String.join(", ", passed)));
        headers.put("X-Forwarded-Uri", List.of(path(request)));
        headers.put("X-Forwarded-Host", List.of(target.authority()));
        headers.put("X-Forwarded-Proto", List.of("https"));
        if (!auditId.isEmpty()) {
            headers.put("Audit-Id", List.of(auditId));
        }
        identity(headers, user);
        return headers;
    }

    /** What the client wants to speak from now on, such as {@code websocket}; empty for none. */
    static String upgrade(ApiRequest request) {
        return request.webSocket()
                ? "websocket"
                : named(request.headers()).contains("upgrade") ? request.header("upgrade") : "";
    }

    /** Says who asks. */
    static void identity(Map<String, List<String>> headers, User user) {
        headers.put("X-Remote-User", List.of(user.name()));
        if (!user.uid().isEmpty()) {
            headers.put("X-Remote-Uid", List.of(user.uid()));
        }
        if (!user.groups().isEmpty()) {
            headers.put("X-Remote-Group", user.groups());
        }
        user.extra().forEach((key, values) -> headers.put(canonical("X-Remote-Extra-" + escaped(key)), values));
    }

    /** Path and query; parameters in the order of their names, as Go encodes them. */
    static String target(ApiRequest request) {
        StringBuilder query = new StringBuilder();
        new TreeMap<>(request.query())
                .forEach((name, values) -> values.forEach(value -> query.append(query.isEmpty() ? '?' : '&')
                        .append(encoded(name))
                        .append('=')
                        .append(encoded(value))));
        return path(request) + query;
    }

    private static String path(ApiRequest request) {
        int mark = request.uri().indexOf('?');
        return mark < 0 ? request.uri() : request.uri().substring(0, mark);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    /** What may not be in a header's name is percent-encoded. */
    private static String escaped(String key) {
        StringBuilder escaped = new StringBuilder();
        for (byte b : key.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean plain = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            if (plain || "!#$&'*+-.^_`|~".indexOf(c) >= 0) {
                escaped.append(c);
            } else {
                escaped.append(String.format(Locale.ROOT, "%%%02X", (int) c));
            }
        }
        return escaped.toString();
    }

    /** {@code x-remote-user} as {@code X-Remote-User}. */
    static String canonical(String name) {
        StringBuilder canonical = new StringBuilder();
        boolean upper = true;
        for (char c : name.toCharArray()) {
            canonical.append(upper ? Character.toUpperCase(c) : Character.toLowerCase(c));
            upper = c == '-';
        }
        return canonical.toString();
    }
}
