package kubelab.controlplane.images;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import kubelab.containers.network.Connection;
import kubelab.containers.network.NetNamespace;
import kubelab.containers.runtime.RegistryCredentials;
import org.jspecify.annotations.Nullable;

/** Asks one registry from one node: one request, one connection of the simulated network. */
final class RegistryConnection {
    private static final Duration CONNECT = Duration.ofSeconds(30);
    private static final Duration READ = Duration.ofSeconds(30);
    private static final int MAX_HEAD = 64 * 1024;
    private static final int MAX_BODY = 256 * 1024 * 1024;
    private static final String ACCEPT = "application/vnd.oci.image.manifest.v1+json, "
            + "application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.v2+json, "
            + "application/vnd.docker.distribution.manifest.list.v2+json, */*";

    private final NetNamespace node;
    private final String host;
    private final @Nullable RegistryCredentials credentials;
    private boolean asked;

    /** @param host {@code localhost:5000} */
    RegistryConnection(NetNamespace node, String host, @Nullable RegistryCredentials credentials) {
        this.node = node;
        this.host = host;
        this.credentials = credentials;
    }

    record Answer(int status, Map<String, String> headers, byte[] body) {}

    /** The credentials are sent once the registry has asked for some. */
    Answer ask(String method, String path) throws IOException {
        Answer answer = send(method, path);
        if (answer.status() == 401 && credentials != null && !asked) {
            asked = true;
            return send(method, path);
        }
        return answer;
    }

    private Answer send(String method, String path) throws IOException {
        int colon = host.lastIndexOf(':');
        String name = colon < 0 ? host : host.substring(0, colon);
        int port = colon < 0 ? 80 : Integer.parseInt(host.substring(colon + 1));
        StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\n")
                .append("User-Agent: containerd/2.2.1\r\nAccept: ")
                .append(ACCEPT)
                .append("\r\nConnection: close\r\n");
        if (asked && credentials != null) {
            byte[] both = (credentials.user() + ":" + credentials.password()).getBytes(StandardCharsets.UTF_8);
            head.append("Authorization: Basic ")
                    .append(Base64.getEncoder().encodeToString(both))
                    .append("\r\n");
        }
        try (Connection connection = node.connect(name, port, CONNECT)) {
            connection.readTimeout(READ);
            connection.output().write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
            return receive(connection.input(), method);
        }
    }

    private static Answer receive(InputStream in, String method) throws IOException {
        String[] first = line(in).split(" ");
        if (first.length < 2 || !first[1].matches("\\d{3}")) {
            throw new IOException("malformed HTTP response");
        }
        Map<String, String> headers = new TreeMap<>();
        for (String line; !(line = line(in)).isEmpty(); ) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).trim());
            }
        }
        byte[] body = method.equals("HEAD") ? new byte[0] : body(in, headers);
        return new Answer(Integer.parseInt(first[1]), headers, body);
    }

    private static byte[] body(InputStream in, Map<String, String> headers) throws IOException {
        if (headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            while (true) {
                int size = number(line(in).split(";")[0].trim(), 16);
                all.write(exactly(in, size));
                line(in);
                if (size == 0) {
                    return all.toByteArray();
                }
                check(all.size());
            }
        }
        String length = headers.get("content-length");
        if (length != null) {
            return exactly(in, number(length, 10));
        }
        byte[] all = in.readNBytes(MAX_BODY + 1);
        check(all.length);
        return all;
    }

    private static int number(String text, int radix) throws IOException {
        try {
            int number = Integer.parseInt(text, radix);
            check(number);
            return number;
        } catch (NumberFormatException e) {
            throw new IOException("malformed HTTP response: " + text, e);
        }
    }

    private static byte[] exactly(InputStream in, int size) throws IOException {
        byte[] bytes = in.readNBytes(size);
        if (bytes.length < size) {
            throw new IOException("unexpected EOF");
        }
        return bytes;
    }

    private static void check(int size) throws IOException {
        if (size < 0 || size > MAX_BODY) {
            throw new IOException("more than " + MAX_BODY + " bytes");
        }
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int b; (b = in.read()) != '\n'; ) {
            if (b < 0 || bytes.size() > MAX_HEAD) {
                throw new IOException("EOF");
            }
            if (b != '\r') {
                bytes.write(b);
            }
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }
}
