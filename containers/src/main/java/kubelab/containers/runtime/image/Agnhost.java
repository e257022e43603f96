package kubelab.containers.runtime.image;

import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kubelab.containers.network.NetNamespace;
import kubelab.containers.runtime.kernel.Program;
import kubelab.containers.runtime.kernel.Signal;
import kubelab.containers.runtime.kernel.Task;

/**
 * agnhost, the Swiss army knife of Kubernetes' own end-to-end tests.
 *
 * <p>Source: test/images/agnhost in Kubernetes 1.34. Simplified: the subcommands are netexec, serve-hostname,
 * liveness, connect, porter, entrypoint-tester and pause.
 */
final class Agnhost implements Program {
    @Override
    public long memory() {
        return 12 << 20;
    }

    @Override
    public int run(Task task) throws IOException, InterruptedException {
        // A Go program's runtime exits with 2 on TERM even where the kernel would not let the signal through.
        task.handle(Signal.TERM, signal -> task.exit(2));
        task.handle(Signal.INT, signal -> task.exit(2));
        Map<String, String> flags = flags(task.arguments());
        return switch (task.argument(1)) {
            case "pause" -> pause(task);
            case "netexec" -> new Netexec(task, flags).start();
            case "serve-hostname" ->
                serve(
                        task,
                        flags.getOrDefault("port", "9376"),
                        request -> Http.Response.text(200, task.namespaces().hostname()));
            case "liveness" -> liveness(task);
            case "porter" -> porter(task);
            case "connect" -> connect(task, flags);
            case "entrypoint-tester" -> {
                task.out().println("[" + String.join(" ", task.arguments()) + "]");
                yield 0;
            }
            case "" -> help(task);
            default -> {
                task.err()
                        .print("Error: unknown command \"" + task.argument(1) + "\" for \"app\"\n"
                                + "Run 'app --help' for usage.\n");
                yield 1;
            }
        };
    }

    private static int help(Task task) throws IOException {
        task.out()
                .println("Usage:\n  app [command]\n\nAvailable Commands:\n  connect\n  entrypoint-tester\n  liveness\n"
                        + "  netexec\n  pause\n  porter\n  serve-hostname");
        return 0;
    }

    /** {@code --name=value}, {@code --name value} and a bare {@code --name}. */
    private static Map<String, String> flags(List<String> words) {
        Map<String, String> flags = new HashMap<>();
        for (int i = 2; i < words.size(); i++) {
            if (!words.get(i).startsWith("--")) {
                flags.putIfAbsent("", words.get(i));
                continue;
            }
            String name = words.get(i).substring(2);
            int equals = name.indexOf('=');
            if (equals >= 0) {
                flags.put(name.substring(0, equals), name.substring(equals + 1));
            } else if (i + 1 < words.size() && !words.get(i + 1).startsWith("--")) {
                flags.put(name, words.get(++i));
            } else {
                flags.put(name, "true");
            }
        }
        return flags;
    }

    private static int pause(Task task) throws IOException {
        task.out().println("Paused\nSignals registered");
        task.out().flush();
        return STAYS;
    }

    private static int serve(Task task, String port, Http.Handler handler) throws IOException {
        try {
            task.own(listen(task, Integer.parseInt(port), handler));
            return STAYS;
        } catch (BindException e) {
            Netexec.log(task, "listen tcp :" + port + ": bind: address already in use");
            return 1;
        }
    }

    static NetNamespace.Listener listen(Task task, int port, Http.Handler handler) throws IOException {
        return task.namespaces().network().listen(port, Http.acceptor(request -> {
            task.charge(200_000);
            return handler.handle(request);
        }));
    }

    /** Healthy for ten seconds, then not: what a liveness probe is there to find out. */
    private static int liveness(Task task) throws IOException {
        Duration healthy = Duration.ofSeconds(10);
        return serve(task, "8080", request -> {
            Duration age = Duration.between(task.started(), task.clock().now());
            if (request.path().equals("/started")) {
                return Http.Response.text(200, "started: " + age.toMillis() / 1000.0);
            }
            if (request.path().equals("/healthz")) {
                return age.compareTo(healthy) > 0
                        ? Http.Response.text(500, "error: " + age.toMillis() / 1000.0)
                        : Http.Response.text(200, "ok");
            }
            return Http.Response.text(404, "404 page not found\n");
        });
    }

    /** Answers on every port that a variable SERVE_PORT_n names, with that variable's value. */
    private static int porter(Task task) throws IOException {
        for (Map.Entry<String, String> variable : task.environment().entrySet()) {
            if (variable.getKey().startsWith("SERVE_PORT_")) {
                int port = Integer.parseInt(variable.getKey().substring("SERVE_PORT_".length()));
                task.own(listen(task, port, request -> Http.Response.text(200, variable.getValue())));
            }
        }
        return STAYS;
    }

    /** Tells whether a TCP connection can be made. Source: test/images/agnhost/connect. */
    private static int connect(Task task, Map<String, String> flags) throws IOException {
        String target = flags.getOrDefault("", "");
        int colon = target.lastIndexOf(':');
        String timeout = flags.getOrDefault("timeout", "0s");
        Duration limit = timeout.equals("0s") ? Duration.ofSeconds(127) : Netexec.duration(timeout);
        try {
            task.namespaces()
                    .network()
                    .connect(target.substring(0, colon), Integer.parseInt(target.substring(colon + 1)), limit)
                    .close();
            return 0;
        } catch (java.net.UnknownHostException e) {
            task.err().print("DNS: lookup " + e.getMessage() + ": no such host\n");
        } catch (java.net.SocketTimeoutException e) {
            task.err().print("TIMEOUT\n");
        } catch (java.net.ConnectException e) {
            task.err().print("REFUSED\n");
        } catch (IOException e) {
            task.err().print("OTHER: " + e.getMessage() + "\n");
        }
        return 1;
    }
}
