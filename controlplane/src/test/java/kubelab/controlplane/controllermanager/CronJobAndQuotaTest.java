package kubelab.controlplane.controllermanager;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CronJobAndQuotaTest extends OnHollowNodes {

    @Test
    void a_cronjob_makes_a_job_a_minute_and_keeps_three() throws InterruptedException {
        create(Serialization.unmarshal(
                "--- {apiVersion: batch/v1, kind: CronJob, metadata: {name: tick}, spec: {schedule: '* * * * *', "
                        + "jobTemplate: {spec: {template: {metadata: {annotations: {hollow/exit: '0'}}, spec: "
                        + "{restartPolicy: Never, tolerations: [{operator: Exists}], containers: [{name: c, image: x}]}}}}}}",
                CronJob.class));
        for (int minute = 1; minute <= 5; minute++) {
            cluster.advance(Duration.ofMinutes(1));
            int expected = minute;
            until(() -> events("CronJob").stream()
                            .filter(e -> e.startsWith("Saw completed job: tick-"))
                            .count()
                    >= expected);
        }
        until(() -> client.batch()
                        .v1()
                        .jobs()
                        .inNamespace(namespace)
                        .list()
                        .getItems()
                        .size()
                == 3);
        CronJob cron = client.batch()
                .v1()
                .cronjobs()
                .inNamespace(namespace)
                .withName("tick")
                .get();
        assertThat(cron.getStatus().getLastScheduleTime()).isNotNull();
        assertThat(cron.getStatus().getLastSuccessfulTime()).isNotNull();
        until(() -> events("CronJob").stream().anyMatch(e -> e.startsWith("Deleted job tick-")));
    }

    /** The last run is three days ago: of 4,320 times only the last one is made up for. */
    @Test
    void of_many_missed_times_the_last_is_started_and_an_event_tells_of_them() {
        create(Serialization.unmarshal(
                "--- {apiVersion: batch/v1, kind: CronJob, metadata: {name: late}, spec: {suspend: true, schedule: "
                        + "'* * * * *', jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: "
                        + "[{name: c, image: x}]}}}}}}",
                CronJob.class));
        var late = client.batch().v1().cronjobs().inNamespace(namespace).withName("late");
        Instant ago = cluster.clock().now().minus(Duration.ofDays(3)).truncatedTo(ChronoUnit.SECONDS);
        late.editStatus(cron -> cron.edit()
                .withNewStatus()
                .withLastScheduleTime(ago.toString())
                .endStatus()
                .build());
        late.edit(cron -> cron.edit().editSpec().withSuspend(false).endSpec().build());
        until(() -> events("CronJob").stream().anyMatch(e -> e.startsWith("Created job late-")));
        assertThat(events("CronJob"))
                .contains("too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock"
                        + " skew");
        until(() -> Instant.parse(late.get().getStatus().getLastScheduleTime())
                .isAfter(cluster.clock().now().minus(Duration.ofMinutes(2))));
        assertThat(client.batch().v1().jobs().inNamespace(namespace).list().getItems())
                .hasSizeBetween(1, 2);
    }

    /** What a real cluster says of the same objects. */
    @Test
    void a_quota_counts_kinds_that_no_controller_watches() {
        create(Serialization.unmarshal(
                "--- {apiVersion: v1, kind: ResourceQuota, metadata: {name: q}, spec: {hard: {secrets: '5', "
                        + "count/secrets: '3', count/roles.rbac.authorization.k8s.io: '2', count/jobs.batch: '1', "
                        + "persistentvolumeclaims: '2', requests.storage: 10Gi, services.nodeports: '2', "
                        + "gold.storageclass.storage.k8s.io/persistentvolumeclaims: '1', "
                        + "count/widgets.example.com: '3'}}}",
                ResourceQuota.class));
        create(Serialization.unmarshal("--- {apiVersion: v1, kind: Secret, metadata: {name: s1}}"));
        create(Serialization.unmarshal("--- {apiVersion: v1, kind: Secret, metadata: {name: s2}}"));
        create(Serialization.unmarshal("--- {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c}, spec: "
                + "{accessModes: [ReadWriteOnce], storageClassName: gold, resources: {requests: {storage: 1Gi}}}}"));
        create(
                Serialization.unmarshal(
                        "--- {apiVersion: v1, kind: Service, metadata: {name: np}, spec: {type: NodePort, ports: [{port: 80}]}}"));
        String others = "count/jobs.batch=0, count/roles.rbac.authorization.k8s.io=0, count/secrets=%1$d,"
                + " gold.storageclass.storage.k8s.io/persistentvolumeclaims=1, persistentvolumeclaims=1,"
                + " requests.storage=1Gi, secrets=%1$d, services.nodeports=1";
        until(() -> used("q").equals("{" + others.formatted(2) + "}"));
        client.secrets().inNamespace(namespace).withName("s1").delete();
        until(() -> used("q").equals("{" + others.formatted(1) + "}"));
    }

    private String used(String name) {
        ResourceQuota quota =
                client.resourceQuotas().inNamespace(namespace).withName(name).get();
        return quota.getStatus() == null || quota.getStatus().getUsed() == null
                ? ""
                : new TreeMap<>(quota.getStatus().getUsed()).toString();
    }

    @Test
    void a_quotas_status_says_what_is_used() {
        create(Serialization.unmarshal(
                "--- {apiVersion: v1, kind: ResourceQuota, metadata: {name: q}, spec: {hard: {pods: '5', requests.cpu: '1', "
                        + "count/configmaps: '5'}}}",
                ResourceQuota.class));
        create(Serialization.unmarshal("--- {apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: "
                + "[{name: c, image: x, resources: {requests: {cpu: 250m}}}]}}"));
        until(() -> {
            ResourceQuota quota =
                    client.resourceQuotas().inNamespace(namespace).withName("q").get();
            return quota.getStatus() != null
                    && quota.getStatus().getUsed() != null
                    && quota.getStatus().getUsed().toString().equals("{count/configmaps=1, pods=1, requests.cpu=250m}");
        });
    }

    @Test
    void an_aggregated_role_has_the_rules_of_its_parts() {
        client.resource(Serialization.unmarshal(
                        "--- {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: lab-view, "
                                + "labels: {rbac.authorization.k8s.io/aggregate-to-view: 'true'}}, rules: "
                                + "[{apiGroups: [lab.example], resources: [widgets], verbs: [get]}]}",
                        ClusterRole.class))
                .create();
        until(() -> viewHasWidgets());

        client.rbac().clusterRoles().withName("lab-view").edit(role -> new ClusterRoleBuilder(role)
                .editMetadata()
                .withLabels(Map.of())
                .endMetadata()
                .build());
        until(() -> !viewHasWidgets());
    }

    private static boolean viewHasWidgets() {
        ClusterRole view = client.rbac().clusterRoles().withName("view").get();
        return view != null
                && view.getRules().stream().anyMatch(r -> r.getResources().contains("widgets"));
    }
}
