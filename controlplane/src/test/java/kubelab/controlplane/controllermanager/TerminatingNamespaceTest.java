package kubelab.controlplane.controllermanager;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobStatusBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A namespace goes, although its controllers try to put back what is deleted in it: they are refused, go on, and let go
 * of what they hold. A Pod with a finalizer keeps the rest of the namespace there until they have tried.
 */
class TerminatingNamespaceTest extends OnHollowNodes {
    private static final String POD =
            "template: {metadata: {labels: {app: x}}, spec: {containers: [{name: c, image: x}]}}";

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "replicaset-controller | pods | {apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: x}, spec: {replicas: 2, selector: {matchLabels: {app: x}}, POD}}",
                "deployment-controller | replicasets | {apiVersion: apps/v1, kind: Deployment, metadata: {name: x}, spec: {selector: {matchLabels: {app: x}}, POD}}",
                "daemon-set-controller | pods | {apiVersion: apps/v1, kind: DaemonSet, metadata: {name: x}, spec: {selector: {matchLabels: {app: x}}, POD}}",
                "statefulset-controller | pods | {apiVersion: apps/v1, kind: StatefulSet, metadata: {name: x}, spec: {replicas: 2, selector: {matchLabels: {app: x}}, POD}}",
                "endpointslice-controller | endpointslices | {apiVersion: v1, kind: Service, metadata: {name: x}, spec: {selector: {app: x}, ports: [{port: 80}]}}",
                "endpoint-controller | endpoints | {apiVersion: v1, kind: Service, metadata: {name: x}, spec: {selector: {app: x}, ports: [{port: 80}]}}",
            })
    void goes_although_a_controller_puts_back_what_is_deleted(String controller, String plural, String yaml) {
        apply(yaml.replace("POD", POD));
        until(() -> count(plural) > 0);
        hold();
        client.namespaces().withName(namespace).delete();
        if (!plural.equals("pods")) {
            client.raw(path(plural), "DELETE", null);
        }
        until(() -> refused(controller, plural) > 0);
        letGo();
    }

    @Test
    void goes_although_pods_of_a_job_fail() {
        apply("{apiVersion: batch/v1, kind: Job, metadata: {name: x}, spec: {parallelism: 2, completions: 2, template: "
                + "{spec: {restartPolicy: Never, containers: [{name: c, image: x}]}}}}");
        until(() -> pods().size() == 2);
        hold();
        client.namespaces().withName(namespace).delete();
        until(() -> pods().size() == 1);
        // A Pod is let go once it is noted in uncountedTerminatedPods; it counts as failed with a later write.
        until(() -> Integer.valueOf(2).equals(job("x").getStatus().getFailed()));
        letGo();
    }

    @Test
    void goes_although_a_job_is_refused_its_next_pod() {
        apply(
                "{apiVersion: batch/v1, kind: Job, metadata: {name: x}, spec: {completionMode: Indexed, completions: 2, "
                        + "backoffLimitPerIndex: 0, template: {spec: {restartPolicy: Never, containers: [{name: c, image: x}]}}}}");
        until(() -> pods().size() == 1);
        hold();
        client.namespaces().withName(namespace).delete();
        until(() -> refused("job-controller", "pods") > 0);
        until(() -> pods().size() == 1); // the one that holds the namespace: the failed one was counted and let go
        letGo();
    }

    @Test
    void goes_although_a_cronjob_is_due() {
        apply(
                "{apiVersion: batch/v1, kind: CronJob, metadata: {name: x}, spec: {suspend: true, schedule: '0 * * * *', "
                        + "jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: x}]}}}}}}");
        var cron = client.batch().v1().cronjobs().inNamespace(namespace).withName("x");
        cron.editStatus(c -> {
            c.setStatus(new CronJobStatusBuilder()
                    .withLastScheduleTime("2026-01-01T00:00:00Z")
                    .build());
            return c;
        });
        hold();
        client.namespaces().withName(namespace).delete();
        cron.edit(c -> {
            c.getSpec().setSuspend(false);
            return c;
        });
        until(() -> refused("cronjob-controller", "jobs") > 0);
        letGo();
    }

    @Test
    void goes_with_services_without_selector_and_budgets() {
        apply("{apiVersion: v1, kind: Service, metadata: {name: x}, spec: {ports: [{port: 80}]}}");
        apply("{apiVersion: v1, kind: Endpoints, metadata: {name: x}, subsets: [{addresses: [{ip: 10.9.9.9}], ports: "
                + "[{port: 80}]}]}");
        apply(
                "{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: x}, spec: {minAvailable: 1, selector: "
                        + "{matchLabels: {app: x}}}}");
        until(() -> count("endpointslices") > 0);
        hold();
        client.namespaces().withName(namespace).delete();
        until(() -> client.namespaces().withName(namespace).get().getMetadata().getDeletionTimestamp() != null);
        letGo();
    }

    private Job job(String name) {
        return client.batch().v1().jobs().inNamespace(namespace).withName(name).get();
    }

    private void apply(String yaml) {
        client.load(new ByteArrayInputStream(("--- " + yaml).getBytes(StandardCharsets.UTF_8)))
                .inNamespace(namespace)
                .create();
    }

    private void hold() {
        create(Serialization.unmarshal(
                "--- {apiVersion: v1, kind: Pod, metadata: {name: hold, finalizers: [kubelab.test/hold]}, spec: "
                        + "{containers: [{name: c, image: x}]}}",
                Pod.class));
    }

    private void letGo() {
        client.pods()
                .inNamespace(namespace)
                .withName("hold")
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"finalizers\":null}}");
        until(() -> client.namespaces().withName(namespace).get() == null);
    }

    private String path(String plural) {
        String group =
                switch (plural) {
                    case "replicasets" -> "apis/apps/v1";
                    case "endpointslices" -> "apis/discovery.k8s.io/v1";
                    default -> "api/v1";
                };
        return "/" + group + "/namespaces/" + namespace + "/" + plural;
    }

    private int count(String plural) {
        return Serialization.unmarshal(
                        client.raw(path(plural)), io.fabric8.kubernetes.api.model.GenericKubernetesResourceList.class)
                .getItems()
                .size();
    }

    private long refused(String controller, String plural) {
        return cluster.audit().events().stream()
                .filter(e -> e.user().endsWith(":" + controller))
                .filter(e -> e.verb().equals("create") && e.resource().equals(plural))
                .filter(e -> e.namespace().equals(namespace) && e.code() == 403)
                .count();
    }
}
