package kubelab.labkit;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the audit log piece by piece, from one place on, as far as it has come; the next call goes on from there. */
final class AuditLogReader {
    private static final String PATH = "logs/kubernetes/audit.log";
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (?:\\*|(\\d+)-(\\d+))/(\\d+)");
    private static final int PIECE = 4 * 1024 * 1024;
    private static final int LONG_LINE = 64 * 1024;
    private static final long SECONDS = 30;

    private final KubernetesClient client;
    private long offset;

    AuditLogReader(KubernetesClient client, long offset) {
        this.client = client;
        this.offset = offset;
    }

    /**
     * A part of the log.
     *
     * @param start where it begins
     * @param size of the whole log
     */
    private record Piece(long start, byte[] bytes, long size) {}

    /** Where the last whole line ends. */
    long end() {
        Piece last = get("bytes=-" + LONG_LINE);
        return last.start + afterLastLine(last.bytes);
    }

    void read(Consumer<AuditEvent> to) {
        int length = PIECE;
        while (true) {
            Piece piece = get("bytes=" + offset + "-" + (offset + length - 1));
            if (piece.bytes.length == 0 && piece.size < offset) {
                offset = 0; // the server has begun a new file
                continue;
            }
            int end = afterLastLine(piece.bytes);
            new String(piece.bytes, 0, end, StandardCharsets.UTF_8).lines().forEach(line -> to.accept(event(line)));
            boolean more = piece.start + piece.bytes.length < piece.size;
            if (end > 0) {
                offset = piece.start + end;
                length = PIECE;
            } else if (more) {
                length *= 2; // a line that is longer than the piece
            }
            if (!more) {
                return;
            }
        }
    }

    /** The line that is being written may be half there. */
    private static int afterLastLine(byte[] bytes) {
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] != '\n') {
            end--;
        }
        return end;
    }

    @SuppressWarnings("unchecked") // a JSON object
    private AuditEvent event(String line) {
        return AuditEvent.of(client.getKubernetesSerialization().unmarshal(line, Map.class));
    }

    private Piece get(String range) {
        String base = client.getMasterUrl().toString();
        HttpRequest request = client.getHttpClient()
                .newHttpRequestBuilder()
                .uri(base + (base.endsWith("/") ? "" : "/") + PATH)
                .header("Accept", "*/*") // a real server answers 406 to a client that wants JSON here
                .header("Range", range)
                .build();
        try {
            HttpResponse<byte[]> response =
                    client.getHttpClient().sendAsync(request, byte[].class).get(SECONDS, TimeUnit.SECONDS);
            Matcher place = CONTENT_RANGE.matcher(String.join("", response.headers("Content-Range")));
            if (!place.matches()) {
                throw new IllegalStateException(
                        "The audit log cannot be read: expected a part of /" + PATH
                                + ", got the code " + response.code()
                                + ". An embedded cluster has one, and k3s as kubelab starts it; the administrator may read it.");
            }
            long size = Long.parseLong(place.group(3));
            return place.group(1) == null
                    ? new Piece(size, new byte[0], size)
                    : new Piece(Long.parseLong(place.group(1)), response.body(), size);
        } catch (ExecutionException broken) {
            throw new IllegalStateException("The audit log cannot be read: " + broken.getCause(), broken);
        } catch (TimeoutException slow) {
            throw new IllegalStateException("The audit log was not answered within " + SECONDS + " s.", slow);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("stopped", stopped);
        }
    }
}
