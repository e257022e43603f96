package kubelab.containers.runtime.image;

import java.io.IOException;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import kubelab.containers.network.NetNamespace;
import kubelab.containers.runtime.filesystem.OpenFile;
import kubelab.containers.runtime.filesystem.OpenMode;
import kubelab.containers.runtime.kernel.NodeHardware;
import kubelab.containers.runtime.kernel.Program;
import kubelab.containers.runtime.kernel.Signal;
import kubelab.containers.runtime.kernel.Task;

/**
 * nginx: serves files by its configuration and writes its logs where that says.
 *
 * <p>Simplified: nginx follows only the directives that {@link NginxConfig} names; it has no TLS and does not proxy.
 */
final class Nginx implements Program {
    private static final DateTimeFormatter ERROR_TIME =
            DateTimeFormatter.ofPattern("yyyy/MM/dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int BIND_TRIES = 5;
    private static final Duration BIND_PAUSE = Duration.ofMillis(500);
    private static final long REQUEST_COST = 150_000;

    private final String version;

    Nginx(String version) {
        this.version = version;
    }

    @Override
    public long memory() {
        return 3 << 20;
    }

    @Override
    public int run(Task task) throws IOException, InterruptedException {
        List<String> words = task.arguments();
        String globals = "";
        String signal = "";
        String file = "/etc/nginx/nginx.conf";
        boolean testOnly = false;
        for (int i = 1; i < words.size(); i++) {
            switch (words.get(i)) {
                case "-g" -> globals = task.argument(++i);
                case "-s" -> signal = task.argument(++i);
                case "-c" -> file = task.argument(++i);
                case "-t", "-T" -> testOnly = true;
                case "-q" -> {}
                case "-v", "-V" -> {
                    task.err().print("nginx version: nginx/" + version + "\n");
                    return 0;
                }
                default -> {
                    task.err().print("nginx: invalid option: \"" + words.get(i) + "\"\n");
                    return 1;
                }
            }
        }
        if (!signal.isEmpty()) {
            return tell(task, signal);
        }
        NginxConfig config;
        try {
            config = NginxConfig.read(task.files(), file);
        } catch (NginxConfig.Mistake mistake) {
            emerg(task, mistake.text());
            if (testOnly) {
                task.err().print("nginx: configuration file " + file + " test failed\n");
            }
            return 1;
        }
        if (testOnly) {
            task.err().print("nginx: the configuration file " + file + " syntax is ok\n");
            task.err().print("nginx: configuration file " + file + " test is successful\n");
            return 0;
        }
        return start(task, config, file, globals.contains("daemon off"));
    }

    /** {@code nginx -s}: a signal to the process whose pid is in the pid file. */
    private static int tell(Task task, String word) throws IOException {
        Signal signal =
                switch (word) {
                    case "stop" -> Signal.TERM;
                    case "quit" -> Signal.QUIT;
                    case "reload" -> Signal.HUP;
                    case "reopen" -> Signal.USR1;
                    default -> null;
                };
        if (signal == null) {
            task.err().print("nginx: invalid option: \"-s " + word + "\"\n");
            return 1;
        }
        Task master = null;
        try {
            master = task.namespaces()
                    .pids()
                    .find(Integer.parseInt(
                            task.files().readText("/run/nginx.pid").trim()));
        } catch (IOException | NumberFormatException notRunning) {
            // Said below.
        }
        if (master == null) {
            task.err().print("nginx: [error] open() \"/run/nginx.pid\" failed (2: No such file or directory)\n");
            return 1;
        }
        master.signal(signal, task);
        return 0;
    }

    private int start(Task task, NginxConfig config, String file, boolean foreground)
            throws IOException, InterruptedException {
        List<NetNamespace.Listener> listeners = new ArrayList<>();
        Task master = task;
        if (!foreground) {
            master = task.fork(task.arguments());
        }
        Server server = new Server(master, config, file, foreground);
        for (int attempt = 1; ; attempt++) {
            try {
                server.listen(listeners);
                break;
            } catch (BindException taken) {
                if (!server.complain(task, taken, attempt)) {
                    return 1;
                }
                task.sleep(BIND_PAUSE);
            }
        }
        server.begin(listeners);
        return foreground ? STAYS : 0;
    }

    private static void emerg(Task task, String text) throws IOException {
        task.err().print(stamp(task, "emerg", "") + text + "\n");
        task.err().print("nginx: [emerg] " + text + "\n");
    }

    private static String stamp(Task task, String level, String number) {
        return ERROR_TIME.format(task.clock().now()) + " [" + level + "] " + task.pid() + "#" + task.pid() + ": "
                + number;
    }

    /** A running master process and its configuration. */
    private final class Server {
        private final Task master;
        private final String file;
        private final List<Task> workers = new ArrayList<>();
        private final AtomicInteger requests = new AtomicInteger();
        private volatile NginxConfig config;
        private volatile List<NetNamespace.Listener> listening = List.of();

        Server(Task master, NginxConfig config, String file, boolean foreground) {
            this.master = master;
            this.config = config;
            this.file = file;
            master.rename(List.of("nginx: master process nginx" + (foreground ? " -g daemon off;" : "")));
        }

        void listen(List<NetNamespace.Listener> into) throws IOException {
            List<NetNamespace.Listener> opened = new ArrayList<>();
            for (NginxConfig.Listen address : config.listens()) {
                try {
                    opened.add(master.namespaces()
                            .network()
                            .listen(address.ip(), address.port(), Http.acceptor(request -> serve(address, request))));
                } catch (BindException taken) {
                    opened.forEach(NetNamespace.Listener::close);
                    BindException described = new BindException("bind() to " + address.ip() + ":" + address.port()
                            + " failed (98: " + taken.getMessage() + ")");
                    throw described;
                }
            }
            into.addAll(opened);
        }

        /** @return whether to try again */
        boolean complain(Task task, BindException taken, int attempt) throws IOException {
            emerg(task, Objects.requireNonNullElse(taken.getMessage(), "bind() failed"));
            task.err().print(stamp(task, "notice", "") + "try again to bind() after 500ms\n");
            if (attempt < BIND_TRIES) {
                return true;
            }
            task.sleepQuietly(BIND_PAUSE);
            emerg(task, "still could not bind()");
            return false;
        }

        void begin(List<NetNamespace.Listener> listeners) throws IOException {
            listening = List.copyOf(listeners);
            listeners.forEach(master::own);
            writePid();
            notice("using the \"epoll\" event method");
            notice("nginx/" + version);
            notice("OS: Linux " + NodeHardware.RELEASE);
            notice("getrlimit(RLIMIT_NOFILE): 1048576:1048576");
            notice("start worker processes");
            for (int i = 0; i < NodeHardware.PROCESSORS; i++) {
                Task worker = master.fork(List.of("nginx: worker process"));
                if (master.credentials().uid() == 0) {
                    worker.credentials(
                            new kubelab.containers.runtime.filesystem.Credentials(101, 101, java.util.Set.of(101L)));
                }
                workers.add(worker);
                notice("start worker process " + worker.pid());
            }
            master.handle(Signal.TERM, signal -> end(signal));
            master.handle(Signal.INT, signal -> end(signal));
            master.handle(Signal.QUIT, signal -> end(signal));
            master.handle(Signal.HUP, signal -> reload());
            master.handle(Signal.USR1, Task.Handler.IGNORE);
            master.handle(Signal.CHLD, Task.Handler.IGNORE);
        }

        private void writePid() throws IOException {
            try {
                master.files().write("/run/nginx.pid", (master.pid() + "\n").getBytes(StandardCharsets.US_ASCII));
            } catch (IOException readOnly) {
                throw new IOException("open() \"/run/nginx.pid\" failed (" + readOnly.getMessage() + ")", readOnly);
            }
        }

        private void notice(String text) {
            write(config.errorLog(), stamp(master, "notice", "") + text + "\n");
        }

        private void end(Signal signal) {
            notice("signal " + signal.number() + " (SIG" + signal.name() + ") received, "
                    + (signal == Signal.QUIT ? "shutting down" : "exiting"));
            workers.forEach(Task::killByKernel);
            notice("exit");
            master.exit(0);
        }

        private void reload() {
            notice("signal 1 (SIGHUP) received, reconfiguring");
            try {
                config = NginxConfig.read(master.files(), file);
                List<NetNamespace.Listener> before = listening;
                before.forEach(listener -> {
                    listener.close();
                    master.disown(listener);
                });
                List<NetNamespace.Listener> now = new ArrayList<>();
                listen(now);
                listening = List.copyOf(now);
                now.forEach(master::own);
            } catch (NginxConfig.Mistake mistake) {
                write(config.errorLog(), stamp(master, "emerg", "") + mistake.text() + "\n");
            } catch (IOException e) {
                write(config.errorLog(), stamp(master, "emerg", "") + e.getMessage() + "\n");
            }
        }

        private Http.Response serve(NginxConfig.Listen address, Http.Request request) {
            int number = requests.incrementAndGet();
            master.charge(REQUEST_COST);
            NginxSite site = new NginxSite(master, config.server(address, request.header("host")), version);
            NginxSite.Result result = site.answer(request);
            result.problem()
                    .ifPresent(problem -> write(
                            config.errorLog(),
                            stamp(workers.isEmpty() ? master : workers.get(0), "error", "*" + number + " ") + problem
                                    + ", client: "
                                    + request.remoteIp() + ", server: " + site.name() + ", request: \""
                                    + request.method() + " "
                                    + request.target() + " HTTP/1.1\", host: \"" + request.header("host") + "\"\n"));
            write(config.accessLog(), NginxSite.accessLine(master, request, result.response()));
            return result.response();
        }

        private void write(String path, String line) {
            if (path.equals("off") || master.dead()) {
                return;
            }
            byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
            try {
                String real = path.equals("stderr") ? "/dev/stderr" : path;
                // /dev/stdout is the reader's own descriptor: the server's thread is nobody's.
                int descriptor = leadsTo(real);
                if (descriptor > 0) {
                    OpenFile stream = master.descriptors().get(descriptor);
                    if (stream != null) {
                        stream.write(bytes, 0, bytes.length);
                    }
                    return;
                }
                OpenFile log = master.files().open(real, OpenMode.APPEND);
                try {
                    log.write(bytes, 0, bytes.length);
                } finally {
                    log.release();
                }
            } catch (IOException full) {
                // nginx goes on serving when its log cannot be written.
            }
        }

        private int leadsTo(String path) {
            String target = path;
            try {
                if (master.files().lstat(path).isSymlink()) {
                    target = master.files().readLink(path);
                }
            } catch (IOException missing) {
                return 0;
            }
            return target.equals("/dev/stdout") || target.equals("/proc/self/fd/1")
                    ? 1
                    : target.equals("/dev/stderr") || target.equals("/proc/self/fd/2") ? 2 : 0;
        }
    }
}
