package kubelab.grader.checks.services;

import io.fabric8.kubernetes.api.model.Pod;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import kubelab.grader.check.Check;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Criterion;
import kubelab.grader.check.Observation;
import kubelab.grader.looks.Pods;
import kubelab.grader.looks.ServerSets;
import kubelab.grader.looks.ServiceEndpoints;
import kubelab.labkit.Connection;
import kubelab.labkit.TcpLoadBalancer;
import kubelab.labkit.TcpLoadBalancer.Conditions;
import kubelab.labkit.TcpLoadBalancer.Endpoint;
import kubelab.labkit.TcpLoadBalancer.EndpointPort;
import kubelab.labkit.TcpLoadBalancer.EndpointSlice;
import kubelab.labkit.component.BalancerLoop;
import org.jspecify.annotations.Nullable;

/**
 * services-7. Positive: real connections reach every ready Pod. Negative: none goes to a Pod that is not ready. What real
 * Pods do not do on demand, such as refusing, is asked of the answer directly.
 */
final class TcpBalancerCheck implements Check {
    /** Of three Pods that are chosen by chance each is missed by so many connections once in 60,000 times. */
    private static final int CONNECTIONS = 30;

    private static final int AT_A_TIME = 5;
    private static final int TIMEOUT_MS = 5000;

    private String service = "";
    private int port;
    private String busy = "";
    private @Nullable BalancerLoop loop;

    @Override
    public void plan(CheckContext run) {
        service = "web-" + run.word();
        port = 8000 + run.random().nextInt(1000);
    }

    @Override
    public boolean prepares() {
        return true;
    }

