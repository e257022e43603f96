package kubelab.containers.runtime.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import kubelab.containers.network.Connection;
import kubelab.containers.network.NetNamespace;
import org.jspecify.annotations.Nullable;

/** HTTP/1.1 as the servers in images speak it: one request after another on a connection. */
public final class Http {
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final int MAX_LINE = 16 * 1024;

    private Http() {}

    /** Answers one request. */
    public interface Handler {
        Response handle(Request request) throws IOException, InterruptedException;
    }

    /**
     * @param target as sent, e.g. {@code /a?b=c}
     * @param headers names in lower case
     * @param remote who asks, {@code ip:port}
     */
    public record Request(
            String method, String target, Map<String, String> headers, byte[] body, String remote, String local) {
        public String path() {
            int mark = target.indexOf('?');
            return URLDecoder.decode(
                    (mark < 0 ? target : target.substring(0, mark)).replace("+", "%2B"), StandardCharsets.UTF_8);
        }

        /** A parameter of the query, or of a form in the body; empty when it is not there. */
        public String parameter(String name) {
            String form = headers.getOrDefault("content-type", "").startsWith("application/x-www-form-urlencoded")
                    ? new String(body, StandardCharsets.UTF_8)
                    : "";
            int mark = target.indexOf('?');
            String query = (mark < 0 ? "" : target.substring(mark + 1)) + "&" + form;
            for (String pair : query.split("&")) {
                int equals = pair.indexOf('=');
                String key = equals < 0 ? pair : pair.substring(0, equals);
                if (URLDecoder.decode(key, StandardCharsets.UTF_8).equals(name)) {
                    return equals < 0 ? "" : URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8);
                }
            }
            return "";
        }

        public String header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
        }

        /** The client's address without its port. */
        public String remoteIp() {
            return remote.substring(0, remote.lastIndexOf(':'));
        }
    }

    /** @param headers in the order in which they are sent; Content-Length is added */
    public record Response(int status, Map<String, String> headers, byte[] body) {
        public static Response text(int status, String text) {
            Map<String, String> headers = new LinkedHashMap<>();
            if (!text.isEmpty()) {
                headers.put("Content-Type", "text/plain; charset=utf-8");
            }
            return new Response(status, headers, text.getBytes(StandardCharsets.UTF_8));
        }
    }

    public static String date(Instant instant) {
        return DATE.format(instant);
    }

    public static String reason(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 201 -> "Created";
            case 204 -> "No Content";
            case 301 -> "Moved Permanently";
            case 302 -> "Found";
            case 304 -> "Not Modified";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 408 -> "Request Timeout";
            case 500 -> "Internal Server Error";
            case 502 -> "Bad Gateway";
            case 503 -> "Service Unavailable";
            default -> "Status " + status;
        };
    }

    /** Serves one connection until either side has had enough. */
    public static NetNamespace.Acceptor acceptor(Handler handler) {
        return connection -> {
            try (connection) {
                while (serveOne(connection, handler)) {
                    // Keep-alive: the next request comes on the same connection.
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
    }

    private static boolean serveOne(Connection connection, Handler handler) throws IOException, InterruptedException {
        InputStream in = connection.input();
        String first = line(in);
        if (first == null) {
            return false;
        }
        String[] words = first.split(" ");
        if (words.length < 2) {
            send(connection.output(), Response.text(400, "400 Bad Request"), false, false);
            return false;
        }
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line; (line = line(in)) != null && !line.isEmpty(); ) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).trim());
            }
        }
        byte[] body = body(in, headers);
        Request request =
                new Request(words[0], words[1], headers, body, connection.remoteAddress(), connection.localAddress());
        boolean newer = words.length > 2 && words[2].equals("HTTP/1.1");
        String wish = headers.getOrDefault("connection", "");
        boolean keep = newer ? !wish.equalsIgnoreCase("close") : wish.equalsIgnoreCase("keep-alive");
        send(connection.output(), handler.handle(request), keep, words[0].equals("HEAD"));
        return keep;
    }

    private static byte[] body(InputStream in, Map<String, String> headers) throws IOException {
        String length = headers.get("content-length");
        if (length != null) {
            return in.readNBytes(Integer.parseInt(length));
        }
        if (headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            while (true) {
                String size = line(in);
                int n = size == null || size.isEmpty() ? 0 : Integer.parseInt(size.split(";")[0].trim(), 16);
                all.write(in.readNBytes(n));
                line(in);
                if (n == 0) {
                    return all.toByteArray();
                }
            }
        }
        return new byte[0];
    }

    private static void send(OutputStream out, Response response, boolean keep, boolean headOnly) throws IOException {
        StringBuilder head = new StringBuilder("HTTP/1.1 ")
                .append(response.status())
                .append(' ')
                .append(reason(response.status()))
                .append("\r\n");
        response.headers().forEach((name, value) -> {
            head.append(name).append(": ").append(value).append("\r\n");
        });
        if (!response.headers().containsKey("Content-Length")) {
            head.append("Content-Length: ").append(response.body().length).append("\r\n");
        }
        if (!response.headers().containsKey("Connection")) {
            head.append("Connection: ").append(keep ? "keep-alive" : "close").append("\r\n");
        }
        byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = java.util.Arrays.copyOf(start, start.length + (headOnly ? 0 : response.body().length));
        if (!headOnly) {
            System.arraycopy(response.body(), 0, all, start.length, response.body().length);
        }
        out.write(all);
        out.flush();
    }

    private static @Nullable String line(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (bytes.size() < MAX_LINE) {
            int b = in.read();
            if (b < 0) {
                return bytes.size() == 0 ? null : bytes.toString(StandardCharsets.ISO_8859_1);
            }
            if (b == '\n') {
                break;
            }
            if (b != '\r') {
                bytes.write(b);
            }
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }
}
