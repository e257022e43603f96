package kubelab.controlplane.apiserver.aggregator;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import kubelab.controlplane.apiserver.aggregator.ServiceResolver.Target;

/**
 * Asks a server over HTTPS.
 *
 * <p>Simplified: HTTP/1.1 with a connection for each request; upstream keeps connections, and speaks HTTP/2 where the
 * server does.
 */
final class Backend {
    private static final Duration CONNECT = Duration.ofSeconds(30);

    private Backend() {}

    /**
     * @param target path and query, encoded
     * @param headers as they are sent, with Host
     */
    record Question(String method, String target, Map<String, List<String>> headers, byte[] body) {}

    /** @param headers without those of the connection; names as the server wrote them */
    record Answer(int code, Map<String, List<String>> headers, InputStream body) {
        String header(String name) {
            return Backend.header(headers, name);
        }
    }

    /**
     * @param patience wall time for each wait for the server; zero waits without end
     * @throws IOException with upstream's words for what went wrong
     */
    static Answer ask(Dialer dialer, BackendTls tls, Target target, Question question, Duration patience)
            throws IOException {
        Socket plain;
        try {
            plain = dialer.dial(target.ip(), target.port(), patience.isZero() ? CONNECT : patience);
        } catch (IOException e) {
            throw new IOException(BackendErrors.dialing(target, e), e);
        }
        try {
            plain.setSoTimeout((int) patience.toMillis());
            return converse(tls.over(plain), question);
        } catch (IOException e) {
            plain.close();
            throw new IOException(BackendErrors.asking(e), e);
        }
    }

    private static Answer converse(Socket connection, Question question) throws IOException {
        StringBuilder head = new StringBuilder(question.method + " " + question.target + " HTTP/1.1\r\n");
        question.headers.forEach((name, values) -> values.forEach(
                value -> head.append(name).append(": ").append(value).append("\r\n")));
        if (question.body.length > 0 || question.method.equals("POST") || question.method.equals("PUT")) {
            head.append("Content-Length: ").append(question.body.length).append("\r\n");
        }
        OutputStream out = connection.getOutputStream();
        out.write(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
        out.write(question.body);
        out.flush();
        return answer(connection, question);
    }

    private static Answer answer(Socket connection, Question question) throws IOException {
        InputStream in = new BufferedInputStream(connection.getInputStream());
        int code;
        Map<String, List<String>> headers;
        do {
            String[] status = BackendBody.line(in).split(" ", 3);
            if (status.length < 2 || !status[0].startsWith("HTTP/1.")) {
                throw new IOException("malformed HTTP response");
            }
            code = Integer.parseInt(status[1]);
            headers = headers(in);
        } while (code == 100);
        long length = length(question.method, code, headers);
        InputStream body = new BackendBody(in, length, connection);
        if (header(question.headers, "Accept-Encoding").equals(ProxyHeaders.OWN_ENCODING)
                && header(headers, "Content-Encoding").equalsIgnoreCase("gzip")) {
            headers.keySet().removeIf(name -> name.equalsIgnoreCase("Content-Encoding"));
            body = new GZIPInputStream(body);
        }
        headers.keySet().removeIf(ProxyHeaders::isOfConnection);
        return new Answer(code, headers, body);
    }

    private static Map<String, List<String>> headers(InputStream in) throws IOException {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        for (String line = BackendBody.line(in); !line.isEmpty(); line = BackendBody.line(in)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.computeIfAbsent(line.substring(0, colon).trim(), n -> new ArrayList<>())
                        .add(line.substring(colon + 1).trim());
            }
        }
        return headers;
    }

    private static long length(String method, int code, Map<String, List<String>> headers) throws IOException {
        if (method.equals("HEAD") || code == 204 || code == 304) {
            return 0;
        }
        if (header(headers, "Transfer-Encoding").toLowerCase(Locale.ROOT).contains("chunked")) {
            return BackendBody.CHUNKED;
        }
        String given = header(headers, "Content-Length");
        try {
            return given.isEmpty() ? BackendBody.UNTIL_CLOSED : Long.parseLong(given);
        } catch (NumberFormatException e) {
            throw new IOException("bad Content-Length \"" + given + "\"", e);
        }
    }

    /** The first value; empty when there is none. */
    static String header(Map<String, List<String>> headers, String name) {
        for (Map.Entry<String, List<String>> header : headers.entrySet()) {
            if (header.getKey().equalsIgnoreCase(name) && !header.getValue().isEmpty()) {
                return header.getValue().get(0);
            }
        }
        return "";
    }
}
