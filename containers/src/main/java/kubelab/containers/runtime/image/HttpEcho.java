package kubelab.containers.runtime.image;

import java.io.IOException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import kubelab.containers.runtime.kernel.Program;
import kubelab.containers.runtime.kernel.Signal;
import kubelab.containers.runtime.kernel.Task;

/** hashicorp/http-echo: answers every request with the text that it was given. */
final class HttpEcho implements Program {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy/MM/dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    @Override
    public long memory() {
        return 5 << 20;
    }

    @Override
    public int run(Task task) throws IOException {
        Map<String, String> flags = flags(task.arguments());
        String text = flags.getOrDefault("text", task.environment().getOrDefault("ECHO_TEXT", ""));
        if (text.isEmpty()) {
            task.err().print("Missing -text option or ECHO_TEXT env var!\n");
            return 127;
        }
        String address = flags.getOrDefault("listen", ":5678");
        int port;
        int status;
        try {
            port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
            status = Integer.parseInt(flags.getOrDefault("status-code", "200"));
        } catch (NumberFormatException e) {
            task.err().print("invalid value in " + flags + "\n");
            return 2;
        }
        task.handle(Signal.TERM, signal -> task.exit(0));
        task.handle(Signal.INT, signal -> task.exit(0));
        try {
            task.own(Agnhost.listen(task, port, request -> {
                log(
                        task,
                        request.remote() + " \"" + request.method() + " " + request.target() + " HTTP/1.1\" " + status
                                + " " + (text.length() + 1));
                return Http.Response.text(status, text + "\n");
            }));
        } catch (java.net.BindException taken) {
            log(task, "[ERR] server exited with: listen tcp " + address + ": bind: address already in use");
            return 127;
        }
        log(task, "[INFO] server is listening on " + address);
        return STAYS;
    }

    private static void log(Task task, String text) throws IOException {
        task.out().print(TIME.format(task.clock().now()) + " " + text + "\n");
        task.out().flush();
    }

    /** {@code -name=value}, {@code -name value}, with one dash or two. */
    private static Map<String, String> flags(List<String> words) {
        Map<String, String> flags = new HashMap<>();
        for (int i = 1; i < words.size(); i++) {
            String word = words.get(i).replaceFirst("^--?", "");
            int equals = word.indexOf('=');
            if (equals >= 0) {
                flags.put(word.substring(0, equals), word.substring(equals + 1));
            } else {
                flags.put(word, i + 1 < words.size() ? words.get(++i) : "");
            }
        }
        return flags;
    }
}
