package kubelab.controlplane.apiserver.aggregator;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The head of an answer of HTTP/1.1. What is no such head is refused in the words of Go's net/http and net/textproto; a
 * header whose name has a blank in it is left out. Simplified: what only says that an answer will come (1xx) is not passed on.
 *
 * @param headers names as the server wrote them; values byte by byte (ISO 8859-1)
 */
record BackendHead(int code, Map<String, List<String>> headers) {
    /** Bytes. */
    private static final int LONGEST = 10 << 20;

    private static final int MOST_HINTS = 5;
    private static final int SWITCHING = 101;
    private static final String BROKEN = "net/http: HTTP/1.x transport connection broken: ";
    private static final String TOO_LONG =
            BROKEN + "net/http: server response headers exceeded " + LONGEST + " bytes; aborted";
    private static final String IN_NAMES = "!#$%&'*+-.^_`|~";

    /** Reads the answer's head; those that only say that it will come (1xx) are passed over. */
    static BackendHead read(InputStream in) throws IOException {
        for (int hints = 0; hints <= MOST_HINTS; hints++) {
            int[] left = {LONGEST};
            int code = code(line(in, left));
            Map<String, List<String>> headers = headers(in, left);
            if (code >= 200 || code == SWITCHING) {
                return new BackendHead(code, headers);
            }
        }
        throw broken("net/http: too many 1xx informational responses");
    }

    private static int code(String line) throws IOException {
        String[] words = line.split(" ", 3);
        if (words.length < 2) {
            throw broken("malformed HTTP response " + quoted(line));
        }
        if (!words[1].matches("[1-9][0-9]{2}")) {
            throw broken("malformed HTTP status code " + quoted(words[1]));
        }
        if (!words[0].matches("HTTP/1\\.[0-9]")) {
            throw broken("malformed HTTP version " + quoted(words[0]));
        }
        return Integer.parseInt(words[1]);
    }

    private static Map<String, List<String>> headers(InputStream in, int[] left) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = line(in, left); !line.isEmpty(); line = line(in, left)) {
            if (!lines.isEmpty() && (line.charAt(0) == ' ' || line.charAt(0) == '\t')) {
                lines.set(lines.size() - 1, lines.get(lines.size() - 1) + " " + line.strip());
            } else {
                lines.add(line);
            }
        }
        Map<String, List<String>> headers = new LinkedHashMap<>();
        for (String line : lines) {
            int colon = line.indexOf(':');
            if (colon < 0) {
                throw broken("malformed MIME header: missing colon: " + quoted(line));
            }
            String name = line.substring(0, colon);
            String value = line.substring(colon + 1).strip();
            if (!isName(name.replace(" ", "")) || !isValue(value)) {
                throw broken("malformed MIME header line: " + quoted(line));
            }
            if (isName(name)) {
                headers.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
            }
        }
        return headers;
    }

    private static boolean isName(String name) {
        return !name.isEmpty()
                && name.chars()
                        .allMatch(c -> c >= 'a' && c <= 'z'
                                || c >= 'A' && c <= 'Z'
                                || c >= '0' && c <= '9'
                                || IN_NAMES.indexOf(c) >= 0);
    }

    /** Whether it can stand in a head: nothing in it ends its line. */
    static boolean isValue(String value) {
        return value.chars().allMatch(c -> c == '\t' || c >= ' ' && c != 0x7f);
    }

    private static String line(InputStream in, int[] left) throws IOException {
        String line = BackendBody.line(in, left[0], TOO_LONG);
        left[0] = Math.max(0, left[0] - line.length() - 1);
        return line;
    }

    /** @throws IOException when it is none, or there are several that differ */
    long contentLength() throws IOException {
        List<String> all = new ArrayList<>();
        headers.forEach((name, values) -> {
            if (name.equalsIgnoreCase("Content-Length")) {
                all.addAll(values);
            }
        });
        if (all.isEmpty()) {
            return BackendBody.UNTIL_CLOSED;
        }
        String first = all.get(0);
        if (all.stream().anyMatch(other -> !other.equals(first))) {
            throw broken("http: message cannot contain multiple Content-Length headers; got "
                    + all.stream().map(BackendHead::quoted).toList().toString().replace(",", ""));
        }
        if (!first.matches("[0-9]{1,18}")) {
            throw broken("bad Content-Length " + quoted(first));
        }
        return Long.parseLong(first);
    }

    private static IOException broken(String why) {
        return new IOException(BROKEN + why);
    }

    /** As Go's %q writes it, for what occurs in heads. */
    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ' || c >= 0x7f) {
                quoted.append(String.format(java.util.Locale.ROOT, "\\x%02x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
