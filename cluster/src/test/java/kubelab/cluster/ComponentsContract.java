package kubelab.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import kubelab.labkit.NodeManifests;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The ability STOP_COMPONENT, the same on each provider that has it. The cluster has two nodes, {@code server} and {@code worker1}. */
abstract class ComponentsContract {
    static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Long enough for a component that runs to have done what it must not do here. */
    private static final Duration WHILE = Duration.ofSeconds(1);

    abstract Cluster cluster();

    @AfterEach
    void startAll() {
        if (cluster() != null) { // null: the test was skipped before there was one
            cluster().components().startAll();
        }
    }

    /** The ability STATIC_PODS. */
    @Test
    void file_in_a_nodes_folder_is_a_pod_until_it_is_removed() {
        String ns = cluster().newNamespace("static");
        try (NodeManifests manifests = NodeManifests.of(client(), ns, "worker1")) {
            manifests.put("page.yaml", """
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: page, namespace: %s}
                    spec:
                      terminationGracePeriodSeconds: 1
                      containers: [{name: main, image: "busybox:1.36", command: [sleep, "3600"]}]
                    # it's the end: a quotation mark must not break the command that writes the file
                    """.formatted(ns));
            ready(ns, "page-worker1");
            manifests.remove("page.yaml");
            await().atMost(PATIENCE)
                    .until(() -> client().pods()
                                    .inNamespace(ns)
                                    .withName("page-worker1")
                                    .get()
                            == null);
        }
        assertThat(client().pods().inNamespace(ns).list().getItems())
                .as("the Pod that wrote the file goes, too")
                .allMatch(pod -> pod.getMetadata().getDeletionTimestamp() != null);
    }

    /** Three at once, since with k3s each change takes ten seconds. */
    @Test
    void what_scheduler_replicaset_controller_and_kube_proxy_do_stays_undone_until_they_are_started() throws Exception {
        String ns = cluster().newNamespace("stop");
        client().resource(pod("client", "[sleep, '3600']")).inNamespace(ns).create();
        client().resource(pod("page", SERVES)).inNamespace(ns).create();
        client().resource(service("old")).inNamespace(ns).create();
        client().resource(replicaSet("kept", 1)).inNamespace(ns).create();
        ready(ns, "client");
        ready(ns, "page");
        await().atMost(PATIENCE).until(() -> exec(ns, get(ns, "old")).contains("here"));
        await().atMost(PATIENCE).until(() -> bound(ns, "kept").size() == 1);

        Components components = cluster().components();
        components.stop(Components.SCHEDULER, "replicaset-controller", Components.KUBE_PROXY);
        assertThat(components.stopped())
                .containsExactlyInAnyOrder(Components.SCHEDULER, "replicaset-controller", Components.KUBE_PROXY);
        client().resource(pod("waits", SERVES)).inNamespace(ns).create();
        client().resource(service("new")).inNamespace(ns).create();
        client().resource(deployment("web")).inNamespace(ns).create();
        client().resource(bound(ns, "kept").get(0)).withGracePeriod(0).delete();
        ReplicaSet set = await("the Deployment controller runs: its ReplicaSet")
                .atMost(PATIENCE)
                .until(() -> sets(ns, "web"), sets -> sets.size() == 1)
                .get(0);
        // What the learner's own controller does meanwhile: one of two Pods, bound by hand.
        client().resource(new PodBuilder(pod("own", "[sleep, '3600']"))
                        .editMetadata()
                        .withLabels(set.getSpec().getSelector().getMatchLabels())
                        .withOwnerReferences(owner(set))
                        .endMetadata()
                        .editSpec()
                        .withNodeName("worker1")
                        .endSpec()
                        .build())
                .inNamespace(ns)
                .create();
        ready(ns, "own");
        assertStays("a Pod without a scheduler", () -> {
            Pod pod = get(ns).withName("waits").get();
            return pod.getSpec().getNodeName() == null
                    && pod.getStatus().getPhase().equals("Pending")
                    && pod.getStatus().getConditions().isEmpty();
        });
        assertThat(pods(ns, "web")).as("Pods of the new ReplicaSet").hasSize(1);
        assertThat(pods(ns, "kept")).as("a successor of the deleted Pod").isEmpty();
        // The name server may not answer for a moment, when the API server was started again. Lost rules would stay
        // lost.
        await("rules that were there stay").atMost(PATIENCE).ignoreExceptions().until(() -> exec(ns, get(ns, "old"))
                .contains("here"));
        assertThat(exec(ns, get(ns, "new"))).as("rules of a new Service").doesNotContain("here");

        components.startAll();
        assertThat(components.stopped()).isEmpty();
        ready(ns, "waits");
        // A kubelet that was started again a moment ago may not know its Pods yet.
        await("new Service").atMost(PATIENCE).ignoreExceptions().until(() -> exec(ns, get(ns, "new"))
                .contains("here"));
        await("successor").atMost(PATIENCE).until(() -> bound(ns, "kept").size() == 1);
        await("status").atMost(PATIENCE).until(() -> Integer.valueOf(2)
                .equals(sets(ns, "web").get(0).getStatus().getReadyReplicas()));
        assertThat(pods(ns, "web")).as("the learner's Pod counts").hasSize(2);
        assertThat(get(ns).withName("own").get()).isNotNull();
    }

