package kubelab.controlplane.controllermanager;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.Map;
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
