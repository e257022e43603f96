package kubelab.grader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import kubelab.cluster.NodeHeartbeats;
import kubelab.labkit.Connection;
import kubelab.labkit.Dialer;
import kubelab.labkit.PodScheduler;
import kubelab.labkit.Reconciler;
import kubelab.labkit.TcpLoadBalancer;
import kubelab.labkit.component.Harness;
import kubelab.labkit.component.LoadBalancerHarness;
import kubelab.labkit.component.PortForwardDialer;
import kubelab.labkit.component.ReconcilerHarness;
import kubelab.labkit.component.SchedulerHarness;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** What surrounds a learner's component, on a cluster: the scheduler's, the balancer's and the control loop's harness; the dialer. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class HarnessContract {
    private static final String AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.53";
    private static final Duration SOON = Duration.ofSeconds(40);

    private final List<AutoCloseable> open = new CopyOnWriteArrayList<>();
    private final List<Exception> faults = new CopyOnWriteArrayList<>();
    private KubernetesClient client;
    private String namespace;

    abstract ClusterAccess cluster() throws Exception;

    /** Before each test and not once: where there is no cluster, each test is counted as skipped, with the reason. */
    @BeforeEach
    void connect() throws Exception {
        String kubeconfig = cluster().kubeconfig();
        if (client == null) {
            client = new KubernetesClientBuilder()
                    .withConfig(Config.fromKubeconfig(kubeconfig))
                    .build();
        }
        namespace = newNamespace();
    }

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable what : open) {
            what.close();
        }
        open.clear();
        faults.clear();
    }

    @AfterAll
    void disconnect() {
        if (client != null) {
            client.close();
        }
    }

    @Test
    void a_pod_goes_where_filter_lets_it_and_score_is_highest() {
        String node = nodes().get(0);
        schedule(
                namespace,
                scheduler(
                        (pod, n) -> n.allocatable().cpuMillis() > 0,
                        (pod, n) -> n.name().equals(node) ? 100 : 1));
        create(namespace, "web", "100m");
        awaitNode(namespace, "web", node);
        await("running")
                .atMost(SOON)
                .until(() -> pod(namespace, "web").getStatus().getPhase().equals("Running"));
        await("event Scheduled").atMost(SOON).until(() -> events("Scheduled").stream()
                .anyMatch(m -> m.equals("Successfully assigned " + namespace + "/web to " + node)));
        assertThat(faults).isEmpty();
    }

    @Test
    void each_decision_sees_the_pods_bound_before() {
        String node = nodes().get(0);
        List<Long> seen = new CopyOnWriteArrayList<>();
        PodScheduler counting = scheduler((pod, n) -> n.name().equals(node), (pod, n) -> {
            seen.add(n.pods().stream()
                    .filter(p -> p.namespace().equals(namespace) && p.cpuMillis() == 20)
                    .count());
            return 0;
        });
        List.of("a", "b", "c", "d").forEach(name -> create(namespace, name, "20m"));
        schedule(namespace, counting);
        await("four decisions").atMost(SOON).until(() -> seen.size() >= 4);
        assertThat(seen.subList(0, 4)).containsExactly(0L, 1L, 2L, 3L);
    }

    @Test
    void a_pod_that_does_not_fit_says_so_and_is_placed_when_the_cluster_changes() {
        String node = nodes().get(0);
        schedule(
                namespace,
                scheduler(
                        (pod, n) -> n.name().equals(node)
                                && n.pods().stream()
                                        .noneMatch(p -> p.namespace().equals(namespace)),
                        (pod, n) -> 0));
        create(namespace, "first", "10m");
        awaitNode(namespace, "first", node);
        create(namespace, "second", "10m");
        // hollow nodes that are on their way out are counted, too
        await("event FailedScheduling").atMost(SOON).until(() -> events("FailedScheduling").stream()
                .anyMatch(m -> m.matches("0/(\\d+) nodes are available: \\1 refused by filter.*")));
        assertThat(pod(namespace, "second").getStatus().getConditions())
                .anySatisfy(c -> assertThat(c.getReason()).isEqualTo("Unschedulable"));
        client.pods()
                .inNamespace(namespace)
                .withName("first")
                .withGracePeriod(0)
                .delete();
        awaitNode(namespace, "second", node);
    }

    @Test
    void a_fault_is_reported_and_the_pod_is_tried_again() {
        String node = nodes().get(0);
        List<Boolean> calls = new ArrayList<>();
        schedule(
                namespace,
                scheduler(
                        (pod, n) -> {
                            calls.add(true);
                            if (calls.size() == 1) {
                                throw new IllegalStateException("not yet");
                            }
                            return n.name().equals(node);
                        },
                        (pod, n) -> 0));
        create(namespace, "web", "10m");
        awaitNode(namespace, "web", node);
        assertThat(faults).singleElement().satisfies(f -> assertThat(f).hasMessage("not yet"));
    }

    @Test
    void schedulers_of_the_same_name_do_not_meet() {
        String other = newNamespace();
        schedule(namespace, scheduler((pod, n) -> pod.namespace().equals(namespace), (pod, n) -> 0));
        schedule(other, scheduler((pod, n) -> pod.namespace().equals(other), (pod, n) -> 0));
        create(namespace, "web", "10m");
        create(other, "web", "10m");
        await("both bound")
                .atMost(SOON)
                .until(() -> pod(namespace, "web").getSpec().getNodeName() != null
                        && pod(other, "web").getSpec().getNodeName() != null);
        assertThat(events("FailedScheduling")).isEmpty();
    }

    @Test
    void the_dialer_reaches_pods_and_services_and_is_refused_where_nobody_listens() throws Exception {
        serve("web-0");
        service();
        Dialer dialer = new PortForwardDialer(client, namespace);
        String ip = pod(namespace, "web-0").getStatus().getPodIP();
        Service web = client.services().inNamespace(namespace).withName("web").get();
        await("endpoints").atMost(SOON).untilAsserted(() -> assertThat(hostname(dialer, "web", 80))
                .isEqualTo("web-0"));
        assertThat(hostname(dialer, ip, 8080)).isEqualTo("web-0");
        assertThat(hostname(dialer, web.getSpec().getClusterIP(), 80)).isEqualTo("web-0");
        assertThat(hostname(dialer, "web." + namespace + ".svc.cluster.local", 80))
                .isEqualTo("web-0");
        assertThatThrownBy(() -> dialer.dial(ip, 8099))
                .as("a port on which nobody listens")
                .isInstanceOf(IOException.class)
                .hasMessageContaining("refused");
        assertThatThrownBy(() -> dialer.dial("10.42.250.250", 8080))
                .as("an address that nobody has")
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no route to 10.42.250.250");
        assertThatThrownBy(() -> dialer.dial("web", 81))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no port 81");
    }

    @Test
    void many_bytes_go_there_and_back_on_one_connection() throws Exception {
        serve("web-0");
        String ip = pod(namespace, "web-0").getStatus().getPodIP();
        try (Connection connection = new PortForwardDialer(client, namespace).dial(ip, 8080)) {
            String path = "/echo?msg=" + "x".repeat(1000);
            for (int i = 0; i < 300; i++) {
                connection
                        .out()
                        .write(("GET " + path + " HTTP/1.1\r\nHost: web\r\n\r\n").getBytes(StandardCharsets.UTF_8));
                String head = until(connection.in(), "\r\n\r\n");
                assertThat(head).startsWith("HTTP/1.1 200");
                assertThat(connection.in().readNBytes(1000)).hasSize(1000).containsOnly('x');
            }
        }
    }

    @Test
    void the_balancers_clients_reach_the_endpoints_and_the_balancer_hears_of_changes() throws Exception {
        serve("web-0");
        serve("web-1");
        service();
        LoadBalancerHarness harness = LoadBalancerHarness.forService("web").start(site(namespace), new Forwarder());
        open.add(harness);
        await("both endpoints").atMost(SOON).until(() -> ready(harness) == 2);
        assertThat(hostname(harness)).startsWith("web-");
        client.pods().inNamespace(namespace).withName("web-0").edit(p -> new PodBuilder(p)
                .editMetadata()
                .addToLabels("app", "other")
                .endMetadata()
                .build());
        await("one endpoint").atMost(SOON).until(() -> ready(harness) == 1);
        assertThat(hostname(harness)).isEqualTo("web-1");
        String ip = pod(namespace, "web-1").getStatus().getPodIP();
        assertThat(harness.dialled()).endsWith(new LoadBalancerHarness.Dialled(ip, 8080, ""));
        assertThat(faults).isEmpty();
    }

    @Test
    void a_control_loop_is_told_what_is_there_and_its_writes_are_made() {
        List<Reconciler.Item> told = new CopyOnWriteArrayList<>();
        ReconcilerHarness harness = reconcile((desired, items) -> {
            told.addAll(items);
            List<Reconciler.Item> own = items.stream()
                    .filter(item -> item.labels()
                            .entrySet()
                            .containsAll(desired.selector().entrySet()))
                    .toList();
            return own.size() < desired.replicas()
                    ? List.of(Reconciler.Write.create())
                    : own.size() > desired.replicas()
                            ? List.of(Reconciler.Write.delete(own.get(0).name()))
                            : List.of();
        });
        configMap("stranger", Map.of());
        configMap("keeper", Map.of("replicas", "2", "selector", "app=kept, tier=one"));
        await("two").atMost(SOON).until(() -> kept().size() == 2);
        assertThat(kept()).allSatisfy(map -> assertThat(map.getMetadata().getOwnerReferences())
                .singleElement()
                .satisfies(owner -> assertThat(owner.getName()).isEqualTo("keeper")));
        assertThat(told).extracting(Reconciler.Item::name).contains("stranger", "keeper");
        client.configMaps().inNamespace(namespace).withName("keeper").edit(map -> new ConfigMapBuilder(map)
                .addToData("replicas", "0")
                .build());
        await("none").atMost(SOON).until(() -> kept().isEmpty());
        assertThat(harness.writes())
                .extracting(Reconciler.Write::verb)
                .containsExactly(
                        Reconciler.Verb.CREATE, Reconciler.Verb.CREATE, Reconciler.Verb.DELETE, Reconciler.Verb.DELETE);
        assertThat(faults).isEmpty();
    }

    @Test
    void a_control_loop_that_throws_is_called_again_and_one_that_creates_without_end_is_held_up() {
        List<Boolean> calls = new CopyOnWriteArrayList<>();
        reconcile((desired, items) -> {
            calls.add(true);
            if (calls.size() == 1) {
                throw new IllegalStateException("not yet");
            }
            return Collections.nCopies(150, Reconciler.Write.create());
        });
        configMap("keeper", Map.of("replicas", "2", "selector", "app=kept, tier=one"));
        await("held up").atMost(SOON).until(() -> faults.size() > 2);
        assertThat(faults.get(0)).hasMessage("not yet");
        assertThat(faults.get(1)).hasMessage("there are 200 ConfigMaps, and it creates more");
        assertThat(client.configMaps().inNamespace(namespace).list().getItems())
                .as("with the one that each namespace gets, which may come late")
                .hasSizeBetween(199, 201);
    }

    private ReconcilerHarness reconcile(Reconciler reconciler) {
        ReconcilerHarness harness = ReconcilerHarness.configMaps("keeper").start(site(namespace), reconciler);
        open.add(harness);
        return harness;
    }

    private void configMap(String name, Map<String, String> data) {
        client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(namespace)
                        .endMetadata()
                        .withData(data)
                        .build())
                .create();
    }

    private List<ConfigMap> kept() {
        return client.configMaps()
                .inNamespace(namespace)
                .withLabels(Map.of("app", "kept", "tier", "one"))
                .list()
                .getItems();
    }

    /** Dials the first endpoint that is ready, and copies both ways. */
    private static final class Forwarder implements TcpLoadBalancer {
        private volatile List<EndpointSlice> slices = List.of();

        @Override
        public void endpoints(List<EndpointSlice> now) {
            slices = now;
        }

        @Override
        public void serve(Connection client, Dialer dialer) throws IOException {
            EndpointSlice slice = slices.get(0);
            Endpoint endpoint = slice.endpoints().stream()
                    .filter(e -> e.conditions().ready())
                    .findFirst()
                    .orElseThrow(() -> new IOException("no endpoint"));
            Connection backend = dialer.dial(
                    endpoint.addresses().get(0), slice.ports().get(0).port());
            Thread forth = new Thread(() -> {
                try {
                    client.in().transferTo(backend.out());
                } catch (IOException e) {
                    // the other direction tells
                }
            });
            forth.setDaemon(true);
            forth.start();
            backend.in().transferTo(client.out());
        }
    }

    private static long ready(LoadBalancerHarness harness) {
        return harness.endpoints().stream()
                .flatMap(s -> s.endpoints().stream())
                .filter(e -> e.conditions().ready())
                .count();
    }

    private static String hostname(LoadBalancerHarness harness) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", harness.port())) {
            return hostname(socket.getInputStream(), socket.getOutputStream());
        }
    }

    private static String hostname(Dialer dialer, String host, int port) throws IOException {
        try (Connection connection = dialer.dial(host, port)) {
            return hostname(connection.in(), connection.out());
        }
    }

    private static String hostname(InputStream in, OutputStream out) throws IOException {
        out.write("GET /hostname HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.UTF_8));
        String answer = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        return answer.substring(answer.indexOf("\r\n\r\n") + 4).strip();
    }

    private static String until(InputStream in, String end) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf(end) < 0) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("ended after: " + text);
            }
            text.append((char) b);
        }
        return text.toString();
    }

    private interface Filter {
        boolean test(PodScheduler.PodInfo pod, PodScheduler.NodeInfo node);
    }

    private interface Score {
        int of(PodScheduler.PodInfo pod, PodScheduler.NodeInfo node);
    }

    private static PodScheduler scheduler(Filter filter, Score score) {
        return new PodScheduler() {
            @Override
            public boolean filter(PodInfo pod, NodeInfo node) {
                return filter.test(pod, node);
            }

            @Override
            public int score(PodInfo pod, NodeInfo node) {
                return score.of(pod, node);
            }
        };
    }

    private void schedule(String where, PodScheduler scheduler) {
        open.add(SchedulerHarness.named(SchedulerHarness.DEFAULT_NAME).start(site(where), scheduler));
    }

    private Harness.Site site(String where) {
        return new Harness.Site(client, where, new PortForwardDialer(client, where), faults::add);
    }

    private List<String> nodes() {
        return client.nodes().withoutLabel(NodeHeartbeats.LABEL).list().getItems().stream()
                .map(n -> n.getMetadata().getName())
                .sorted()
                .toList();
    }

    private String newNamespace() {
        String name = "loops-" + Integer.toString(ThreadLocalRandom.current().nextInt(36 * 36 * 36 * 36), 36);
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
        await("default ServiceAccount")
                .atMost(SOON)
                .until(() -> client.serviceAccounts()
                                .inNamespace(name)
                                .withName("default")
                                .get()
                        != null);
        open.add(() -> {
            client.pods().inNamespace(name).withGracePeriod(0).delete();
            client.namespaces().withName(name).delete();
        });
        return name;
    }

    private void create(String where, String name, String cpu) {
        client.pods()
                .inNamespace(where)
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .withNewSpec()
                        .withSchedulerName(SchedulerHarness.DEFAULT_NAME)
                        .addNewContainer()
                        .withName("pause")
                        .withImage("registry.k8s.io/pause:3.10")
                        .withNewResources()
                        .withRequests(Map.of("cpu", new Quantity(cpu)))
                        .endResources()
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
    }

    private void serve(String name) {
        client.pods()
                .inNamespace(namespace)
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .addToLabels("app", "web")
                        .endMetadata()
                        .withNewSpec()
                        .withTerminationGracePeriodSeconds(0L)
                        .addNewContainer()
                        .withName("web")
                        .withImage(AGNHOST)
                        .withArgs("netexec", "--http-port=8080", "--udp-port=-1")
                        .withNewReadinessProbe()
                        .withNewHttpGet()
                        .withPath("/hostname")
                        .withPort(new IntOrString(8080))
                        .endHttpGet()
                        .withPeriodSeconds(1)
                        .endReadinessProbe()
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
        await(name + " ready").atMost(SOON).until(() -> pod(namespace, name).getStatus().getConditions().stream()
                .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True")));
    }

    private void service() {
        client.services()
                .inNamespace(namespace)
                .resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withName("web")
                        .endMetadata()
                        .withNewSpec()
                        .addToSelector("app", "web")
                        .addNewPort()
                        .withPort(80)
                        .withTargetPort(new IntOrString(8080))
                        .endPort()
                        .endSpec()
                        .build())
                .create();
    }

    private Pod pod(String where, String name) {
        return client.pods().inNamespace(where).withName(name).get();
    }

    private void awaitNode(String where, String name, String node) {
        await(name + " on " + node)
                .atMost(SOON)
                .until(() -> Objects.equals(pod(where, name).getSpec().getNodeName(), node));
    }

    private List<String> events(String reason) {
        return client.v1().events().inNamespace(namespace).list().getItems().stream()
                .filter(e -> reason.equals(e.getReason()))
                .map(e -> e.getMessage())
                .toList();
    }
}
