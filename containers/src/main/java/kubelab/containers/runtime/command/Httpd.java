package kubelab.containers.runtime.command;

import java.io.IOException;
import java.net.BindException;
import java.util.LinkedHashMap;
import java.util.Map;
import kubelab.containers.network.NetNamespace;
import kubelab.containers.runtime.filesystem.Stat;
import kubelab.containers.runtime.image.Http;
import kubelab.containers.runtime.kernel.Program;
import kubelab.containers.runtime.kernel.Task;

/** {@code httpd}: serves the files of a directory. */
final class Httpd {
    private Httpd() {}

    static int main(Task task) throws IOException {
        Options options = Options.parse(task, "fviI", "phcur");
        if (options == null) {
            return 1;
        }
        String address = options.value('p', "80");
        int colon = address.lastIndexOf(':');
        int port = Integer.parseInt(address.substring(colon + 1));
        String home = options.has('h') ? options.value('h', ".") : task.directory();
        Stat stat = task.files().find(home);
        if (stat == null || !stat.isDirectory()) {
            return Usage.error(task, "can't change directory to '" + home + "': No such file or directory");
        }
        Task server = options.has('f') ? task : task.fork(task.arguments());
        server.directory(home.startsWith("/") ? home : task.directory() + "/" + home);
        NetNamespace.Listener listener;
        try {
            listener = task.namespaces()
                    .network()
                    .listen(colon < 0 ? "0.0.0.0" : address.substring(0, colon), port, Http.acceptor(request -> {
                        server.charge(100_000);
                        return answer(server, request);
                    }));
        } catch (BindException e) {
            return Usage.error(task, "bind: " + e.getMessage());
        }
        server.own(listener);
        return options.has('f') ? Program.STAYS : 0;
    }

    private static Http.Response answer(Task server, Http.Request request) {
        String path = server.directory() + request.path();
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Date", Http.date(server.clock().now()));
        headers.put("Connection", "close");
        try {
            Stat stat = server.files().stat(path);
            if (stat.isDirectory()) {
                path += "/index.html";
                stat = server.files().stat(path);
            }
            byte[] body = server.files().readAll(path);
            headers.put(
                    "Content-type",
                    path.endsWith(".html")
                            ? "text/html"
                            : path.endsWith(".txt") ? "text/plain" : "application/octet-stream");
            headers.put("Accept-Ranges", "bytes");
            headers.put("Last-Modified", Http.date(stat.modified()));
            return new Http.Response(200, headers, body);
        } catch (IOException missing) {
            headers.put("Content-type", "text/html");
            String page = "<HTML><HEAD><TITLE>404 Not Found</TITLE></HEAD>\n<BODY><H1>404 Not Found</H1>\n"
                    + "The requested URL was not found\n</BODY></HTML>\n";
            return new Http.Response(404, headers, page.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
    }
}
