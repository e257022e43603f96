package kubelab.containers.runtime.command;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import kubelab.containers.network.Connection;
import kubelab.containers.runtime.filesystem.FileException;
import kubelab.containers.runtime.kernel.Task;

/** {@code wget} over plain HTTP. */
final class Wget {
    private final Task task;
    private final Options options;
    private final boolean quiet;

    private Wget(Task task, Options options) {
        this.task = task;
        this.options = options;
        this.quiet = options.has('q');
    }

    static int main(Task task) throws IOException {
        Options options = Options.parse(
                task,
                "qcSs",
                "OTHPUoYtbd",
                "spider=s",
                "header=H",
                "post-data=d",
                "timeout=T",
                "quiet=q",
                "tries=t",
                "no-check-certificate=c",
                "server-response=S",
                "output-document=O",
                "user-agent=U");
        if (options == null || options.rest().isEmpty()) {
            return options == null
                    ? 1
                    : Usage.fail(task, "wget", "[-cqS] [--spider] [-O FILE] [--header STR] [--post-data STR] URL...");
        }
        Wget wget = new Wget(task, options);
        for (String url : options.rest()) {
            int status = wget.fetch(url, 5);
            if (status != 0) {
                return status;
            }
        }
        return 0;
    }

    private int fetch(String address, int redirects) throws IOException {
        String url = address.contains("://") ? address : "http://" + address;
        if (url.startsWith("https://")) {
            return fail(
                    "note: TLS certificate validation not implemented\nwget: error getting response: Connection reset by peer");
        }
        String rest = url.substring(url.indexOf("://") + 3);
        int slash = rest.indexOf('/');
        int mark = rest.indexOf('?');
        int end = slash >= 0 ? slash : mark >= 0 ? mark : rest.length();
        String host = rest.substring(0, end);
        String path = slash >= 0 ? rest.substring(slash) : mark >= 0 ? "/" + rest.substring(mark) : "/";
        int colon = host.lastIndexOf(':');
        int port = colon < 0 ? 80 : Integer.parseInt(host.substring(colon + 1));
        String name = colon < 0 ? host : host.substring(0, colon);
        String ip;
        try {
            ip = NetworkCommands.resolve(task, name);
        } catch (IOException e) {
            return fail("bad address '" + host + "'");
        }
        if (!quiet) {
            task.err().print("Connecting to " + host + " (" + ip + ":" + port + ")\n");
        }
        boolean limited = options.has('T');
        Duration timeout = Duration.ofMillis((long) (Double.parseDouble(options.value('T', "900")) * 1000));
        Connection connection;
        try {
            connection = NetworkCommands.connect(task, ip, port, limited ? timeout : Duration.ofSeconds(127));
        } catch (SocketTimeoutException e) {
            return fail(
                    limited ? "download timed out" : "can't connect to remote host (" + ip + "): Connection timed out");
        } catch (IOException e) {
            return fail("can't connect to remote host" + (name.equals(ip) ? " (" + ip + ")" : " (" + ip + ")") + ": "
                    + e.getMessage());
        }
        connection.readTimeout(timeout);
        try (connection) {
            send(connection, host, path);
            return receive(connection.input(), path, redirects);
        } catch (SocketTimeoutException e) {
            return fail("download timed out");
        } catch (java.io.InterruptedIOException e) {
            Thread.interrupted();
            task.check();
            return 1;
        } catch (FileException e) {
            throw e;
        } catch (IOException e) {
            return fail("error getting response: " + e.getMessage());
        }
    }

