package kubelab.controlplane.cel.library;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Absolute URLs and paths, and their parts. Source: k8s.io/apiserver/pkg/cel/library/urls.go (1.34). Simplified: what is a
 * URL is decided by Java's reader, and why something is none is said in its words.
 */
final class UrlFunctions {
    private static final OpaqueType URL = OpaqueType.create("kubernetes.URL");

    /** @param uri what was read; its host may be empty */
    record Url(URI uri) {
        static Url of(String text) {
            try {
                URI uri = new URI(text);
                if (uri.getScheme() == null && !text.startsWith("/")) {
                    throw new IllegalArgumentException("URL parse error during conversion from string: parse \"" + text
                            + "\": invalid URI for request");
                }
                return new Url(uri);
            } catch (URISyntaxException wrong) {
                throw new IllegalArgumentException(
                        "URL parse error during conversion from string: " + wrong.getMessage(), wrong);
            }
        }

        /** Host and port, without who asks. */
        String host() {
            String authority = text(uri.getRawAuthority());
            return authority.substring(authority.indexOf('@') + 1);
        }

        String port() {
            return uri.getPort() < 0 ? "" : Integer.toString(uri.getPort());
        }

        String hostname() {
            String host = port().isEmpty() ? host() : host().substring(0, host().length() - port().length() - 1);
            return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        }

        Map<String, List<String>> query() {
            Map<String, List<String>> query = new LinkedHashMap<>();
            for (String pair : text(uri.getRawQuery()).split("&", -1)) {
                if (!pair.isEmpty()) {
                    String[] parts = pair.split("=", 2);
                    query.computeIfAbsent(decode(parts[0]), n -> new ArrayList<>())
                            .add(parts.length < 2 ? "" : decode(parts[1]));
                }
            }
            return query;
        }

        private static String decode(String text) {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        }
    }

    private UrlFunctions() {}

    static void addTo(Functions functions) {
        CelType string = SimpleType.STRING;
        List<CelType> url = List.of(URL);
        functions.global("url", URL, List.of(string), args -> Url.of((String) args[0]));
        functions.global("isURL", SimpleType.BOOL, List.of(string), args -> {
            try {
                Url.of((String) args[0]);
                return true;
            } catch (IllegalArgumentException none) {
                return false;
            }
        });
        functions.member("getScheme", string, url, args -> text(((Url) args[0]).uri.getScheme()));
        functions.member("getHost", string, url, args -> ((Url) args[0]).host());
        functions.member("getHostname", string, url, args -> ((Url) args[0]).hostname());
        functions.member("getPort", string, url, args -> ((Url) args[0]).port());
        functions.member("getEscapedPath", string, url, args -> text(((Url) args[0]).uri.getRawPath()));
        functions.member(
                "getQuery", MapType.create(string, ListType.create(string)), url, args -> ((Url) args[0]).query());
    }

    private static String text(@Nullable String part) {
        return part == null ? "" : part;
    }
}
