package kubelab.controlplane.controllermanager;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** StatefulSets and DaemonSets: status, names and events as Kubernetes 1.34.4 has them. */
class NamedAndDaemonPodsTest extends OnHollowNodes {

    @Test
    void a_statefulsets_pods_come_in_order_keep_their_names_and_go_in_reverse() {
        create(Serialization.unmarshal(
                "--- {apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db}, spec: {serviceName: db, replicas: 3, "
                        + "selector: {matchLabels: {app: db}}, template: {metadata: {labels: {app: db}}, spec: "
                        + "{containers: [{name: c, image: nginx:1.27}]}}}}",
                StatefulSet.class));
        until(() -> Integer.valueOf(3).equals(stateful().getStatus().getReadyReplicas()));
        assertThat(names()).containsExactly("db-0", "db-1", "db-2");
        Pod first = pods().get(0);
        assertThat(first.getSpec().getHostname()).isEqualTo("db-0");
        assertThat(first.getSpec().getSubdomain()).isEqualTo("db");
        assertThat(first.getMetadata().getLabels())
                .containsEntry("statefulset.kubernetes.io/pod-name", "db-0")
                .containsEntry("apps.kubernetes.io/pod-index", "0")
                .containsEntry(
                        "controller-revision-hash", stateful().getStatus().getCurrentRevision());
        until(() -> events("StatefulSet").size() == 3);
        assertThat(events("StatefulSet")).contains("create Pod db-0 in StatefulSet db successful");

        client.pods().inNamespace(namespace).withName("db-1").delete();
        until(() -> names().equals(List.of("db-0", "db-1", "db-2"))
                && Integer.valueOf(3).equals(stateful().getStatus().getReadyReplicas()));
        change(client.apps().statefulSets().inNamespace(namespace).withName("db"), s -> {
            s.getSpec().getTemplate().getSpec().getContainers().get(0).setImage("nginx:1.28");
        });
        until(() -> pods().size() == 3
                && pods().stream()
                        .allMatch(p ->
                                p.getSpec().getContainers().get(0).getImage().equals("nginx:1.28"))
                && stateful()
                        .getStatus()
                        .getCurrentRevision()
                        .equals(stateful().getStatus().getUpdateRevision()));
        client.apps().statefulSets().inNamespace(namespace).withName("db").scale(1);
        until(() -> names().equals(List.of("db-0")));
    }

    @Test
    void a_daemonset_has_one_pod_a_node_and_follows_labels() {
        create(Serialization.unmarshal(
                "--- {apiVersion: apps/v1, kind: DaemonSet, metadata: {name: ds}, spec: {selector: {matchLabels: "
                        + "{app: ds}}, template: {metadata: {labels: {app: ds}}, spec: {containers: [{name: c, image: x}]}}}}",
                DaemonSet.class));
        until(() -> Integer.valueOf(3).equals(daemon().getStatus().getNumberAvailable()));
        assertThat(pods().stream().map(p -> p.getSpec().getNodeName()).collect(Collectors.toSet()))
                .containsExactlyInAnyOrder("n1", "n2", "n3");
        assertThat(daemon().getStatus())
                .extracting("desiredNumberScheduled", "currentNumberScheduled", "numberMisscheduled", "numberReady")
                .containsExactly(3, 3, 0, 3);

        change(client.apps().daemonSets().inNamespace(namespace).withName("ds"), d -> {
            d.getSpec().getTemplate().getSpec().getNodeSelector().put("kubernetes.io/hostname", "n2");
        });
        until(() -> pods().size() == 1
                && Integer.valueOf(1).equals(daemon().getStatus().getUpdatedNumberScheduled())
                && Integer.valueOf(1).equals(daemon().getStatus().getNumberAvailable()));
        assertThat(pods().get(0).getSpec().getNodeName()).isEqualTo("n2");
    }

    private StatefulSet stateful() {
        return client.apps()
                .statefulSets()
                .inNamespace(namespace)
                .withName("db")
                .get();
    }

    private DaemonSet daemon() {
        return client.apps().daemonSets().inNamespace(namespace).withName("ds").get();
    }

    private List<String> names() {
        return pods().stream().map(p -> p.getMetadata().getName()).sorted().toList();
    }
}
