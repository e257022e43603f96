package kubelab.controlplane.controllermanager;

import static kubelab.controlplane.RecordedAnswers.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ReplicationController;
import io.fabric8.kubernetes.api.model.ReplicationControllerStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import kubelab.controlplane.EmbeddedCluster;
import kubelab.controlplane.RecordedAnswers;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * ReplicationControllers, compared with what Kubernetes 1.34.4 did. With {@code -Dupdate} and KUBECONFIG set, the answers are
 * recorded from that cluster.
 */
class ReplicationParityTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final RecordedAnswers recorded = new RecordedAnswers("controllermanager/replication/answers.yaml");
    private static final Map<String, Case> CASES = new LinkedHashMap<>();

    private static EmbeddedCluster cluster;
    private static KubernetesClient client;

    private String namespace = "";
    private final List<String> answers = new ArrayList<>();

    /** What is done and asked in a namespace of its own. */
    private interface Case {
        void play(ReplicationParityTest on);
    }

    static {
        CASES.put("makes as many Pods as it says and reports them", on -> {
            on.make("web", 3, "");
            on.settle("web", 3);
            on.status("web");
            on.owners("web");
            on.events("web");
        });
        CASES.put("a deleted Pod is replaced", on -> {
            on.make("web", 2, "");
            on.settle("web", 2);
            Pod victim = on.pods("app=web").get(0);
            client.resource(victim).withGracePeriod(0).delete();
            on.until(
                    "another Pod",
                    () -> on.pods("app=web").stream().noneMatch(p -> p.getMetadata()
                                    .getUid()
                                    .equals(victim.getMetadata().getUid()))
                            && on.pods("app=web").size() == 2);
            on.settle("web", 2);
            on.status("web");
        });
        CASES.put("scaled down and up by the subresource", on -> {
            on.make("web", 3, "");
            on.settle("web", 3);
            on.controller("web").scale(1);
            on.settle("web", 1);
            on.status("web");
            on.controller("web").scale(2);
            on.settle("web", 2);
            on.status("web");
            on.events("web");
        });
        CASES.put("an orphan that matches is adopted", on -> {
            client.resource(on.pod("own", "web")).create();
            on.until("own runs", () -> on.isReady("own"));
            on.make("web", 1, "");
            on.settle("web", 1);
            on.answers.add("Pods " + on.pods("app=web").size() + ", own belongs to "
                    + on.owner(on.pods("app=web").get(0)));
        });
        CASES.put("a Pod that no longer matches is released and replaced", on -> {
            on.make("web", 1, "");
            on.settle("web", 1);
            Pod pod = on.pods("app=web").get(0);
            client.resource(pod)
                    .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"labels\":{\"app\":\"free\"}}}");
            on.until("another", () -> on.pods("app=web").size() == 1);
            on.until("released", () -> on.owner(on.pods("app=free").get(0)).isEmpty());
            on.settle("web", 1);
            on.status("web");
        });
        CASES.put("deleted in the background its Pods go", on -> {
            on.make("web", 2, "");
            on.settle("web", 2);
            on.controller("web")
                    .withPropagationPolicy(DeletionPropagation.BACKGROUND)
                    .delete();
            on.until("no Pods", () -> on.pods("app=web").isEmpty());
            on.answers.add("controller " + on.controller("web").get());
        });
        CASES.put("deleted with orphans its Pods stay and have no owner", on -> {
            on.make("web", 2, "");
            on.settle("web", 2);
            on.controller("web")
                    .withPropagationPolicy(DeletionPropagation.ORPHAN)
                    .delete();
            on.until("it is gone", () -> on.controller("web").get() == null);
            on.until("no owner", () -> on.pods("app=web").stream()
                    .allMatch(p -> on.owner(p).isEmpty()));
            on.answers.add("Pods " + on.pods("app=web").size());
        });
        CASES.put("without a selector the template's labels are it", on -> {
            on.attempt(() -> client.resource(on.yaml("web", 1, "").replace("selector: {app: web}", ""))
                    .create());
            on.settle("web", 1);
            on.answers.add("selector " + on.controller("web").get().getSpec().getSelector());
        });
        CASES.put("a quota that forbids Pods is a condition", on -> {
            client.resource("""
                    apiVersion: v1
                    kind: ResourceQuota
                    metadata: {name: none, namespace: %s}
                    spec: {hard: {pods: "1"}}
                    """.formatted(on.namespace)).create();
            on.until("the quota counts", () -> {
                var status = client.resourceQuotas()
                        .inNamespace(on.namespace)
                        .withName("none")
                        .get()
                        .getStatus();
                return status != null
                        && status.getHard() != null
                        && !status.getHard().isEmpty();
            });
            on.make("web", 2, "");
            on.until("the failure", () -> !on.state("web").getConditions().isEmpty());
            on.until(
                    "one ready", () -> Integer.valueOf(1).equals(on.state("web").getReadyReplicas()));
            on.status("web");
        });
        CASES.put("available counts after minReadySeconds", on -> {
            on.make("web", 1, "minReadySeconds: 3");
            on.until("ready", () -> Integer.valueOf(1).equals(on.state("web").getReadyReplicas()));
            on.answers.add("ready, available " + on.state("web").getAvailableReplicas());
            on.settle("web", 1);
            on.status("web");
        });
        CASES.put(
                "a selector that is not the template's is refused",
                on -> on.attempt(() -> client.resource(
                                on.yaml("web", 1, "").replace("selector: {app: web}", "selector: {app: other}"))
                        .create()));
        CASES.put(
                "a template that does not restart is refused",
                on -> on.attempt(() -> client.resource(
                                on.yaml("web", 1, "").replace("containers:", "restartPolicy: Never\n      containers:"))
                        .create()));
        CASES.put(
                "a negative number is refused",
                on -> on.attempt(() -> client.resource(on.yaml("web", -1, "")).create()));
        CASES.put("a ReplicaSet of the same labels leaves its Pods alone", on -> {
            on.make("web", 1, "");
            on.settle("web", 1);
            client.resource(on.yaml("set", 1, "")
                            .replace("apiVersion: v1", "apiVersion: apps/v1")
                            .replace("kind: ReplicationController", "kind: ReplicaSet")
                            .replace("selector: {app: set}", "selector: {matchLabels: {app: web}}")
                            .replace("labels: {app: set}", "labels: {app: web}"))
                    .create();
            on.until("two Pods", () -> on.pods("app=web").size() == 2);
            on.answers.add("owners "
                    + new TreeSet<>(on.pods("app=web").stream().map(on::owner).toList()));
        });
    }

    @BeforeAll
    static void start() {
        if (!UPDATE) {
            cluster = EmbeddedCluster.builder().nodes(1).start();
        }
        client = UPDATE ? new KubernetesClientBuilder().build() : cluster.client();
    }

    @AfterAll
    static void stop() throws IOException {
        if (UPDATE) {
            recorded.write(ReplicationParityTest.class);
            client.close();
        } else {
            cluster.close();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void does_as_a_real_cluster(String name, List<String> expected) {
        namespace = "r" + Long.toString(System.nanoTime(), 36);
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .build())
                .create();
        until(
                "the account",
                () -> client.serviceAccounts()
                                .inNamespace(namespace)
                                .withName("default")
                                .get()
                        != null);
        try {
            CASES.get(name).play(this);
        } finally {
            client.namespaces().withName(namespace).delete();
        }
        if (UPDATE) {
            recorded.record(name, answers);
        } else {
            assertThat(answers).as(name).isEqualTo(expected);
        }
    }

    static Stream<Arguments> all() {
        return CASES.keySet().stream()
                .filter(RecordedAnswers::isAsked)
                .map(name -> Arguments.of(name, recorded.of(name)));
    }

    private String yaml(String name, int replicas, String more) {
        return """
                apiVersion: v1
                kind: ReplicationController
                metadata: {name: %1$s, namespace: %2$s}
                spec:
                  replicas: %3$d
                  %4$s
                  selector: {app: %1$s}
                  template:
                    metadata: {labels: {app: %1$s}}
                    spec:
                      terminationGracePeriodSeconds: 0
                      containers: [{name: main, image: "busybox:1.36", command: [sleep, "3600"]}]
                """.formatted(name, namespace, replicas, more);
    }

    private void make(String name, int replicas, String more) {
        client.resource(yaml(name, replicas, more)).create();
    }

    private Pod pod(String name, String app) {
        return client.getKubernetesSerialization().unmarshal("""
                apiVersion: v1
                kind: Pod
                metadata: {name: %s, namespace: %s, labels: {app: %s}}
                spec:
                  terminationGracePeriodSeconds: 0
                  containers: [{name: main, image: "busybox:1.36", command: [sleep, "3600"]}]
                """.formatted(name, namespace, app), Pod.class);
    }

    private io.fabric8.kubernetes.client.dsl.RollableScalableResource<ReplicationController> controller(String name) {
        return client.replicationControllers().inNamespace(namespace).withName(name);
    }

    private ReplicationControllerStatus state(String name) {
        return controller(name).get().getStatus();
    }

    private List<Pod> pods(String selector) {
        return client.pods().inNamespace(namespace).withLabelSelector(selector).list().getItems().stream()
                .filter(p -> p.getMetadata().getDeletionTimestamp() == null)
                .toList();
    }

    private boolean isReady(String pod) {
        return client.pods().inNamespace(namespace).withName(pod).isReady();
    }

    private String owner(Pod pod) {
        return pod.getMetadata().getOwnerReferences().stream()
                .map(r -> r.getApiVersion() + " " + r.getKind() + " " + r.getName() + " " + r.getController() + " "
                        + r.getBlockOwnerDeletion())
                .findFirst()
                .orElse("");
    }

    private void owners(String app) {
        answers.add("owners "
                + new TreeSet<>(pods("app=" + app).stream().map(this::owner).toList()));
        answers.add("names "
                + pods("app=" + app).stream()
                        .allMatch(p -> p.getMetadata().getName().matches(app + "-[a-z0-9]{5}")
                                && (app + "-").equals(p.getMetadata().getGenerateName())));
    }

    private void settle(String name, int available) {
        until(
                name + " has " + available,
                () -> Integer.valueOf(available).equals(state(name).getAvailableReplicas())
                        && Integer.valueOf(available).equals(state(name).getReplicas())
                        && controller(name)
                                .get()
                                .getMetadata()
                                .getGeneration()
                                .equals(state(name).getObservedGeneration()));
    }

    private void status(String name) {
        ReplicationControllerStatus status = state(name);
        answers.add("replicas " + status.getReplicas() + ", labelled " + status.getFullyLabeledReplicas() + ", ready "
                + status.getReadyReplicas() + ", available " + status.getAvailableReplicas() + ", observed "
                + status.getObservedGeneration());
        status.getConditions()
                .forEach(c -> answers.add(
                        c.getType() + "=" + c.getStatus() + " " + c.getReason() + ": " + stable(c.getMessage())));
    }

    private void events(String name) {
        until("Events", () -> !said(name).isEmpty());
        answers.addAll(said(name));
    }

    private List<String> said(String name) {
        return List.copyOf(new TreeSet<>(client.v1().events().inNamespace(namespace).list().getItems().stream()
                .filter(e -> name.equals(e.getInvolvedObject().getName()))
                .map(e -> e.getType() + " " + e.getReason() + " of "
                        + e.getInvolvedObject().getApiVersion() + " "
                        + e.getInvolvedObject().getKind() + " by "
                        + e.getSource().getComponent() + ": "
                        + stable(e.getMessage()))
                .toList()));
    }

    private void attempt(Runnable request) {
        try {
            request.run();
            answers.add("accepted");
        } catch (KubernetesClientException e) {
            answers.add(e.getCode() + " " + stable(e.getStatus().getMessage()));
        }
    }

    private String stable(String text) {
        return text.replace(namespace, "NS").replaceAll("(web|set)-[a-z0-9]{5}\\b", "$1-XXXXX");
    }

    private void until(String what, Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(condition);
    }
}
