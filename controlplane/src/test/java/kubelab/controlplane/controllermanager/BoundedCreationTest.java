package kubelab.controlplane.controllermanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import kubelab.containers.clock.ClusterClock;
import kubelab.controlplane.Component;
import kubelab.controlplane.ComponentContext;
import kubelab.controlplane.apiserver.ApiServer;
import kubelab.controlplane.apiserver.User;
import kubelab.controlplane.apiserver.Validator;
import kubelab.controlplane.apiserver.encoding.Encodings;
import kubelab.controlplane.defaulting.Defaults;
import kubelab.controlplane.scheduler.SchedulerComponent;
import kubelab.controlplane.transport.InProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No controller creates without bound, whatever it reads: the API server of these tests validates nothing. */
class BoundedCreationTest {
    private static final String NAMESPACE = "bounded";
    private static final String ADMIN = "admin";

    private final ClusterClock clock = new ClusterClock();
    private final List<Component> components = new ArrayList<>();
    private ApiServer server;
    private InProcess transport;
    private KubernetesClient client;

    @BeforeEach
    void start() {
        server = Encodings.install(ApiServer.builder(clock), clock)
                .defaulter(new Defaults())
                .validator(Validator.NONE)
                .build();
        transport = new InProcess(server);
        client = transport.visitor(User.of(ADMIN, User.MASTERS));
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(NAMESPACE)
                        .endMetadata()
                        .build())
                .create();
        client.resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withName("default")
                        .withNamespace(NAMESPACE)
                        .endMetadata()
                        .build())
                .create();
        ComponentContext context = new ComponentContext(transport::clientFor, clock, server);
        components.add(new HollowKubelet(context, List.of("n1", "n2", "n3")));
        components.add(ControllerManager.factory(() -> "ca").create(context));
        components.add(SchedulerComponent.factory(1).create(context));
        components.forEach(Component::start);
    }

    @AfterEach
    void stop() {
        components.forEach(Component::stop);
        client.close();
        transport.close();
        server.close();
        clock.close();
    }

    @ParameterizedTest(name = "{0}, selector {1}, labels {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "ReplicaSet  | {matchLabels: {app: x}} | {app: y}",
                "ReplicaSet  | {matchLabels: {app: x}} | {}",
                "ReplicaSet  | {}                      | {app: y}",
                "ReplicaSet  | {matchExpressions: [{key: app, operator: NotIn, values: [y]}]} | {app: y}",
                "Deployment  | {matchLabels: {app: x}} | {app: y}",
                "Deployment  | {matchLabels: {app: x}} | {}",
                "Deployment  | {}                      | {app: y}",
                "Deployment  | {matchExpressions: [{key: app, operator: NotIn, values: [y]}]} | {app: y}",
                "DaemonSet   | {matchLabels: {app: x}} | {app: y}",
                "DaemonSet   | {matchLabels: {app: x}} | {}",
                "DaemonSet   | {}                      | {app: y}",
                "DaemonSet   | {matchExpressions: [{key: app, operator: NotIn, values: [y]}]} | {app: y}",
                "StatefulSet | {matchLabels: {app: x}} | {app: y}",
                "StatefulSet | {matchLabels: {app: x}} | {}",
                "StatefulSet | {}                      | {app: y}",
                "StatefulSet | {matchExpressions: [{key: app, operator: NotIn, values: [y]}]} | {app: y}",
            })
    void nothing_is_made_that_would_not_be_kept(String kind, String selector, String labels) {
        apply("{apiVersion: apps/v1, kind: " + kind + ", metadata: {name: bad}, spec: {selector: " + selector
                + ", template: {metadata: {labels: " + labels + "}, spec: {containers: [{name: c, image: x}]}}}}");
        settled();
        assertThat(made()).as("what %s made", kind).isEmpty();
        assertThat(changes()).as("writes of controllers").isLessThan(10);
    }

    @Test
    void a_job_with_a_selector_of_its_own_that_does_not_match_makes_no_pods() {
        apply("{apiVersion: batch/v1, kind: Job, metadata: {name: bad}, spec: {manualSelector: true, selector: "
                + "{matchLabels: {app: x}}, template: {metadata: {labels: {app: y}}, spec: {restartPolicy: Never, "
                + "containers: [{name: c, image: x}]}}}}");
        settled();
        assertThat(made()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ReplicaSet", "DaemonSet", "StatefulSet", "Deployment"})
    void pods_that_fail_at_once_are_made_again_only_so_often(String kind) {
        apply("{apiVersion: apps/v1, kind: " + kind + ", metadata: {name: bad}, spec: {selector: {matchLabels: "
                + "{app: x}}, template: {metadata: {labels: {app: x}, annotations: {hollow/exit: '1'}}, spec: "
                + "{containers: [{name: c, image: x}]}}}}");
        await("the first of them").atMost(Duration.ofSeconds(20)).until(() -> made().size() > 10);
        settled();
        assertThat(made()).as("Pods in the first minute").hasSizeLessThan(120);
    }

    @Test
    void a_job_whose_pods_fail_at_once_waits_after_each() {
        apply("{apiVersion: batch/v1, kind: Job, metadata: {name: bad}, spec: {backoffLimit: 1000, template: "
                + "{metadata: {annotations: {hollow/exit: '1'}}, spec: {restartPolicy: Never, containers: "
                + "[{name: c, image: x}]}}}}");
        await("the first").atMost(Duration.ofSeconds(20)).until(() -> !made().isEmpty());
        settled();
        assertThat(made()).hasSizeLessThan(4);
    }

    @Test
    void a_cronjob_that_missed_a_year_makes_one_job() {
        apply(
                "{apiVersion: batch/v1, kind: CronJob, metadata: {name: bad}, spec: {schedule: '0 * * * *', "
                        + "jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: x}]}}}}}}");
        client.batch().v1().cronjobs().inNamespace(NAMESPACE).withName("bad").editStatus(c -> {
            c.setStatus(new io.fabric8.kubernetes.api.model.batch.v1.CronJobStatusBuilder()
                    .withLastScheduleTime("2025-01-01T00:00:00Z")
                    .build());
            return c;
        });
        await("the Job").atMost(Duration.ofSeconds(20)).until(() -> made().contains("jobs"));
        settled();
        assertThat(made()).containsExactlyInAnyOrder("jobs", "pods");
    }

    @Test
    void services_and_namespaces_have_one_of_each() {
        apply(
                "{apiVersion: v1, kind: Service, metadata: {name: by-label}, spec: {selector: {app: x}, ports: [{port: 80}]}}");
        apply("{apiVersion: v1, kind: Service, metadata: {name: by-hand}, spec: {ports: [{port: 80}]}}");
        apply("{apiVersion: v1, kind: Endpoints, metadata: {name: by-hand}, subsets: [{addresses: [{ip: 10.9.9.9}], "
                + "ports: [{port: 80}]}]}");
        apply(
                "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 12, selector: {matchLabels: "
                        + "{app: x}}, template: {metadata: {labels: {app: x}}, spec: {containers: [{name: c, image: x}]}}}}");
        await("all Pods")
                .atMost(Duration.ofSeconds(20))
                .until(() -> made().stream().filter("pods"::equals).count() == 12);
        settled();
        assertThat(allMade())
                .filteredOn(plural -> !plural.equals("pods"))
                .containsExactlyInAnyOrder(
                        "replicasets", "endpoints", "endpointslices", "endpointslices", "configmaps");
    }

    private void apply(String yaml) {
        client.load(new ByteArrayInputStream(("--- " + yaml).getBytes(StandardCharsets.UTF_8)))
                .inNamespace(NAMESPACE)
                .create();
    }

    /** Kinds of what controllers made of the objects in the namespace; Events and histories are left out. */
    private List<String> made() {
        return allMade().stream().filter(r -> !r.equals("configmaps")).toList();
    }

    private List<String> allMade() {
        return server.audit().events().stream()
                .filter(e -> e.verb().equals("create")
                        && e.code() == 201
                        && e.namespace().equals(NAMESPACE))
                .filter(e -> e.user().startsWith("system:serviceaccount:")
                        && e.subresource().isEmpty())
                .map(e -> e.resource())
                .filter(r -> !r.equals("events") && !r.equals("controllerrevisions"))
                .toList();
    }

    private long changes() {
        return server.audit().events().stream()
                .filter(e -> List.of("create", "update", "patch", "delete").contains(e.verb()))
                .filter(e -> e.user().startsWith("system:serviceaccount:")
                        && e.namespace().equals(NAMESPACE))
                .count();
    }

    /** Waits until nothing has been written in the namespace for a while; what runs away never comes to that. */
    private void settled() {
        long[] seen = {-1};
        await("controllers come to rest")
                .during(Duration.ofSeconds(1))
                .pollInterval(Duration.ofMillis(100))
                .atMost(Duration.ofSeconds(30))
                .until(() -> {
                    long now = changes();
                    boolean same = now == seen[0];
                    seen[0] = now;
                    return same;
                });
    }
}