    private void send(Connection connection, String host, String path) throws IOException {
        String body = options.has('d') ? options.value('d', "") : "";
        StringBuilder head = new StringBuilder(options.has('d') ? "POST " : "GET ")
                .append(path)
                .append(" HTTP/1.1\r\n");
        List<String> own = options.values('H');
        if (own.stream().noneMatch(header -> header.toLowerCase(Locale.ROOT).startsWith("host:"))) {
            head.append("Host: ").append(host).append("\r\n");
        }
        head.append("User-Agent: ").append(options.value('U', "Wget")).append("\r\nConnection: close\r\n");
        own.forEach(header -> head.append(header).append("\r\n"));
        if (options.has('d')) {
            if (own.stream().noneMatch(header -> header.toLowerCase(Locale.ROOT).startsWith("content-type:"))) {
                head.append("Content-Type: application/x-www-form-urlencoded\r\n");
            }
            head.append("Content-Length: ")
                    .append(body.getBytes(StandardCharsets.UTF_8).length)
                    .append("\r\n");
        }
        connection.output().write(head.append("\r\n").append(body).toString().getBytes(StandardCharsets.UTF_8));
    }

    private int receive(InputStream in, String path, int redirects) throws IOException {
        String status = line(in);
        if (status.isEmpty()) {
            return fail("error getting response: Connection reset by peer");
        }
        List<String> headers = new ArrayList<>();
        for (String line; !(line = line(in)).isEmpty(); ) {
            headers.add(line);
        }
        if (options.has('S')) {
            task.err().print("  " + status + "\n");
            if (code(status) < 400) {
                for (String header : headers) {
                    task.err().print("  " + header + "\n");
                }
                task.err().print("  \n");
            }
        }
        int code = code(status);
        if (code >= 300 && code < 400 && redirects > 0) {
            for (String header : headers) {
                if (header.toLowerCase(Locale.ROOT).startsWith("location:")) {
                    String target = header.substring(9).trim();
                    String base = options.rest().get(0).replaceFirst("^http://", "");
                    return fetch(target.startsWith("/") ? base.split("[/?]")[0] + target : target, redirects - 1);
                }
            }
        }
        if (code < 200 || code >= 300) {
            return fail("server returned error: " + status);
        }
        if (options.has('s')) {
            if (!quiet) {
                task.err().print("remote file exists\n");
            }
            return 0;
        }
        return store(body(in, headers), path);
    }

    private int store(byte[] body, String path) throws IOException {
        String plain = path.contains("?") ? path.substring(0, path.indexOf('?')) : path;
        String base = plain.substring(plain.lastIndexOf('/') + 1);
        String file = options.value('O', base.isEmpty() ? "index.html" : base);
        boolean standard = file.equals("-");
        if (!quiet) {
            task.err().print(standard ? "writing to stdout\n" : "saving to '" + file + "'\n");
        }
        if (standard) {
            task.out().write(body);
            task.out().flush();
        } else {
            if (!options.has('O') && task.files().exists(file)) {
                return fail("can't open '" + file + "': File exists");
            }
            try {
                task.files().write(file, body);
            } catch (FileException e) {
                return fail("can't open '" + file + "': " + e.getMessage());
            }
        }
        if (!quiet) {
            String shown = standard ? "-" : file;
            task.err()
                    .print(String.format("%-20.20s 100%% |%s| %5d  0:00:00 ETA\n", shown, "*".repeat(32), body.length));
            task.err().print(standard ? "written to stdout\n" : "'" + file + "' saved\n");
        }
        return 0;
    }

    private static byte[] body(InputStream in, List<String> headers) throws IOException {
        for (String header : headers) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                return in.readNBytes(Integer.parseInt(lower.substring(15).trim()));
            }
            if (lower.startsWith("transfer-encoding:") && lower.contains("chunked")) {
                ByteArrayOutputStream all = new ByteArrayOutputStream();
                while (true) {
                    String size = line(in);
                    int n = size.isEmpty() ? 0 : Integer.parseInt(size.split(";")[0].trim(), 16);
                    all.write(in.readNBytes(n));
                    line(in);
                    if (n == 0) {
                        return all.toByteArray();
                    }
                }
            }
        }
        return in.readAllBytes();
    }

    private static int code(String status) {
        String[] words = status.split(" ");
        return words.length > 1 && words[1].matches("\\d+") ? Integer.parseInt(words[1]) : 0;
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int b; (b = in.read()) >= 0 && b != '\n'; ) {
            if (b != '\r') {
                bytes.write(b);
            }
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    private int fail(String message) throws IOException {
        task.err().print("wget: " + message + "\n");
        return 1;
    }
}