    @Override
    public void prepare(CheckContext run) {
        run.client().resource("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %1$s, namespace: %2$s}
                spec:
                  replicas: 3
                  selector: {matchLabels: {app: %1$s}}
                  template:
                    metadata: {labels: {app: %1$s}}
                    spec:
                      terminationGracePeriodSeconds: 0
                      containers:
                      - name: web
                        image: registry.k8s.io/e2e-test-images/agnhost:2.53
                        args: [netexec, --http-port=%3$d, --udp-port=-1]
                        ports: [{name: http, containerPort: %3$d}]
                        readinessProbe:
                          exec: {command: [sh, -c, "! test -f /tmp/busy"]}
                          periodSeconds: 1
                          failureThreshold: 1
                """.formatted(service, run.namespace(), port)).create();
        run.client().resource("""
                apiVersion: v1
                kind: Service
                metadata: {name: %1$s, namespace: %2$s}
                spec: {selector: {app: %1$s}, ports: [{port: 80, targetPort: http}]}
                """.formatted(service, run.namespace())).create();
        run.await(
                "three ready endpoints",
                () -> ServiceEndpoints.of(run, service).stream()
                                .filter(ServiceEndpoints::isReady)
                                .count()
                        == 3);
    }

    @Override
    public void start(CheckContext run) {
        loop = run.balance(service);
    }

    @Override
    public List<Criterion> criteria() {
        return List.of(
                Criterion.of("carries", "A connection is carried to a Pod and its answer comes back", 3)
                        .hint(1)
                        .shownBy("get endpointslices")
                        .when(this::carries),
                Criterion.of("spreads", "Connections are spread over all Pods that are ready", 2)
                        .needs("carries")
                        .hint(2)
                        .shownBy("get pods -o wide")
                        .when(this::spreads),
                Criterion.of("drops", "A Pod that is not ready gets no new connection", 2)
                        .needs("carries")
                        .hint(2)
                        .shownBy("get endpointslices -o yaml")
                        .first(this::makeBusy)
                        .within(Duration.ofSeconds(30))
                        .when(this::drops),
                Criterion.of("refused", "If a Pod refuses, another one gets the connection", 2)
                        .needs("carries")
                        .hint(3)
                        .first(run -> loop().close())
                        .when(this::goesOn),
                Criterion.of("slices", "It knows the endpoints of all slices, each with its slice's port", 1)
                        .hidden()
                        .needs("carries")
                        .hint(1)
                        .when(this::knowsAllSlices));
    }

    private BalancerLoop loop() {
        if (loop == null) {
            throw new IllegalStateException("the balancer was not started");
        }
        return loop;
    }

    private Observation carries(CheckContext run) {
        String name = ask(loop().port());
        return name.startsWith(service)
                ? Observation.holds("a Pod answers through your balancer")
                : Observation.notYet(
                        "the answer of a Pod, through the balancer",
                        loop().dialled().isEmpty()
                                ? "the balancer dialled nobody"
                                : "the balancer dialled, but no answer came back");
    }

    private Observation spreads(CheckContext run) {
        Set<String> heard = ask(CONNECTIONS, 3);
        return heard.size() == 3
                ? Observation.holds("all three have work to do")
                : Observation.never(
                        "answers of all three Pods to " + CONNECTIONS + " connections",
                        "answers of " + heard.size() + (heard.size() == 1 ? " Pod only" : " Pods only"));
    }

    private void makeBusy(CheckContext run) {
        busy = ServerSets.ready(run, run.namespace(), service).stream()
                .map(Pods::name)
                .sorted()
                .findFirst()
                .orElse("");
        run.exec(busy, "web", "touch", "/tmp/busy");
        run.touched();
    }

    /** Judged only once the balancer has been told; until then it cannot know. */
    private Observation drops(CheckContext run) {
        long ready = loop().endpoints().stream()
                .flatMap(slice -> slice.endpoints().stream())
                .filter(e -> e.conditions().ready())
                .count();
        if (ready != 2) {
            run.touched();
            return Observation.notYet("two ready endpoints in the slices", ready + " are");
        }
        String ip = run.pod(busy).map(Pod::getStatus).map(s -> s.getPodIP()).orElse("");
        int before = loop().dialled().size();
        Set<String> heard = ask(CONNECTIONS / 2, 3);
        boolean dialled =
                loop().dialled().stream().skip(before).anyMatch(d -> d.host().equals(ip));
        if (dialled || heard.contains(busy)) {
            return Observation.never("no connection to a Pod that is not ready", "it still gets some");
        }
        return heard.isEmpty()
                ? Observation.never("answers of the Pods that are still ready", "nobody answers any more")
                : Observation.holds("it is left in peace");
    }

    private Observation goesOn(CheckContext run) {
        TcpLoadBalancer answer = run.component(TcpLoadBalancer.class);
        answer.endpoints(List.of(slice("a", 81, "10.9.0.1", "10.9.0.2", "10.9.0.3")));
        String expected = "every client to be served while one of three Pods refuses";
        for (int i = 0; i < 6; i++) {
            if (serve(answer, Set.of("10.9.0.2:81"), new ArrayList<>()).isEmpty()) {
                return Observation.never(expected, "a client got no answer");
            }
        }
        return Observation.holds("nobody notices");
    }

    private Observation knowsAllSlices(CheckContext run) {
        TcpLoadBalancer answer = run.component(TcpLoadBalancer.class);
        answer.endpoints(List.of(slice("a", 81, "10.9.0.1"), slice("b", 82, "10.9.0.2")));
        Set<String> wanted = Set.of("10.9.0.1:81", "10.9.0.2:82");
        List<String> dialled = new ArrayList<>();
        // each of them refuses for a while, so that also who prefers one of them comes to the other
        for (String refusing : wanted) {
            for (int i = 0; i < CONNECTIONS / 2; i++) {
                serve(answer, Set.of(refusing), dialled);
            }
        }
        return Set.copyOf(dialled).equals(wanted)
                ? Observation.holds("slices are parts of one whole")
                : Observation.never(
                        "connections to the endpoints of two slices, each at its own slice's port",
                        wanted.containsAll(dialled)
                                ? "one of the slices gets none"
                                : "a dial to a port of the other slice");
    }

    private static EndpointSlice slice(String name, int port, String... addresses) {
        return new EndpointSlice(
                name,
                List.of(new EndpointPort("", port)),
                List.of(addresses).stream()
                        .map(a -> new Endpoint(List.of(a), new Conditions(true, true, false), "", ""))
                        .toList());
    }

    /** One client of the answer's, with Pods that exist only here; returns what the client got. */
    private static String serve(TcpLoadBalancer answer, Set<String> refusing, List<String> dialled) {
        Wire client = new Wire("ping");
        try {
            answer.serve(client, (host, port) -> {
                dialled.add(host + ":" + port);
                if (refusing.contains(host + ":" + port)) {
                    throw new IOException("connection refused");
                }
                return new Wire("pong");
            });
        } catch (IOException e) {
            // this client's conversation ended badly, which shows in what it got
        }
        return client.written.toString(StandardCharsets.UTF_8);
    }

    /** Who answers so many connections, some at a time; no more of them once so many Pods were heard. */
    private Set<String> ask(int connections, int pods) {
        Set<String> heard = new ConcurrentSkipListSet<>();
        AtomicInteger left = new AtomicInteger(connections);
        List<Thread> clients = IntStream.range(0, AT_A_TIME)
                .mapToObj(i -> new Thread(
                        () -> {
                            while (heard.size() < pods && left.getAndDecrement() > 0) {
                                String name = ask(loop().port());
                                if (!name.isEmpty()) {
                                    heard.add(name);
                                }
                            }
                        },
                        "client " + i))
                .toList();
        clients.forEach(Thread::start);
        try {
            for (Thread client : clients) {
                client.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return heard;
    }

    /** Asks for the Pod's name over a connection of its own; empty if no answer comes. */
    private static String ask(int port) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(TIMEOUT_MS);
            socket.getOutputStream()
                    .write("GET /hostname HTTP/1.0\r\nHost: web\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int body = answer.indexOf("\r\n\r\n");
            return body < 0 ? "" : answer.substring(body + 4).strip();
        } catch (IOException e) {
            return "";
        }
    }

    /** A peer that says one thing and remembers what it is told. */
    private static final class Wire implements Connection {
        private final InputStream says;
        private final ByteArrayOutputStream written = new ByteArrayOutputStream();

        Wire(String says) {
            this.says = new ByteArrayInputStream(says.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public InputStream in() {
            return says;
        }

        @Override
        public OutputStream out() {
            return written;
        }

        @Override
        public void close() {}
    }
}
