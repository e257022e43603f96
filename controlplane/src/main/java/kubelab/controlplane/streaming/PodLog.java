package kubelab.controlplane.streaming;

import io.fabric8.kubernetes.api.model.Pod;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import kubelab.containers.runtime.ContainerLog;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.apiserver.request.ApiRequest;
import kubelab.controlplane.apiserver.request.ApiResponse;
import kubelab.controlplane.apiserver.request.Sink;
import kubelab.controlplane.apiserver.verb.RequestContext;
import kubelab.controlplane.apiserver.verb.ResourceHandler;
import kubelab.controlplane.kubelet.ContainerAccess;
import kubelab.controlplane.kubelet.Kubelet;
import org.jspecify.annotations.Nullable;

/**
 * GET pods/NAME/log: what a container has printed, whole or as it comes. A follower's monitor guards its flags only:
 * one thread sends at a time, and none holds the monitor while it sends.
 *
 * <p>Source: k8s.io/kubernetes/pkg/registry/core/pod (LogLocation) and pkg/kubelet (GetKubeletContainerLogs), release
 * 1.34. Simplified: stdout and stderr cannot be selected separately.
 */
final class PodLog implements ResourceHandler {
    private static final DateTimeFormatter NANOS = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'")
            .toFormatter()
            .withZone(ZoneOffset.UTC);
    private static final String TEXT = "text/plain";

    private final Streaming streaming;

    PodLog(Streaming streaming) {
        this.streaming = streaming;
    }

    /** @param limit bytes; negative for no limit */
    private record Options(
            boolean follow, boolean timestamps, @Nullable Instant since, int tail, long limit, boolean previous) {}

    @Override
    public ApiResponse handle(RequestContext call) {
        Pod pod = streaming.pod(call);
        Options options = options(call);
        String container = Streaming.container(pod, call.request().param("container"));
        if (Streaming.node(pod).isEmpty()) {
            // Nothing has been printed yet, and nobody can be asked.
            return ApiResponse.body(200, TEXT, new byte[0]);
        }
        Kubelet kubelet =
                streaming.kubelet(pod, "/containerLogs/" + call.namespace() + "/" + call.name() + "/" + container);
        ContainerAccess access = kubelet.access(call.namespace(), call.name(), container)
                .orElseThrow(() -> ApiException.badRequest("container \"" + container + "\" in pod \"" + call.name()
                        + "\" is waiting to start: ContainerCreating"));
        ContainerLog log;
        try {
            log = access.log(options.previous);
        } catch (IllegalStateException e) {
            throw ApiException.badRequest(String.valueOf(e.getMessage()));
        }
        int from = first(log.lines(), options);
        if (!options.follow) {
            Printer printer = new Printer(options);
            List<ContainerLog.Line> lines = log.lines();
            for (ContainerLog.Line line : lines.subList(Math.min(from, lines.size()), lines.size())) {
                printer.print(line);
            }
            return ApiResponse.body(200, TEXT, printer.take());
        }
        return ApiResponse.stream(TEXT, sink -> new Following(sink, new Printer(options)).start(log, from));
    }

    private Options options(RequestContext call) {
        ApiRequest request = call.request();
        List<ApiException.Cause> wrong = new ArrayList<>();
        long tail = number(request, "tailLines", 0, "must be greater than or equal to 0", wrong);
        long limit = number(request, "limitBytes", 1, "must be greater than 0", wrong);
        long seconds = number(request, "sinceSeconds", 1, "must be greater than 0", wrong);
        Instant since = seconds > 0 ? streaming.clock().now().minusSeconds(seconds) : null;
        String time = request.param("sinceTime");
        if (!time.isEmpty()) {
            if (seconds > 0) {
                wrong.add(new ApiException.Cause(
                        "FieldValueForbidden",
                        "Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified",
                        ""));
            }
            try {
                since = OffsetDateTime.parse(time).toInstant();
            } catch (DateTimeParseException e) {
                throw ApiException.badRequest("invalid sinceTime \"" + time + "\": not an RFC 3339 time");
            }
        }
        if (!wrong.isEmpty()) {
            throw ApiException.invalid("", "PodLogOptions", call.name(), wrong);
        }
        return new Options(
                request.flag("follow"),
                request.flag("timestamps"),
                since,
                tail < 0 ? -1 : (int) Math.min(tail, Integer.MAX_VALUE),
                limit,
                request.flag("previous"));
    }