    @Test
    void containers_go_on_without_their_kubelet_and_what_was_asked_meanwhile_is_done_by_the_next() throws Exception {
        String ns = cluster().newNamespace("kubelet");
        client().resource(pod("client", "[sleep, '3600']", "server"))
                .inNamespace(ns)
                .create();
        client().resource(pod("page", SERVES, "worker1")).inNamespace(ns).create();
        client().resource(pod("goes", "[sleep, '3600']", "worker1"))
                .inNamespace(ns)
                .create();
        ready(ns, "client");
        ready(ns, "page");
        ready(ns, "goes");
        String page = get(ns).withName("page").get().getStatus().getPodIP();
        String kubelet = Components.kubelet("worker1");
        cluster().components().stop(kubelet);

        assertThat(exec(ns, "wget -T 2 -q -O - http://" + page + ":8080/ 2>&1")).contains("here");
        assertThatThrownBy(() -> get(ns).withName("page").getLog()).hasMessageContaining(":10250");
        client().resource(pod("waits", "[sleep, '3600']", "worker1"))
                .inNamespace(ns)
                .create();
        get(ns).withName("goes").delete();
        assertStays(
                "Pods without a kubelet",
                () -> get(ns).withName("waits").get().getStatus().getPhase().equals("Pending")
                        && get(ns).withName("goes").get() != null);

        cluster().components().start(kubelet);
        ready(ns, "waits");
        await("the deleted Pod ends")
                .atMost(PATIENCE)
                .until(() -> get(ns).withName("goes").get() == null);
        assertThat(get(ns).withName("page").get().getStatus().getContainerStatuses())
                .extracting(ContainerStatus::getRestartCount)
                .containsExactly(0);
    }

    @Test
    void a_component_that_is_not_there_is_refused_and_the_rest_is_named() {
        assertThatThrownBy(() -> cluster().components().stop("kube-scheduler", "replicaset"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("There is no component \"replicaset\"; there are [kube-scheduler, ")
                .hasMessageContaining("replicaset-controller");
        assertThat(cluster().components().stopped()).isEmpty();
    }

    KubernetesClient client() {
        return cluster().client();
    }

    private static final String SERVES =
            "[sh, -c, 'mkdir /www; echo here > /www/index.html; httpd -f -p 8080 -h /www']";

    static String get(String ns, String service) {
        return "wget -T 2 -q -O - http://" + service + "." + ns + ".svc.cluster.local/ 2>&1";
    }

    io.fabric8.kubernetes.client.dsl.NonNamespaceOperation<
                    Pod, io.fabric8.kubernetes.api.model.PodList, io.fabric8.kubernetes.client.dsl.PodResource>
            get(String ns) {
        return client().pods().inNamespace(ns);
    }

    List<Pod> pods(String ns, String app) {
        return client().pods().inNamespace(ns).withLabel("app", app).list().getItems();
    }

    private List<Pod> bound(String ns, String app) {
        return pods(ns, app).stream()
                .filter(p -> p.getSpec().getNodeName() != null)
                .toList();
    }

    List<ReplicaSet> sets(String ns, String app) {
        return client().apps()
                .replicaSets()
                .inNamespace(ns)
                .withLabel("app", app)
                .list()
                .getItems();
    }

    void ready(String ns, String pod) {
        await("Pod " + pod + " ready").atMost(PATIENCE).until(() -> get(ns).withName(pod)
                .isReady());
    }

    static void assertStays(String what, java.util.concurrent.Callable<Boolean> holds) {
        await(what).during(WHILE).atMost(WHILE.multipliedBy(20)).until(holds);
    }

    private static OwnerReference owner(ReplicaSet set) {
        return new OwnerReferenceBuilder()
                .withApiVersion("apps/v1")
                .withKind("ReplicaSet")
                .withName(set.getMetadata().getName())
                .withUid(set.getMetadata().getUid())
                .withController(true)
                .build();
    }

    Pod pod(String name, String command) {
        return client().getKubernetesSerialization().unmarshal("""
                apiVersion: v1
                kind: Pod
                metadata: {name: %1$s, labels: {app: %1$s}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers: [{name: main, image: "busybox:1.36", command: %2$s}]
                """.formatted(name, command), Pod.class);
    }

    Pod pod(String name, String command, String node) {
        return new PodBuilder(pod(name, command))
                .editSpec()
                .withNodeName(node)
                .endSpec()
                .build();
    }

    static String service(String name) {
        return """
                apiVersion: v1
                kind: Service
                metadata: {name: %s}
                spec: {selector: {app: page}, ports: [{port: 80, targetPort: 8080}]}
                """.formatted(name);
    }

    static String replicaSet(String name, int replicas) {
        return workload("ReplicaSet", name, replicas);
    }

    static String deployment(String name) {
        return workload("Deployment", name, 2);
    }

    private static String workload(String kind, String name, int replicas) {
        return """
                apiVersion: apps/v1
                kind: %1$s
                metadata: {name: %2$s}
                spec:
                  replicas: %3$d
                  selector: {matchLabels: {app: %2$s}}
                  template:
                    metadata: {labels: {app: %2$s}}
                    spec:
                      terminationGracePeriodSeconds: 1
                      containers: [{name: main, image: "busybox:1.36", command: [sleep, "3600"]}]
                """.formatted(kind, name, replicas);
    }

    /** What a line prints in the Pod {@code client}. */
    String exec(String ns, String line) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ExecWatch exec =
                get(ns).withName("client").writingOutput(out).writingError(out).exec("sh", "-c", line)) {
            exec.exitCode().get(20, TimeUnit.SECONDS);
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
