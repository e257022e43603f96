package kubelab.containers.runtime.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import kubelab.containers.runtime.filesystem.Stat;
import kubelab.containers.runtime.kernel.Program;
import kubelab.containers.runtime.kernel.Signal;
import kubelab.containers.runtime.kernel.Task;

/**
 * Apache's httpd as its image starts it: the files of {@code /usr/local/apache2/htdocs} on port 80, and a line of log a
 * request.
 *
 * <p>Simplified: there is no configuration.
 */
final class Apache implements Program {
    private static final String ROOT = "/usr/local/apache2/htdocs";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT).withZone(ZoneOffset.UTC);

    @Override
    public long memory() {
        return 6 << 20;
    }

    @Override
    public int run(Task task) throws IOException {
        task.handle(Signal.TERM, signal -> task.exit(0));
        task.handle(Signal.WINCH, signal -> task.exit(0));
        try {
            task.own(Agnhost.listen(task, 80, request -> {
                Http.Response response = answer(task, request);
                String line =
                        request.remoteIp() + " - - [" + TIME.format(task.clock().now()) + "] \""
                                + request.method() + " " + request.target() + " HTTP/1.1\" " + response.status() + " "
                                + response.body().length + "\n";
                task.out().print(line);
                task.out().flush();
                return response;
            }));
        } catch (java.net.BindException taken) {
            task.err()
                    .print("(98)Address already in use: AH00072: make_sock: could not bind to address [::]:80\n"
                            + "no listening sockets available, shutting down\n");
            return 1;
        }
        task.err()
                .print("[mpm_event:notice] [pid " + task.pid()
                        + "] AH00489: Apache/2.4 (Unix) configured -- resuming normal operations\n");
        return STAYS;
    }

    private static Http.Response answer(Task task, Http.Request request) {
        Map<String, String> headers = new LinkedHashMap<>();
        Instant now = task.clock().now();
        headers.put("Date", Http.date(now));
        headers.put("Server", "Apache/2.4 (Unix)");
        String path = ROOT + request.path();
        try {
            Stat stat = task.files().stat(path);
            if (stat.isDirectory()) {
                path += "/index.html";
                stat = task.files().stat(path);
            }
            byte[] body = task.files().readAll(path);
            headers.put("Last-Modified", Http.date(stat.modified()));
            headers.put("Content-Type", path.endsWith(".html") ? "text/html" : "text/plain");
            return new Http.Response(200, headers, body);
        } catch (IOException missing) {
            headers.put("Content-Type", "text/html; charset=iso-8859-1");
            String page =
                    "<!DOCTYPE HTML PUBLIC \"-//IETF//DTD HTML 2.0//EN\">\n<html><head>\n<title>404 Not Found</title>\n"
                            + "</head><body>\n<h1>Not Found</h1>\n"
                            + "<p>The requested URL was not found on this server.</p>\n</body></html>\n";
            return new Http.Response(404, headers, page.getBytes(StandardCharsets.UTF_8));
        }
    }
}