    private static long number(
            ApiRequest request, String name, long least, String rule, List<ApiException.Cause> wrong) {
        String text = request.param(name);
        if (text.isEmpty()) {
            return -1;
        }
        long value;
        try {
            value = Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw ApiException.badRequest("strconv.ParseInt: parsing \"" + text + "\": invalid syntax");
        }
        if (value < least) {
            wrong.add(new ApiException.Cause("FieldValueInvalid", "Invalid value: " + value + ": " + rule, name));
        }
        return value;
    }

    private static int first(List<ContainerLog.Line> lines, Options options) {
        int from = options.tail < 0 ? 0 : Math.max(0, lines.size() - options.tail);
        Instant since = options.since;
        while (since != null && from < lines.size() && lines.get(from).time().isBefore(since)) {
            from++;
        }
        return from;
    }

    /** Turns lines into bytes, up to the limit. */
    private static final class Printer {
        private final Options options;
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private long left;

        Printer(Options options) {
            this.options = options;
            left = options.limit < 0 ? Long.MAX_VALUE : options.limit;
        }

        /** @return false when the limit is reached */
        boolean print(ContainerLog.Line line) {
            String text = (options.timestamps ? NANOS.format(line.time()) + " " : "")
                    + line.text()
                    + (line.partial() ? "" : "\n");
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            int length = (int) Math.min(bytes.length, left);
            out.write(bytes, 0, length);
            left -= length;
            return left > 0;
        }

        byte[] take() {
            byte[] bytes = out.toByteArray();
            out.reset();
            return bytes;
        }
    }

    /** Sends lines as they come; those that come while the last chunk is on its way go together. */
    private static final class Following implements ContainerLog.Follower {
        private final Sink sink;
        private final Printer printer;
        private @Nullable AutoCloseable subscription;
        private boolean sending;
        private boolean waiting;
        private boolean ended;
        private boolean over;

        Following(Sink sink, Printer printer) {
            this.sink = sink;
            this.printer = printer;
        }

        void start(ContainerLog log, int from) {
            AutoCloseable made = log.follow(from, this);
            synchronized (this) {
                subscription = made;
            }
            sink.onClose(this::stop);
        }

        @Override
        public void line(ContainerLog.Line line) {
            synchronized (this) {
                if (ended) {
                    return;
                }
                ended = !printer.print(line);
                waiting = true;
            }
            send();
        }

        @Override
        public void ended() {
            synchronized (this) {
                ended = true;
            }
            send();
        }

        private void send() {
            byte[] chunk;
            synchronized (this) {
                if (sending || over) {
                    return;
                }
                if (!waiting) {
                    if (!ended) {
                        return;
                    }
                    over = true;
                    chunk = null;
                } else {
                    sending = true;
                    waiting = false;
                    chunk = printer.take();
                }
            }
            if (chunk == null) {
                sink.end();
                stop();
                return;
            }
            sink.write(chunk).whenComplete((done, failure) -> {
                synchronized (this) {
                    sending = false;
                    if (failure != null) {
                        over = true;
                    }
                }
                if (failure != null) {
                    stop();
                } else {
                    send();
                }
            });
        }

        private void stop() {
            AutoCloseable open;
            synchronized (this) {
                ended = true;
                open = subscription;
                subscription = null;
            }
            if (open != null) {
                try {
                    open.close();
                } catch (Exception e) {
                    throw new IllegalStateException("a log's subscription did not close", e);
                }
            }
        }
    }
}
