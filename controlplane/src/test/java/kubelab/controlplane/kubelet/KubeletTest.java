package kubelab.controlplane.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import kubelab.controlplane.EmbeddedCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a kubelet does for a node and gives to containers, in a whole cluster. */
class KubeletTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static EmbeddedCluster cluster;
    private static KubernetesClient client;

    @BeforeAll
    static void start() {
        cluster = EmbeddedCluster.builder().nodes(2).start();
        client = cluster.client();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void node_is_registered_and_holds_a_lease() {
        await().atMost(PATIENCE).until(() -> client.nodes().withName("worker1").get() != null);
        Node node = client.nodes().withName("worker1").get();
        assertThat(node.getMetadata().getLabels()).containsEntry("kubernetes.io/hostname", "worker1");
        assertThat(node.getSpec().getPodCIDR()).isEqualTo("10.42.1.0/24");
        assertThat(node.getStatus().getNodeInfo().getKubeletVersion()).startsWith("v1.34.4");
        assertThat(node.getStatus().getConditions())
                .extracting(c -> c.getType() + "=" + c.getStatus())
                .containsExactlyInAnyOrder(
                        "MemoryPressure=False", "DiskPressure=False", "PIDPressure=False", "Ready=True");
        await().atMost(PATIENCE)
                .until(() -> client.leases()
                                .inNamespace("kube-node-lease")
                                .withName("worker1")
                                .get()
                        != null);
        Lease lease = client.leases()
                .inNamespace("kube-node-lease")
                .withName("worker1")
                .get();
        assertThat(lease.getSpec().getHolderIdentity()).isEqualTo("worker1");
        assertThat(lease.getSpec().getLeaseDurationSeconds()).isEqualTo(40);
        assertThat(lease.getMetadata().getOwnerReferences().get(0).getUid())
                .isEqualTo(node.getMetadata().getUid());
    }

    @Test
    void service_account_token_is_asked_for_when_a_program_first_looks() throws Exception {
        create("""
                apiVersion: v1
                kind: Pod
                metadata: {name: token}
                spec:
                  containers:
                  - {name: main, image: "busybox:1.36", command: [sleep, "3600"]}
                """);
        running("token");
        String uid = client.pods()
                .inNamespace("default")
                .withName("token")
                .get()
                .getMetadata()
                .getUid();
        long before = cluster.apiServer().audit().position();
        String look = "cat /var/run/secrets/kubernetes.io/serviceaccount/token";
        String token = exec("token", look);
        assertThat(new String(Base64.getUrlDecoder().decode(token.split("\\.")[1]), StandardCharsets.UTF_8))
                .as("claims")
                .contains("\"pod\":{\"name\":\"token\",\"uid\":\"" + uid);
        assertThat(exec("token", look)).as("a second look").isEqualTo(token);
        assertThat(exec("token", "ls /var/run/secrets/kubernetes.io/serviceaccount"))
                .isEqualTo("ca.crt\nnamespace\ntoken\n");
        assertThat(cluster.apiServer().audit().since(before))
                .filteredOn(e -> e.subresource().equals("token") && e.verb().equals("create"))
                .as("requests of tokens")
                .hasSize(1);
    }

    @Test
    void container_knows_its_variables() throws Exception {
        client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("colours")
                        .withNamespace("default")
                        .endMetadata()
                        .withData(Map.of("SKY", "blue", "GRASS", "green"))
                        .build())
                .create();
        client.resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName("word")
                        .withNamespace("default")
                        .endMetadata()
                        .withStringData(Map.of("pass", "hush"))
                        .build())
                .create();
        create("""
                apiVersion: v1
                kind: Pod
                metadata: {name: variables, labels: {tier: back}}
                spec:
                  terminationGracePeriodSeconds: 0
                  containers:
                  - name: main
                    image: busybox:1.36
                    command: [sh, -c, 'echo "$0 $1"; sleep 3600', "$(GREETING)", "$$(GREETING)"]
                    resources: {limits: {memory: 64Mi, cpu: 500m}}
                    envFrom: [{configMapRef: {name: colours}, prefix: C_}]
                    env:
                    - {name: WHO, value: world}
                    - {name: GREETING, value: "hello $(WHO) $(NOBODY)"}
                    - {name: PASS, valueFrom: {secretKeyRef: {name: word, key: pass}}}
                    - {name: NONE, valueFrom: {configMapKeyRef: {name: nosuch, key: x, optional: true}}}
                    - {name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
                    - {name: TIER, valueFrom: {fieldRef: {fieldPath: "metadata.labels['tier']"}}}
                    - {name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
                    - {name: MIB, valueFrom: {resourceFieldRef: {resource: limits.memory, divisor: 1Mi}}}
                    - {name: CPU, valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: 1m}}}
                """);
        Pod pod = running("variables");
        assertThat(exec("variables", "echo $C_SKY-$C_GRASS-$PASS-[$NONE]-$NODE-$TIER-$IP-$MIB-$CPU"))
                .isEqualTo("blue-green-hush-[]-" + pod.getSpec().getNodeName() + "-back-"
                        + pod.getStatus().getPodIP() + "-64-500\n");
        assertThat(exec("variables", "echo $KUBERNETES_SERVICE_HOST:$KUBERNETES_SERVICE_PORT_HTTPS $KUBERNETES_PORT"))
                .isEqualTo("10.43.0.1:443 tcp://10.43.0.1:443\n");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(client.pods()
                        .inNamespace("default")
                        .withName("variables")
                        .getLog())
                .isEqualTo("hello world $(NOBODY) $(GREETING)\n"));
    }

    @Test
    void volumes_follow_their_sources_and_sub_paths_do_not() throws Exception {
        client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("page")
                        .withNamespace("default")
                        .endMetadata()
                        .withData(Map.of("text", "one"))
                        .build())
                .create();
        create("""
                apiVersion: v1
                kind: Pod
                metadata: {name: volumes, annotations: {note: hi}}
                spec:
                  terminationGracePeriodSeconds: 0
                  containers:
                  - name: main
                    image: busybox:1.36
                    command: [sleep, "3600"]
                    volumeMounts:
                    - {name: page, mountPath: /page}
                    - {name: page, mountPath: /fixed, subPath: text}
                    - {name: shared, mountPath: /shared}
                    - {name: about, mountPath: /about}
                  - name: other
                    image: busybox:1.36
                    command: [sh, -c, "echo from other > /data/file; sleep 3600"]
                    volumeMounts: [{name: shared, mountPath: /data}]
                  volumes:
                  - {name: page, configMap: {name: page}}
                  - {name: shared, emptyDir: {}}
                  - {name: about, downwardAPI: {items: [{path: notes, fieldRef: {fieldPath: metadata.annotations}}]}}
                """);
        running("volumes");
        assertThat(exec("volumes", "read x < /page/text; read y < /fixed; echo $x $y"))
                .isEqualTo("one one\n");
        assertThat(exec("volumes", "read x < /shared/file; echo $x")).isEqualTo("from other\n");
        assertThat(exec("volumes", "read x < /about/notes; echo $x")).contains("note=\"hi\"");
        assertThat(exec("volumes", "read x < /var/run/secrets/kubernetes.io/serviceaccount/namespace || true; echo $x"))
                .isEqualTo("default\n");
        client.configMaps().inNamespace("default").withName("page").edit(c -> new ConfigMapBuilder(c)
                .withData(Map.of("text", "two"))
                .build());
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(exec("volumes", "read x < /page/text; read y < /fixed; echo $x $y"))
                        .isEqualTo("two one\n"));
    }

    @Test
    void image_that_is_not_here_is_simulated_and_the_event_says_so() {
        for (String image : List.of("nginx", "nginx:1.14.2", "nginx:latest")) {
            String name = "web-" + image.replaceAll("[:.]", "-");
            create("apiVersion: v1\nkind: Pod\nmetadata: {name: " + name + "}\nspec:\n"
                    + "  terminationGracePeriodSeconds: 0\n  containers: [{name: main, image: \"" + image + "\"}]\n");
            Pod pod = running(name);
            assertThat(pod.getStatus().getContainerStatuses().get(0).getImage())
                    .isEqualTo("docker.io/library/" + (image.equals("nginx") ? "nginx:latest" : image));
            assertThat(events(name, "Pulled"))
                    .as("events of %s", name)
                    .singleElement()
                    .asString()
                    .endsWith(" (simulated as nginx:" + (image.contains("14") ? "1.27" : "1.28") + ")");
        }
        create(
                "apiVersion: v1\nkind: Pod\nmetadata: {name: stuck}\nspec:\n  containers: [{name: main, image: nginx:1.161}]\n");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(events("stuck", "Failed")).contains("Error: ErrImagePull"));
    }

    @Test
    void image_of_ones_own_can_be_registered() {
        cluster.images()
                .register(
                        "shop/till:7", () -> cluster.images().find("nginx:1.27").orElseThrow());
        create("apiVersion: v1\nkind: Pod\nmetadata: {name: till}\nspec:\n"
                + "  terminationGracePeriodSeconds: 0\n  containers: [{name: main, image: \"shop/till:7\"}]\n");
        running("till");
    }

    private static List<String> events(String pod, String reason) {
        return client.v1().events().inNamespace("default").list().getItems().stream()
                .filter(e -> pod.equals(e.getInvolvedObject().getName()) && reason.equals(e.getReason()))
                .map(Event::getMessage)
                .toList();
    }

    @Test
    void missing_configmap_is_waited_for() {
        create("""
                apiVersion: v1
                kind: Pod
                metadata: {name: patient}
                spec:
                  terminationGracePeriodSeconds: 0
                  containers:
                  - {name: main, image: "busybox:1.36", command: [sleep, "3600"], volumeMounts: [{name: v, mountPath: /v}]}
                  volumes: [{name: v, configMap: {name: late}}]
                """);
        await().atMost(PATIENCE).until(() -> client.v1().events().inNamespace("default").list().getItems().stream()
                .anyMatch(e -> e.getReason().equals("FailedMount")
                        && e.getMessage()
                                .equals("MountVolume.SetUp failed for volume \"v\" : configmap \"late\" not found")));
        client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("late")
                        .withNamespace("default")
                        .endMetadata()
                        .build())
                .create();
        running("patient");
    }

    @Test
    void containers_outlive_a_stopped_kubelet_which_then_catches_up() {
        create("""
                apiVersion: v1
                kind: Pod
                metadata: {name: orphan}
                spec:
                  nodeName: worker1
                  terminationGracePeriodSeconds: 1
                  containers: [{name: main, image: "busybox:1.36", command: [sleep, "3600"]}]
                """);
        Pod before = running("orphan");
        cluster.stopComponent("kubelet-worker1");
        try {
            assertThatThrownBy(() -> exec("orphan", "true"))
                    .hasStackTraceContaining(":10250: connect: connection refused");
            client.pods().inNamespace("default").withName("orphan").delete();
            Pod waits = client.pods().inNamespace("default").withName("orphan").get();
            assertThat(waits).as("nobody there to end it").isNotNull();
        } finally {
            cluster.startComponent("kubelet-worker1");
        }
        await().atMost(PATIENCE)
                .until(() ->
                        client.pods().inNamespace("default").withName("orphan").get() == null);
        assertThat(before.getStatus().getContainerStatuses().get(0).getRestartCount())
                .isZero();
    }

    @Test
    void node_that_is_cut_off_hears_nothing_until_it_is_back() {
        create("""
                apiVersion: v1
                kind: Pod
                metadata: {name: island}
                spec:
                  nodeName: worker1
                  terminationGracePeriodSeconds: 1
                  containers: [{name: main, image: "busybox:1.36", command: [sleep, "3600"]}]
                """);
        running("island");
        Kubelet kubelet = cluster.kubelet("worker1");
        kubelet.cutOff(true);
        client.pods()
                .inNamespace("default")
                .withName("island")
                .withGracePeriod(0)
                .delete();
        assertThat(client.pods().inNamespace("default").withName("island").get())
                .isNull();
        assertThat(kubelet.access("default", "island", "main").flatMap(ContainerAccess::running))
                .as("container on the node that is cut off")
                .isPresent();
        kubelet.cutOff(false);
        await().atMost(PATIENCE)
                .until(() -> kubelet.access("default", "island", "main").isEmpty());
    }

    private static void create(String yaml) {
        client.resource(yaml).inNamespace("default").create();
    }

    private static Pod running(String name) {
        await("pod " + name + " ready")
                .atMost(PATIENCE)
                .until(() -> client.pods().inNamespace("default").withName(name).isReady());
        return client.pods().inNamespace("default").withName(name).get();
    }

    private static String exec(String pod, String script) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ExecWatch exec = client.pods()
                .inNamespace("default")
                .withName(pod)
                .inContainer("main")
                .writingOutput(out)
                .writingError(out)
                .exec("sh", "-c", script)) {
            exec.exitCode().get(10, TimeUnit.SECONDS);
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
