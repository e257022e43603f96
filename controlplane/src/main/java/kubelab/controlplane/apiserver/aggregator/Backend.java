package kubelab.controlplane.apiserver.aggregator;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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
    private static final int SWITCHING = 101;

    private Backend() {}

    /**
     * @param target path and query, encoded
     * @param headers as they are sent, with Host
     */
    record Question(String method, String target, Map<String, List<String>> headers, byte[] body) {}

    /**
     * @param headers without those of the connection; names as the server wrote them
     * @param length bytes of the body; negative when the server does not say
     * @param upgrade what the server wants to speak from now on; empty for none
     */
    record Answer(int code, Map<String, List<String>> headers, long length, String upgrade, InputStream body) {
        String header(String name) {
            return Backend.header(headers, name);
        }
    }

    /**
     * @param patience wall time for the whole answer; zero waits without end
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
            return converse(tls.over(plain), question, patience);
        } catch (IOException | RuntimeException e) {
            plain.close();
            throw new IOException(
                    e instanceof IOException failed ? BackendErrors.asking(failed) : String.valueOf(e.getMessage()), e);
        }
    }

    private static Answer converse(Socket connection, Question question, Duration patience) throws IOException {
        StringBuilder head = new StringBuilder(question.method + " " + question.target + " HTTP/1.1\r\n");
        for (Map.Entry<String, List<String>> header : question.headers.entrySet()) {
            for (String value : header.getValue()) {
                if (!BackendHead.isValue(value)) {
                    throw new IOException("net/http: invalid header field value for \"" + header.getKey() + "\"");
                }
                head.append(header.getKey()).append(": ").append(value).append("\r\n");
            }
        }
        if (question.body.length > 0 || question.method.equals("POST") || question.method.equals("PUT")) {
            head.append("Content-Length: ").append(question.body.length).append("\r\n");
        }
        OutputStream out = connection.getOutputStream();
        out.write(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
        out.write(question.body);
        out.flush();
        return answer(connection, question, patience);
    }

    private static Answer answer(Socket connection, Question question, Duration patience) throws IOException {
        InputStream in = new BufferedInputStream(PatientInput.of(connection, patience));
        BackendHead head = BackendHead.read(in);
        Map<String, List<String>> headers = head.headers();
        long length = length(question.method, head);
        InputStream body = new BackendBody(in, length, connection);
        if (length != 0
                && header(question.headers, "Accept-Encoding").equals(ProxyHeaders.OWN_ENCODING)
                && header(headers, "Content-Encoding").equalsIgnoreCase("gzip")) {
            headers.keySet().removeIf(name -> name.equalsIgnoreCase("Content-Encoding"));
            length = BackendBody.UNTIL_CLOSED;
            body = new GZIPInputStream(body);
        }
        String upgrade = head.code() == SWITCHING ? header(headers, "Upgrade") : "";
        ProxyHeaders.withoutThoseOfConnection(headers);
        return new Answer(head.code(), headers, length, upgrade, body);
    }

    private static long length(String method, BackendHead head) throws IOException {
        if (method.equals("HEAD") || head.code() == 204 || head.code() == 304 || head.code() == SWITCHING) {
            return 0;
        }
        return header(head.headers(), "Transfer-Encoding")
                        .toLowerCase(Locale.ROOT)
                        .contains("chunked")
                ? BackendBody.CHUNKED
                : head.contentLength();
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
