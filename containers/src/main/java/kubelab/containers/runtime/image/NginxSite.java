package kubelab.containers.runtime.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import kubelab.containers.runtime.filesystem.Errno;
import kubelab.containers.runtime.filesystem.FileException;
import kubelab.containers.runtime.filesystem.Stat;
import kubelab.containers.runtime.kernel.Task;

/** Answers requests by one server block. */
final class NginxSite {
    private static final DateTimeFormatter ACCESS_TIME =
            DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Task master;
    private final NginxConfig.Server server;
    private final String version;

    NginxSite(Task master, NginxConfig.Server server, String version) {
        this.master = master;
        this.server = server;
        this.version = version;
    }

    /** @param problem what goes into the error log */
    record Result(Http.Response response, Optional<String> problem) {}

    String name() {
        return server.names().get(0);
    }

    Result answer(Http.Request request) {
        String path = request.path();
        NginxConfig.Directive location = location(path);
        NginxConfig.Directive scope = location == null ? server.block() : location;
        if (!NginxUsers.lets(master.files(), request, server.block(), scope)) {
            return challenge(scope);
        }
        List<String> fixed = scope.find("return", server.block().find("return", List.of()));
        if (!fixed.isEmpty()) {
            return fixed(request, fixed, scope);
        }
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return page(405, scope);
        }
        String root = scope.find("root", server.block().find("root", List.of("/usr/share/nginx/html")))
                .get(0);
        List<String> alias = scope.find("alias", List.of());
        String file = root + path;
        if (!alias.isEmpty() && location != null) {
            file = alias.get(0)
                    + path.substring(
                            location.words().get(location.words().size() - 1).length());
        }
        for (String candidate : scope.find("try_files", List.of())) {
            if (candidate.matches("=\\d+")) {
                return page(Integer.parseInt(candidate.substring(1)), scope);
            }
            String tried = root + candidate.replace("$uri", path);
            Stat stat = master.files().find(tried);
            if (stat != null && stat.isDirectory() == candidate.endsWith("/")) {
                file = tried;
                break;
            }
        }
        return serve(request, file, scope);
    }

    private NginxConfig.@org.jspecify.annotations.Nullable Directive location(String path) {
        NginxConfig.Directive best = null;
        int length = -1;
        for (NginxConfig.Directive each : server.block().all("location")) {
            List<String> words = each.words();
            String last = words.get(words.size() - 1);
            String kind = words.size() > 1 ? words.get(0) : "";
            if (kind.equals("=")) {
                if (path.equals(last)) {
                    return each;
                }
            } else if (kind.startsWith("~")) {
                int flags = kind.equals("~*") ? java.util.regex.Pattern.CASE_INSENSITIVE : 0;
                if (java.util.regex.Pattern.compile(last, flags).matcher(path).find()) {
                    return each;
                }
            } else if (path.startsWith(last) && last.length() > length) {
                best = each;
                length = last.length();
            }
        }
        return best;
    }

    private Result fixed(Http.Request request, List<String> words, NginxConfig.Directive scope) {
        int status = words.get(0).matches("\\d+") ? Integer.parseInt(words.get(0)) : 302;
        String text = words.size() > 1 ? words.get(1) : words.get(0).matches("\\d+") ? "" : words.get(0);
        String expanded = text.replace("$hostname", master.namespaces().hostname())
                .replace("$request_uri", request.target())
                .replace("$uri", request.path())
                .replace("$host", request.header("host"))
                .replace("$remote_addr", request.remoteIp())
                .replace(
                        "$server_addr",
                        request.local().substring(0, request.local().lastIndexOf(':')))
                .replace("\\n", "\n");
        Map<String, String> headers = headers(status);
        if (status >= 300 && status < 400) {
            Result page = page(status, scope);
            Map<String, String> with = new LinkedHashMap<>(page.response().headers());
            with.put("Location", expanded);
            return new Result(new Http.Response(status, with, page.response().body()), Optional.empty());
        }
        if (text.isEmpty()) {
            return page(status, scope);
        }
        headers.put(
                "Content-Type",
                scope.find("default_type", List.of("application/octet-stream")).get(0));
        return done(status, headers, expanded.getBytes(StandardCharsets.UTF_8), scope);
    }

    private Result serve(Http.Request request, String path, NginxConfig.Directive scope) {
        String file = path;
        try {
            Stat stat = master.files().stat(file);
            if (stat.isDirectory()) {
                if (!file.endsWith("/")) {
                    Result page = page(301, scope);
                    Map<String, String> with =
                            new LinkedHashMap<>(page.response().headers());
                    with.put("Location", "http://" + request.header("host") + request.path() + "/");
                    return new Result(
                            new Http.Response(301, with, page.response().body()), Optional.empty());
                }
                String index = index(file, scope);
                if (index.isEmpty()) {
                    return problem(403, "directory index of \"" + file + "\" is forbidden", scope);
                }
                file = index;
                stat = master.files().stat(file);
            }
            byte[] body = master.files().readAll(file);
            Map<String, String> headers = headers(200);
            headers.put("Content-Type", type(file, scope));
            headers.put("Content-Length", Integer.toString(body.length));
            headers.put("Last-Modified", Http.date(stat.modified()));
            String tag = "\"" + Long.toHexString(stat.modified().getEpochSecond()) + "-" + Long.toHexString(body.length)
                    + "\"";
            headers.put("Connection", request.header("connection").equalsIgnoreCase("close") ? "close" : "keep-alive");
            headers.put("ETag", tag);
            extra(headers, scope, 200);
            headers.put("Accept-Ranges", "bytes");
            return new Result(new Http.Response(200, headers, body), Optional.empty());
        } catch (FileException e) {
            boolean denied = e.errno() == Errno.EACCES;
            String text = "open() \"" + file + "\" failed (" + (denied ? 13 : e.errno() == Errno.ENOTDIR ? 20 : 2)
                    + ": " + e.getMessage() + ")";
            return problem(denied ? 403 : 404, text, scope);
        } catch (IOException e) {
            return problem(500, String.valueOf(e.getMessage()), scope);
        }
    }

    private String index(String directory, NginxConfig.Directive scope) {
        for (String name : scope.find("index", server.block().find("index", List.of("index.html")))) {
            Stat stat = master.files().find(directory + name);
            if (stat != null && stat.isFile()) {
                return directory + name;
            }
        }
        return "";
    }

    private Result challenge(NginxConfig.Directive scope) {
        Result page = page(401, scope);
        Map<String, String> with = new LinkedHashMap<>(page.response().headers());
        with.put("WWW-Authenticate", "Basic realm=\"" + NginxUsers.realm(server.block(), scope) + "\"");
        return new Result(new Http.Response(401, with, page.response().body()), Optional.empty());
    }

    private Result problem(int status, String text, NginxConfig.Directive scope) {
        return new Result(page(status, scope).response(), Optional.of(text));
    }

    /** nginx's own page for a status. */
    private Result page(int status, NginxConfig.Directive scope) {
        String title = status == 401
                ? "401 Authorization Required"
                : status + " " + Http.reason(status).replace("Method Not Allowed", "Not Allowed");
        String html = "<html>\r\n<head><title>" + title + "</title></head>\r\n<body>\r\n<center><h1>" + title
                + "</h1></center>\r\n<hr><center>nginx/" + version + "</center>\r\n</body>\r\n</html>\r\n";
        Map<String, String> headers = headers(status);
        headers.put("Content-Type", "text/html");
        return done(status, headers, html.getBytes(StandardCharsets.UTF_8), scope);
    }

    private Result done(int status, Map<String, String> headers, byte[] body, NginxConfig.Directive scope) {
        headers.put("Content-Length", Integer.toString(body.length));
        extra(headers, scope, status);
        return new Result(new Http.Response(status, headers, body), Optional.empty());
    }

    private void extra(Map<String, String> headers, NginxConfig.Directive scope, int status) {
        List<NginxConfig.Directive> added = scope.all("add_header");
        if (added.isEmpty()) {
            added = server.block().all("add_header");
        }
        for (NginxConfig.Directive each : added) {
            if (each.words().size() > 1 && (status < 400 || each.words().contains("always"))) {
                headers.put(
                        each.words().get(0),
                        each.words()
                                .get(1)
                                .replace("$hostname", master.namespaces().hostname()));
            }
        }
    }

    private Map<String, String> headers(int status) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Server", "nginx/" + version);
        headers.put("Date", Http.date(master.clock().now()));
        return headers;
    }

    private static String type(String file, NginxConfig.Directive scope) {
        String extension = file.substring(file.lastIndexOf('.') + 1);
        return switch (scope.all("types").isEmpty() ? extension : "") {
            case "html", "htm" -> "text/html";
            case "txt" -> "text/plain";
            case "css" -> "text/css";
            case "js" -> "application/javascript";
            case "json" -> "application/json";
            case "xml" -> "text/xml";
            case "png" -> "image/png";
            case "svg" -> "image/svg+xml";
            default ->
                scope.find("default_type", List.of("application/octet-stream")).get(0);
        };
    }

    static String accessLine(Task master, Http.Request request, Http.Response response) {
        return request.remoteIp() + " - - [" + ACCESS_TIME.format(master.clock().now()) + "] \"" + request.method()
                + " "
                + request.target() + " HTTP/1.1\" " + response.status() + " " + response.body().length + " \""
                + dash(request.header("referer")) + "\" \"" + dash(request.header("user-agent")) + "\" \""
                + dash(request.header("x-forwarded-for")) + "\"\n";
    }

    private static String dash(String value) {
        return value.isEmpty() ? "-" : value;
    }
}
