package kubelab.controlplane.networkpolicy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import kubelab.containers.network.Connection;
import kubelab.controlplane.EmbeddedCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What policies do over time: to connections that stand or wait, to Pods that start, and while the agent is away. */
class PolicyAgentTest {
    private static PolicyCluster world;

    @BeforeAll
    static void start() {
        world = new PolicyCluster("x", "y");
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @AfterEach
    void clean() {
        world.cluster.startComponent(PolicyAgent.NAME);
        world.client.network().v1().networkPolicies().inNamespace("x").delete();
        await("all is open again")
                .atMost(PolicyCluster.LIMIT)
                .until(() -> isOpen("y/a", "x/a") && isOpen("x/a", "y/a"));
    }

    private static void policy(String spec) {
        world.create("{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p, namespace: x}, spec: "
                + spec + "}");
    }

    private static void denyAll() {
        policy("{podSelector: {}, policyTypes: [Ingress, Egress]}");
        awaitClosed("y/a", "x/a");
    }

    private static boolean isOpen(String from, String to) {
        return world.reaches(from, to, "tcp/80");
    }

    private static void awaitClosed(String from, String to) {
        await(from + " does not reach " + to).atMost(PolicyCluster.LIMIT).until(() -> !isOpen(from, to));
    }

    @Test
    void connection_that_stands_stays() throws Exception {
        try (Connection connection = world.network("y/a").connect(world.ip("x/a"), 80, Duration.ofSeconds(1))) {
            denyAll();
            connection.output().write("GET /hostname HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(connection.input().readAllBytes(), StandardCharsets.US_ASCII))
                    .endsWith("\r\n\r\na");
        }
    }

    /** Linux sends the first packet again after 1, 3, 7, … seconds. */
    @Test
    void connection_that_waits_passes_when_it_is_allowed() {
        denyAll();
        CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> {
            try (Connection connection = world.network("y/a").connect(world.ip("x/a"), 80, Duration.ofSeconds(120))) {
                return connection.remoteAddress();
            } catch (java.io.IOException e) {
                return e.toString();
            }
        });
        world.client.network().v1().networkPolicies().inNamespace("x").delete();
        await("another connection passes").atMost(PolicyCluster.LIMIT).until(() -> isOpen("y/a", "x/a"));
        assertThat(world.advanceUntil(answer)).isEqualTo(world.ip("x/a") + ":80");
    }

    @Test
    void commands_say_what_they_say_on_a_real_node() {
        world.create("{apiVersion: v1, kind: Pod, metadata: {name: shell, namespace: x}, spec: {nodeName: worker1, "
                + "containers: [{name: c, image: 'busybox:1.36', command: [sleep, '3600']}]}}");
        await("x/shell runs")
                .atMost(PolicyCluster.LIMIT)
                .until(() -> Readiness.isPodReady(
                        world.client.pods().inNamespace("x").withName("shell").get()));
        denyAll();
        String address = world.ip("y/a");
        assertThat(run("wget -q -T 1 -O- http://" + address)).isEqualTo("wget: download timed out\n1");
        assertThat(run("nc -v -z -w 1 " + address + " 80"))
                .isEqualTo("nc: " + address + " (" + address + ":80): Connection timed out\n1");
        assertThat(run("nslookup a.y.svc.cluster.local"))
                .isEqualTo(";; connection timed out; no servers could be reached\n\n1");
        assertThat(run("wget -q -O- http://a.y:8080")).isEqualTo("wget: bad address 'a.y:8080'\n1");
        assertThat(run("wget -q -T 1 -O- http://localhost:79")).contains("Connection refused");
    }

    /** Output and status. Cluster time passes as fast as it can meanwhile. */
    private static String run(String line) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CompletableFuture<Integer> status;
        try (ExecWatch exec = world.client
                .pods()
                .inNamespace("x")
                .withName("shell")
                .writingOutput(out)
                .exec("sh", "-c", line + " 2>&1")) {
            status = exec.exitCode();
            int code = world.advanceUntil(status);
            return out.toString(StandardCharsets.UTF_8) + code;
        }
    }

