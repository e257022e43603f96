package kubelab.containers.runtime.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import kubelab.containers.network.Connection;
import kubelab.containers.runtime.command.Applets;
import kubelab.containers.runtime.filesystem.Devices;
import kubelab.containers.runtime.kernel.Program;
import kubelab.containers.runtime.kernel.Signal;
import kubelab.containers.runtime.kernel.StreamFile;
import kubelab.containers.runtime.kernel.Task;

/**
 * agnhost netexec: an HTTP server that tells about itself and does as it is told. Source:
 * test/images/agnhost/netexec. Requests are answered on a thread each; all they share is whether it is about to end.
 */
final class Netexec {
    private static final DateTimeFormatter LOG_TIME =
            DateTimeFormatter.ofPattern("MMdd HH:mm:ss.SSSSSS", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter NOW = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd HH:mm:ss.SSSSSSSSS", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final Task task;
    private final String port;
    private final String udpPort;
    private volatile boolean terminating;

    Netexec(Task task, Map<String, String> flags) {
        this.task = task;
        this.port = flags.getOrDefault("http-port", "8080");
        this.udpPort = flags.getOrDefault("udp-port", "8081");
        Duration delay = duration(flags.getOrDefault("delay-shutdown", "0") + "s");
        if (!delay.isZero()) {
            task.handle(Signal.TERM, signal -> {
                terminating = true;
                task.clock().schedule(delay, () -> task.exit(0));
            });
        }
    }

    int start() throws IOException {
        try {
            task.own(Agnhost.listen(task, Integer.parseInt(port), this::answer));
        } catch (BindException e) {
            log(task, "Started HTTP server on port " + port);
            // Two with the ports that they have by default fail at the second one, which opens later.
            boolean defaults = port.equals("8080") && udpPort.equals("8081");
            log(
                    task,
                    defaults
                            ? "Error occurred: failed to create listener for UDP address :8081:listen udp :8081: bind: "
                                    + "address already in use"
                            : "listen tcp :" + port + ": bind: address already in use");
            return 1;
        }
        log(task, "Started HTTP server on port " + port);
        if (!udpPort.equals("-1")) {
            task.own(task.namespaces().network().bind(Integer.parseInt(udpPort), this::datagram));
            log(task, "Started UDP server on port  " + udpPort);
        }
        return Program.STAYS;
    }

    /** Understands hostname, clientip and echo TEXT; an answer goes to whom it came from. */
    private byte[] datagram(byte[] payload, String remote) throws IOException {
        String command = new String(payload, StandardCharsets.UTF_8).strip();
        log(task, "Received UDP packet: " + command);
        String answer = command.equals("hostname")
                ? task.namespaces().hostname()
                : command.equals("clientip") ? remote : command.startsWith("echo ") ? command.substring(5) : "";
        return answer.getBytes(StandardCharsets.UTF_8);
    }

    static void log(Task task, String text) throws IOException {
        task.err()
                .print("I" + LOG_TIME.format(task.clock().now()) + String.format(" %7d", task.pid()) + " log.go:244] "
                        + text + "\n");
    }

    /** Go's notation, as far as labs use it: 500ms, 2s, 1m. */
    static Duration duration(String text) {
        java.util.regex.Matcher parts =
                java.util.regex.Pattern.compile("([0-9.]+)(ms|s|m|h)").matcher(text);
        long millis = 0;
        while (parts.find()) {
            double factor =
                    switch (parts.group(2)) {
                        case "ms" -> 1;
                        case "m" -> 60_000;
                        case "h" -> 3_600_000;
                        default -> 1000;
                    };
            millis += (long) (Double.parseDouble(parts.group(1)) * factor);
        }
        return Duration.ofMillis(millis);
    }

    private Http.Response answer(Http.Request request) throws IOException, InterruptedException {
        String path = request.path();
        return switch (path) {
            case "/clientip" -> logged("GET /clientip", Http.Response.text(200, request.remote()));
            case "/hostname", "/hostName" ->
                logged("GET " + path, Http.Response.text(200, task.namespaces().hostname()));
            case "/healthz", "/readyz" -> logged("GET " + path, health(path));
            case "/echo" -> {
                String code = request.parameter("code");
                String message = request.parameter("msg");
                log(task, "GET /echo?msg=" + message + "&code=" + code);
                yield Http.Response.text(code.isEmpty() ? 200 : Integer.parseInt(code), message);
            }
            case "/header" -> {
                String key = request.parameter("key");
                yield logged("GET /header?key=" + key, Http.Response.text(200, request.header(key)));
            }
            case "/exit" -> exit(request);
            case "/shell" ->
                shell(
                        request.parameter("shellCommand").isEmpty()
                                ? request.parameter("cmd")
                                : request.parameter("shellCommand"));
            case "/dial" -> dial(request);
            case "/redirect" -> redirect(request);
            case "/shutdown" -> {
                task.exit(0);
                yield Http.Response.text(200, "");
            }
            default -> {
                Instant now = task.clock().now();
                double up = Duration.between(task.started(), now).toNanos() / 1e9;
                yield logged(
                        "GET /",
                        Http.Response.text(
                                200,
                                "NOW: " + NOW.format(now) + " +0000 UTC m=+" + String.format(Locale.ROOT, "%.9f", up)));
            }
        };
    }

    /** Well from when the UDP server stands (never without one); ready until it shall end. */
    private Http.Response health(String path) {
        if (udpPort.equals("-1")) {
            return Http.Response.text(412, "");
        }
        boolean readiness = path.equals("/readyz");
        return readiness && terminating ? Http.Response.text(503, "") : Http.Response.text(200, readiness ? "ok" : "");
    }

    private Http.Response logged(String line, Http.Response response) throws IOException {
        log(task, line);
        return response;
    }

    private Http.Response exit(Http.Request request) throws IOException {
        String code = request.parameter("code");
        String timeout = request.parameter("timeout");
        String wait = request.parameter("wait");
        log(task, "GET /exit?code=" + code + "&timeout=" + timeout + "&wait=" + wait);
        Duration before = duration(wait);
        log(
                task,
                "Will begin shutdown in " + seconds(before) + ", allowing " + seconds(duration(timeout))
                        + " for connections to close, then will exit with " + (code.isEmpty() ? "0" : code));
        task.clock().schedule(before, () -> task.exit(code.isEmpty() ? 0 : Integer.parseInt(code)));
        return Http.Response.text(200, "");
    }

    private static String seconds(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
    }

    private Http.Response redirect(Http.Request request) throws IOException {
        String location = request.parameter("location");
        String code = request.parameter("code");
        log(task, "GET /redirect?msg=" + location + "&code=" + code);
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", "text/html; charset=utf-8");
        headers.put("Location", location.isEmpty() ? "/" : location);
        return new Http.Response(code.isEmpty() ? 302 : Integer.parseInt(code), headers, new byte[0]);
    }

    private Http.Response shell(String command) throws IOException {
        log(task, "GET /shell?cmd=" + command);
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        Task child = task.fork(List.of("/bin/sh", "-c", command));
        child.descriptors().set(0, Devices.nothing());
        child.descriptors().set(1, StreamFile.output(output));
        child.descriptors().set(2, StreamFile.output(output));
        child.start(Applets.BUSYBOX);
        int code = child.await();
        String text = output.toString(StandardCharsets.UTF_8);
        StringBuilder json = new StringBuilder("{");
        if (code != 0) {
            json.append("\"error\":\"exit status ").append(code).append("\"");
        }
        if (!text.isEmpty() || code == 0) {
            json.append(json.length() > 1 ? "," : "")
                    .append("\"output\":\"")
                    .append(escape(text))
                    .append('"');
        }
        return Http.Response.text(200, json.append('}').toString());
    }

    private static String escape(String text) {
        return text.replace("\\", "\\\\")
                .replace("\"", "\\\"")
                .replace("\n", "\\n")
                .replace("\t", "\\t");
    }

    /** Asks another netexec over and over and tells what it answered. */
    private Http.Response dial(Http.Request request) throws IOException {
        String host = request.parameter("host");
        String path = request.parameter("request");
        int tries = request.parameter("tries").isEmpty() ? 1 : Integer.parseInt(request.parameter("tries"));
        StringBuilder responses = new StringBuilder();
        StringBuilder errors = new StringBuilder();
        for (int i = 0; i < tries; i++) {
            try (Connection connection = task.namespaces()
                    .network()
                    .connect(host, Integer.parseInt(request.parameter("port")), Duration.ofSeconds(5))) {
                connection
                        .output()
                        .write(("GET /" + path + " HTTP/1.0\r\nHost: " + host + "\r\n\r\n")
                                .getBytes(StandardCharsets.UTF_8));
                String all = new String(connection.input().readAllBytes(), StandardCharsets.UTF_8);
                String body = all.substring(all.indexOf("\r\n\r\n") + 4);
                responses
                        .append(responses.length() > 0 ? "," : "")
                        .append('"')
                        .append(escape(body))
                        .append('"');
            } catch (IOException e) {
                errors.append(errors.length() > 0 ? "," : "")
                        .append('"')
                        .append(escape(String.valueOf(e.getMessage())))
                        .append('"');
            }
        }
        String json = responses.length() > 0 && errors.length() > 0
                ? "{\"errors\":[" + errors + "],\"responses\":[" + responses + "]}"
                : responses.length() > 0 ? "{\"responses\":[" + responses + "]}" : "{\"errors\":[" + errors + "]}";
        return Http.Response.text(200, json);
    }
}
