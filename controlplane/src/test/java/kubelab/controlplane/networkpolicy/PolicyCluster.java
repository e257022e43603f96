package kubelab.controlplane.networkpolicy;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import kubelab.containers.network.NetNamespace;
import kubelab.controlplane.EmbeddedCluster;

/** Two nodes and the Pods of cases.yaml, and questions in their network. What is dropped costs no time: nothing here waits for it. */
final class PolicyCluster implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(30);
    static final List<String> PORTS = List.of("tcp/80", "tcp/81", "udp/80", "udp/81");
    private static final Duration AT_ONCE = Duration.ofNanos(1);
    private static final String IMAGE = "registry.k8s.io/e2e-test-images/agnhost:2.53";
    private static final Map<String, String> NODES = Map.of("a", "server", "b", "worker1", "c", "worker1");

    final EmbeddedCluster cluster = EmbeddedCluster.builder().nodes(2).start();
    final KubernetesClient client = cluster.client();
    private final Map<String, String> addresses = new TreeMap<>();
    private final Map<String, NetNamespace> sandboxes = new TreeMap<>();

    private final List<String> namespaces;

    /** @param namespaces x, y and perhaps z */
    PolicyCluster(String... namespaces) {
        this.namespaces = List.of(namespaces);
        for (String namespace :
                Stream.concat(this.namespaces.stream(), Stream.of("mark")).toList()) {
            create("{apiVersion: v1, kind: Namespace, metadata: {name: '" + namespace + "', labels: {ns: '" + namespace
                    + "'}}}");
        }
        for (String namespace : namespaces) {
            NODES.forEach((name, node) -> pod(namespace, name, node));
            create("{apiVersion: v1, kind: Service, metadata: {name: a, namespace: '" + namespace + "'}, spec: {type: "
                    + (namespace.equals("x") ? "NodePort" : "ClusterIP")
                    + ", selector: {pod: a}, ports: [{port: 8080, targetPort: 80"
                    + (namespace.equals("x") ? ", nodePort: 30080" : "") + "}]}}");
        }
        pod("mark", "mark", "server");
        create(
                "{apiVersion: v1, kind: Pod, metadata: {name: host, namespace: x, labels: {pod: host}}, spec: {nodeName: "
                        + "worker1, hostNetwork: true, containers: [{name: c, image: '" + IMAGE
                        + "', args: [netexec, --http-port=9090, --udp-port=-1]}]}}");
        await("all Pods are ready").atMost(LIMIT).until(this::allReady);
        for (Pod pod : client.pods().inAnyNamespace().list().getItems()) {
            addresses.put(
                    pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName(),
                    pod.getStatus().getPodIP());
        }
        await("all are reached").atMost(LIMIT).ignoreExceptions().until(() -> {
            boolean open = reaches("y/a", "service:x/a", "")
                    && reaches("y/a", "service:y/a", "")
                    && reaches("outside", "nodeport:worker1", "");
            for (String pod : pods()) {
                for (String port : PORTS) {
                    open &= reaches("x/a", pod, port);
                }
            }
            return open && reaches("y/a", "host", "");
        });
    }

    private boolean allReady() {
        return client.pods().inAnyNamespace().list().getItems().stream().allMatch(Readiness::isPodReady);
    }

    void create(String yaml) {
        client.resource((HasMetadata) client.getKubernetesSerialization().unmarshal("--- " + yaml))
                .create();
    }

    private void pod(String namespace, String name, String node) {
        StringBuilder containers = new StringBuilder();
        for (int port = 80; port <= 81; port++) {
            containers.append("{name: c" + port + ", image: '" + IMAGE + "', args: [netexec, --http-port=" + port
                    + ", --udp-port=" + port + "], ports: [{containerPort: " + port + ", name: serve-" + port
                    + "-tcp}, {containerPort: " + port + ", protocol: UDP, name: serve-" + port + "-udp}]}, ");
        }
        create("{apiVersion: v1, kind: Pod, metadata: {name: " + name + ", namespace: '" + namespace
                + "', labels: {pod: " + name + "}}, spec: {nodeName: " + node + ", containers: [" + containers + "]}}");
    }

    /** Those of the matrix. */
    List<String> pods() {
        List<String> all = new ArrayList<>();
        for (String namespace : namespaces) {
            NODES.keySet().stream().sorted().forEach(name -> all.add(namespace + "/" + name));
        }
        return all;
    }

    String ip(String pod) {
        String ip = addresses.get(pod);
        if (ip == null) {
            throw new IllegalArgumentException("no Pod " + pod + "; there are " + addresses.keySet());
        }
        return ip;
    }

    NetNamespace network(String from) {
        if (from.equals("outside")) {
            return cluster.network().outside();
        }
        if (from.startsWith("node:")) {
            return cluster.network().node(from.substring("node:".length())).host();
        }
        return sandboxes.computeIfAbsent(from.equals("host") ? "x/host" : from, this::sandbox);
    }

    private NetNamespace sandbox(String from) {
        String[] pod = from.split("/");
        for (String node : cluster.nodes()) {
            String name = pod[1].equals("static") ? pod[1] + "-" + node : pod[1];
            var sandbox = cluster.kubelet(node).sandbox(pod[0], name);
            if (sandbox.isPresent()) {
                return sandbox.get().network();
            }
        }
        throw new IllegalArgumentException("no sandbox of " + from);
    }

    /** @param port as in {@code tcp/80}; empty where the target has one of its own */
    boolean reaches(String from, String to, String port) {
        NetNamespace network = network(from);
        if (to.equals("dns")) {
            return resolves(network);
        }
        String[] target = to.split(":", 2);
        return switch (target[0]) {
            case "api" -> connects(network, "10.43.0.1", 443);
            case "host" -> connects(network, "172.18.0.3", 9090);
            case "service" -> connects(network, serviceIp(target[1].split("/")), 8080);
            case "nodeport" ->
                connects(network, cluster.network().node(target[1]).ip(), 30080);
            default -> {
                int number = Integer.parseInt(port.substring(4));
                yield port.startsWith("tcp") ? connects(network, ip(to), number) : answers(network, ip(to), number);
            }
        };
    }

    private String serviceIp(String[] name) {
        return client.services()
                .inNamespace(name[0])
                .withName(name[1])
                .get()
                .getSpec()
                .getClusterIP();
    }

    /** Whether packets come through: a closed port is reached, too. */
    boolean passes(String from, String to, int port) {
        try {
            return connects(network(from), ip(to), port);
        } catch (IllegalStateException refused) {
            return true;
        }
    }

    boolean connects(String from, String ip, int port) {
        return connects(network(from), ip, port);
    }

    private static boolean connects(NetNamespace from, String ip, int port) {
        try {
            from.connect(ip, port, AT_ONCE).close();
            return true;
        } catch (SocketTimeoutException dropped) {
            return false;
        } catch (ConnectException refused) {
            throw new IllegalStateException("refused: " + ip + ":" + port, refused);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean answers(NetNamespace from, String ip, int port) {
        try {
            return from.exchange(ip, port, "hostname".getBytes(StandardCharsets.US_ASCII), AT_ONCE).length > 0;
        } catch (SocketTimeoutException dropped) {
            return false;
        } catch (IOException e) {
            throw new IllegalStateException("refused: " + ip + ":" + port, e);
        }
    }

    /** A question that is dropped waits for seconds of cluster time, which do not have to pass by themselves. */
    private boolean resolves(NetNamespace from) {
        CompletableFuture<Boolean> answer = CompletableFuture.supplyAsync(() -> {
            try {
                return from.query("10.43.0.10", "kubernetes.default.svc.cluster.local", "A")
                        .code()
                        .equals("NOERROR");
            } catch (SocketTimeoutException dropped) {
                return false;
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        return advanceUntil(answer);
    }

    <T> T advanceUntil(CompletableFuture<T> answer) {
        for (int i = 0; i < 100; i++) {
            try {
                return answer.get(100, TimeUnit.MILLISECONDS);
            } catch (TimeoutException notYet) {
                advance(Duration.ofSeconds(5));
            } catch (InterruptedException | ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }
        throw new IllegalStateException("no answer in 500 s of cluster time");
    }

    void advance(Duration time) {
        try {
            cluster.advance(time);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        cluster.close();
    }
}