    /** Labels and uid are the mirror's, which the network has not heard of: it knows the kubelet's. */
    @Test
    void static_pod_is_known_by_its_mirror() {
        String manifest =
                "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"static\",\"namespace\":\"x\","
                        + "\"labels\":{\"pod\":\"static\"}},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"nginx:1.27\"}]}}";
        world.create("{apiVersion: v1, kind: Pod, metadata: {name: writer, namespace: x}, spec: {nodeName: worker1, "
                + "volumes: [{name: m, hostPath: {path: /etc/kubernetes/manifests, type: DirectoryOrCreate}}], containers: "
                + "[{name: c, image: 'busybox:1.36', volumeMounts: [{name: m, mountPath: /m}], command: [sh, -c, "
                + "\"printf '%s' '" + manifest.replace("\"", "\\\"")
                + "' > /m/.new && mv /m/.new /m/static.json; sleep 3600\"]}]}}");
        String name = "static-worker1";
        await("the static Pod runs").atMost(PolicyCluster.LIMIT).until(() -> {
            world.advance(Duration.ofSeconds(1));
            Pod pod = world.client.pods().inNamespace("x").withName(name).get();
            return pod != null && Readiness.isPodReady(pod);
        });
        String ip = world.client
                .pods()
                .inNamespace("x")
                .withName(name)
                .get()
                .getStatus()
                .getPodIP();
        policy(
                "{podSelector: {matchLabels: {pod: a}}, ingress: [{from: [{podSelector: {matchLabels: {pod: static}}}]}]}");
        awaitClosed("y/a", "x/a");
        assertThat(world.connects("y/a", ip, 80))
                .as("reaches a static Pod that no policy selects")
                .isTrue();
        assertThat(world.connects("x/static", world.ip("x/a"), 80))
                .as("a static Pod is a peer by its labels")
                .isTrue();
        world.client.pods().inNamespace("x").withName("writer").delete();
    }

    /** Nothing has such an address here, so that packets vanish, as they do without policies. */
    @Test
    void address_that_is_no_ipv4_is_in_no_range() {
        policy(
                "{podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0, except: ['192.0.2.0/24']}}]}]}");
        await("x/a is isolated").atMost(PolicyCluster.LIMIT).until(() -> !world.connects("x/a", "192.0.2.1", 80));
        for (String address : new String[] {"fd00::1", "1..2.3", "1.2.3.99999999999"}) {
            assertThat(world.connects("x/a", address, 80)).as(address).isFalse();
        }
        assertThat(isOpen("x/a", "y/a")).isTrue();
    }

    @Test
    void kubelet_probes_isolated_pods() {
        denyAll();
        world.create(
                "{apiVersion: v1, kind: Pod, metadata: {name: probed, namespace: x}, spec: {containers: [{name: c, "
                        + "image: 'nginx:1.27', readinessProbe: {httpGet: {port: 80}, periodSeconds: 1}}]}}");
        await("x/probed is ready")
                .atMost(PolicyCluster.LIMIT)
                .until(() -> Readiness.isPodReady(
                        world.client.pods().inNamespace("x").withName("probed").get()));
        world.client.pods().inNamespace("x").withName("probed").delete();
    }

    @Test
    void stopped_agent_leaves_its_rules_and_a_pod_that_it_does_not_know_is_isolated() {
        policy("{podSelector: {matchLabels: {pod: a}}}");
        awaitClosed("y/a", "x/a");
        world.cluster.stopComponent(PolicyAgent.NAME);
        world.create("{apiVersion: v1, kind: Pod, metadata: {name: late, namespace: x}, spec: {containers: [{name: c, "
                + "image: 'nginx:1.27'}]}}");
        await("x/late runs")
                .atMost(PolicyCluster.LIMIT)
                .until(() -> Readiness.isPodReady(
                        world.client.pods().inNamespace("x").withName("late").get()));
        String late = world.client
                .pods()
                .inNamespace("x")
                .withName("late")
                .get()
                .getStatus()
                .getPodIP();
        assertThat(world.connects("y/a", late, 80)).as("reaches x/late").isFalse();
        world.client.network().v1().networkPolicies().inNamespace("x").delete();
        assertThat(isOpen("y/a", "x/a"))
                .as("open although the agent has not seen the change")
                .isFalse();

        world.cluster.startComponent(PolicyAgent.NAME);
        await("what the stopped agent left is gone").atMost(PolicyCluster.LIMIT).until(() -> isOpen("y/a", "x/a"));
        assertThat(world.connects("y/a", late, 80)).as("reaches x/late").isTrue();
        world.client.pods().inNamespace("x").withName("late").delete();
    }

    @Test
    void cluster_without_policies_is_not_watched() {
        try (EmbeddedCluster other = EmbeddedCluster.builder().nodes(1).start()) {
            await("the agent's first watch").atMost(PolicyCluster.LIMIT).until(() -> asked(other)
                    .equals(Set.of("networkpolicies")));
            other.client()
                    .resource(world.client
                            .getKubernetesSerialization()
                            .<io.fabric8.kubernetes.api.model.HasMetadata>unmarshal(
                                    "--- {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p, "
                                            + "namespace: default}, spec: {podSelector: {}}}"))
                    .create();
            await("the agent's other watches").atMost(PolicyCluster.LIMIT).until(() -> asked(other)
                    .equals(Set.of("networkpolicies", "namespaces", "pods")));
        }
    }

    private static Set<String> asked(EmbeddedCluster cluster) {
        Set<String> resources = new TreeSet<>();
        cluster.audit().events().stream()
                .filter(event -> event.user().equals(PolicyAgent.USER))
                .forEach(event -> resources.add(event.resource()));
        return resources;
    }
}
