package kubelab.controlplane.apiserver.audit;

import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kubelab.controlplane.apiserver.request.ApiRequest;
import kubelab.controlplane.apiserver.request.ApiResponse;
import kubelab.controlplane.apiserver.request.RawHandler;
import kubelab.controlplane.apiserver.request.User;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * The trail as kube-apiserver's log file, an Event a line, at the path at which a server with {@code --enable-logs-handler}
 * serves it; a reader goes on by {@code Range}. Lines are made when they are asked for: a request that no reader
 * looks for costs none.
 *
 * <p>Source: kubernetes/pkg/routes/logs.go, release 1.34. Simplified: of the files below {@code /logs} there is this one;
 * its oldest lines are dropped beyond 16 MiB, and a range that begins there begins with the oldest line that is left.
 *
 * <p>Threads: any. The monitor of {@code lines} guards them and the counts, and is held while new ones are made.
 */
public final class AuditLog implements RawHandler {
    /** As a server with {@code --audit-log-path=/var/log/kubernetes/audit.log} serves it. */
    public static final String PATH = "/logs/kubernetes/audit.log";

    private static final long BYTES_KEPT = 16L * 1024 * 1024;
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d*)-(\\d*)");

    private final AuditTrail trail;
    private final Deque<byte[]> lines = new ArrayDeque<>();
    /** Where the first line begins, and where the last one ends, in the file as if nothing had been dropped. */
    private long start;

    private long end;
    private long seen;

    public AuditLog(AuditTrail trail) {
        this.trail = trail;
    }

    @Override
    public @Nullable ApiResponse handle(ApiRequest request, User user) {
        if (!request.path().equals(PATH)) {
            return null;
        }
        if (!request.method().equals("GET")) {
            return ApiResponse.text(405, "method not allowed\n");
        }
        synchronized (lines) {
            grow();
            return answer(request.header("range"));
        }
    }

    private ApiResponse answer(String range) {
        Matcher asked = RANGE.matcher(range);
        if (!asked.matches() || asked.group(1).isEmpty() && asked.group(2).isEmpty()) {
            return body(200, start, end, Map.of());
        }
        long from;
        long to = end;
        if (asked.group(1).isEmpty()) {
            from = Math.max(start, end - number(asked.group(2)));
        } else {
            from = Math.max(start, number(asked.group(1)));
            // As long as asked for, also where its beginning was dropped.
            long moved = from - number(asked.group(1));
            to = asked.group(2).isEmpty() ? end : Math.min(end, number(asked.group(2)) + moved + 1);
        }
        if (from >= to) {
            ApiResponse.Full nothing = ApiResponse.text(416, "invalid range: failed to overlap\n");
            return nothing.with("Content-Range", List.of("bytes */" + end));
        }
        return body(206, from, to, Map.of("Content-Range", List.of("bytes " + from + "-" + (to - 1) + "/" + end)));
    }

    private ApiResponse body(int code, long from, long to, Map<String, List<String>> more) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        long at = start;
        for (byte[] line : lines) {
            long next = at + line.length;
            if (next > from && at < to) {
                int first = (int) Math.max(0, from - at);
                int last = (int) Math.min(line.length, to - at);
                body.write(line, first, last - first);
            }
            at = next;
        }
        Map<String, List<String>> headers = new LinkedHashMap<>(more);
        headers.put("Content-Type", List.of("text/plain; charset=utf-8"));
        headers.put("Accept-Ranges", List.of("bytes"));
        return new ApiResponse.Full(code, headers, body.toByteArray());
    }

    /** Adds a line for each Event that has come since the last look. */
    private void grow() {
        for (AuditEvent event : trail.since(seen)) {
            seen = event.sequence();
            byte[] json = Json.bytes(event.toJson());
            byte[] line = Arrays.copyOf(json, json.length + 1);
            line[json.length] = '\n';
            lines.add(line);
            end += line.length;
        }
        while (end - start > BYTES_KEPT && lines.size() > 1) {
            start += lines.remove().length;
        }
    }

    private static long number(String digits) {
        return digits.length() > 15 ? 1L << 50 : Long.parseLong(digits);
    }
}
