package kubelab.controlplane.controllermanager;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.scheduling.v1.PriorityClassBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The controllers and the scheduler at work together over the real API server, on nodes without containers. */
class ControllerManagerTest extends OnHollowNodes {
    @Test
    void a_deployment_becomes_available_scales_and_goes_with_its_namespace() {
        create(deployment("web", 3, "nginx:1.27"));
        until(() -> available("web") == 3);
        assertThat(condition("web", "Available").getReason()).isEqualTo("MinimumReplicasAvailable");
        until(() -> condition("web", "Progressing").getReason().equals("NewReplicaSetAvailable"));
        ReplicaSet set = client.apps()
                .replicaSets()
                .inNamespace(namespace)
                .list()
                .getItems()
                .get(0);
        assertThat(set.getMetadata().getName())
                .isEqualTo("web-" + set.getMetadata().getLabels().get("pod-template-hash"));
        assertThat(condition("web", "Progressing").getMessage())
                .isEqualTo("ReplicaSet \"" + set.getMetadata().getName() + "\" has successfully progressed.");
        assertThat(pods())
                .allMatch(p ->
                        p.getMetadata().getName().startsWith(set.getMetadata().getName() + "-"));
        assertThat(pods().stream().map(p -> p.getSpec().getNodeName()).collect(Collectors.toSet()))
                .as("three replicas on three nodes")
                .hasSize(3);

        client.apps().deployments().inNamespace(namespace).withName("web").scale(10);
        until(() -> available("web") == 10);
        client.apps().deployments().inNamespace(namespace).withName("web").scale(2);
        until(() -> pods().size() == 2);
        until(() -> events("Deployment").size() == 3);
        assertThat(events("Deployment"))
                .containsExactlyInAnyOrder(
                        "Scaled up replica set " + set.getMetadata().getName() + " from 0 to 3",
                        "Scaled up replica set " + set.getMetadata().getName() + " from 3 to 10",
                        "Scaled down replica set " + set.getMetadata().getName() + " from 10 to 2");

        client.namespaces().withName(namespace).delete();
        until(() -> client.namespaces().withName(namespace).get() == null);
        assertThat(client.apps().deployments().inNamespace(namespace).list().getItems())
                .isEmpty();
        assertThat(pods()).isEmpty();
    }

    @Test
    void a_new_template_rolls_over_never_below_the_floor_and_can_be_rolled_back() {
        create(deployment("web", 4, "nginx:1.27"));
        until(() -> available("web") == 4);
        change(client.apps().deployments().inNamespace(namespace).withName("web"), d -> {
            d.getSpec().getTemplate().getSpec().getContainers().get(0).setImage("nginx:1.28");
        });
        until(() -> revision() == 2 && isRolledOut("web"));
        assertThat(pods().stream()
                        .filter(p -> p.getMetadata().getDeletionTimestamp() == null)
                        .map(p -> p.getSpec().getContainers().get(0).getImage()))
                .containsOnly("nginx:1.28");
        assertThat(client.apps().replicaSets().inNamespace(namespace).list().getItems())
                .hasSize(2);

        change(client.apps().deployments().inNamespace(namespace).withName("web"), d -> {
            d.getSpec().getTemplate().getSpec().getContainers().get(0).setImage("nginx:1.27");
        });
        until(() -> revision() == 3 && isRolledOut("web"));
        List<ReplicaSet> sets =
                client.apps().replicaSets().inNamespace(namespace).list().getItems();
        assertThat(sets).as("the old revision's ReplicaSet is used again").hasSize(2);
        assertThat(sets).anySatisfy(s -> assertThat(s.getMetadata().getAnnotations())
                .containsEntry("deployment.kubernetes.io/revision-history", "1")
                .containsEntry("deployment.kubernetes.io/revision", "3"));
    }

    @Test
    void a_deployment_whose_pods_a_quota_refuses_says_so() {
        create(Serialization.unmarshal(
                "--- {apiVersion: v1, kind: ResourceQuota, metadata: {name: q}, spec: {hard: {pods: '1'}}}"));
        create(deployment("web", 2, "nginx:1.27"));
        until(() ->
                client
                        .apps()
                        .deployments()
                        .inNamespace(namespace)
                        .withName("web")
                        .get()
                        .getStatus()
                        .getConditions()
                        .stream()
                        .anyMatch(c -> c.getType().equals("ReplicaFailure")));
        assertThat(condition("web", "ReplicaFailure").getStatus()).isEqualTo("True");
        assertThat(condition("web", "ReplicaFailure").getReason()).isEqualTo("FailedCreate");
        assertThat(condition("web", "ReplicaFailure").getMessage())
                .matches("pods \"web-\\w+-\\w+\" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1,"
                        + " limited: pods=1");
        assertThat(events("ReplicaSet"))
                .anySatisfy(e ->
                        assertThat(e).startsWith("Error creating: pods \"web-").contains("exceeded quota: q"));

        client.resourceQuotas().inNamespace(namespace).withName("q").delete();
        client.apps().deployments().inNamespace(namespace).withName("web").scale(1);
        until(() ->
                client
                        .apps()
                        .deployments()
                        .inNamespace(namespace)
                        .withName("web")
                        .get()
                        .getStatus()
                        .getConditions()
                        .stream()
                        .noneMatch(c -> c.getType().equals("ReplicaFailure")));
    }

    @Test
    void recreate_never_has_two_versions_and_pause_holds() {
        Deployment recreate = deployment("web", 2, "nginx:1.27");
        recreate.getSpec().setStrategy(new io.fabric8.kubernetes.api.model.apps.DeploymentStrategy(null, "Recreate"));
        create(recreate);
        until(() -> available("web") == 2);
        change(client.apps().deployments().inNamespace(namespace).withName("web"), d -> {
            d.getSpec().setPaused(true);
            d.getSpec().getTemplate().getSpec().getContainers().get(0).setImage("nginx:1.28");
        });
        until(() -> condition("web", "Progressing").getReason().equals("DeploymentPaused"));
        assertThat(client.apps().replicaSets().inNamespace(namespace).list().getItems())
                .hasSize(1);
        change(client.apps().deployments().inNamespace(namespace).withName("web"), d -> {
            d.getSpec().setPaused(false);
        });
        until(() -> isRolledOut("web"));
    }

    @Test
    void the_old_revision_is_numbered_anew_although_the_rollout_is_held() {
        create(deployment("web", 1, "nginx:1.27"));
        until(() -> isRolledOut("web"));
        image("nginx:1.28");
        until(() -> revision() == 2 && isRolledOut("web"));
        change(client.apps().deployments().inNamespace(namespace).withName("web"), d -> {
            d.getSpec().setPaused(true);
        });
        until(() -> condition("web", "Progressing").getReason().equals("DeploymentPaused"));
        image("nginx:1.27");
        until(() -> revision() == 3);
        assertThat(client.apps().replicaSets().inNamespace(namespace).list().getItems())
                .anySatisfy(s -> assertThat(s.getMetadata().getAnnotations())
                        .containsEntry("deployment.kubernetes.io/revision", "3")
                        .containsEntry("deployment.kubernetes.io/revision-history", "1"))
                .anySatisfy(s -> assertThat(s.getMetadata().getAnnotations())
                        .containsEntry("deployment.kubernetes.io/revision", "2"));
        assertThat(pods())
                .as("held")
                .allMatch(p -> p.getSpec().getContainers().get(0).getImage().equals("nginx:1.28"));
    }

    @Test
    void an_event_that_is_repeated_is_counted() {
        create(Serialization.unmarshal(
                "--- {apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: none}, spec: {minAvailable: 1, "
                        + "selector: {matchLabels: {app: none}}}}",
                PodDisruptionBudget.class));
        for (int i = 1; i < 4; i++) {
            int times = i;
            until(() -> client.v1().events().inNamespace(namespace).list().getItems().stream()
                    .anyMatch(e -> e.getReason().equals("NoPods") && e.getCount() >= times));
            client.policy()
                    .v1()
                    .podDisruptionBudget()
                    .inNamespace(namespace)
                    .withName("none")
                    .patch(
                            PatchContext.of(PatchType.JSON_MERGE),
                            "{\"metadata\":{\"annotations\":{\"look\":\"" + i + "\"}}}");
        }
    }

    private void image(String image) {
        change(client.apps().deployments().inNamespace(namespace).withName("web"), d -> {
            d.getSpec().getTemplate().getSpec().getContainers().get(0).setImage(image);
        });
    }

    @Test
    void a_lost_pod_is_replaced_an_orphan_adopted_and_a_relabelled_one_released() {
        create(deployment("web", 2, "nginx:1.27"));
        until(() -> available("web") == 2);
        Pod released = pods().get(0);
        change(
                client.pods()
                        .inNamespace(namespace)
                        .withName(released.getMetadata().getName()),
                p -> {
                    p.getMetadata().getLabels().put("app", "debug");
                });
        until(() -> pods().size() == 3 && available("web") == 2);
        assertThat(client.resource(released).get().getMetadata().getOwnerReferences())
                .isEmpty();

        change(
                client.pods()
                        .inNamespace(namespace)
                        .withName(released.getMetadata().getName()),
                p -> {
                    p.getMetadata().getLabels().put("app", "web");
                });
        until(() -> pods().size() == 2);
        Pod victim = pods().get(0);
        client.resource(victim).delete();
        until(() -> available("web") == 2
                && pods().stream().noneMatch(p -> p.getMetadata()
                        .getUid()
                        .equals(victim.getMetadata().getUid())));
    }

    @Test
    void dependents_go_with_their_owner_wait_for_it_or_are_orphaned() {
        create(deployment("background", 1, "nginx:1.27"));
        create(deployment("orphan", 1, "nginx:1.27"));
        create(deployment("foreground", 1, "nginx:1.27"));
        until(() -> available("background") == 1 && available("orphan") == 1 && available("foreground") == 1);
        delete("background", io.fabric8.kubernetes.api.model.DeletionPropagation.BACKGROUND);
        delete("orphan", io.fabric8.kubernetes.api.model.DeletionPropagation.ORPHAN);
        delete("foreground", io.fabric8.kubernetes.api.model.DeletionPropagation.FOREGROUND);
        until(() -> client.apps()
                .deployments()
                .inNamespace(namespace)
                .list()
                .getItems()
                .isEmpty());
        until(() -> pods().size() == 1);
        assertThat(client.apps().replicaSets().inNamespace(namespace).list().getItems())
                .singleElement()
                .satisfies(set -> {
                    assertThat(set.getMetadata().getName()).startsWith("orphan-");
                    assertThat(set.getMetadata().getOwnerReferences()).isEmpty();
                });
    }

    @Test
    void a_priority_class_goes_with_the_namespace_that_owns_it() {
        Namespace owner = client.namespaces().withName(namespace).require();
        client.resource(new PriorityClassBuilder()
                        .withNewMetadata()
                        .withName("of-" + namespace)
                        .addNewOwnerReference()
                        .withApiVersion("v1")
                        .withKind("Namespace")
                        .withName(namespace)
                        .withUid(owner.getMetadata().getUid())
                        .endOwnerReference()
                        .endMetadata()
                        .withValue(7)
                        .build())
                .create();

        client.namespaces().withName(namespace).delete();

        until(() -> client.scheduling()
                        .v1()
                        .priorityClasses()
                        .withName("of-" + namespace)
                        .get()
                == null);
    }

    @Test
    void each_namespace_has_its_account_and_the_ca_and_gets_them_back() {
        until(() -> client.serviceAccounts()
                        .inNamespace(namespace)
                        .withName("default")
                        .get()
                != null);
        until(() -> client.configMaps()
                        .inNamespace(namespace)
                        .withName("kube-root-ca.crt")
                        .get()
                != null);
        assertThat(client.configMaps()
                        .inNamespace(namespace)
                        .withName("kube-root-ca.crt")
                        .get()
                        .getData())
                .containsEntry("ca.crt", cluster.caCertificate());
        client.serviceAccounts().inNamespace(namespace).withName("default").delete();
        until(() -> client.serviceAccounts()
                        .inNamespace(namespace)
                        .withName("default")
                        .get()
                != null);
    }

    @Test
    void a_pod_that_fits_nowhere_waits_and_says_why() {
        Pod big = Serialization.unmarshal(
                "--- {apiVersion: v1, kind: Pod, metadata: {name: big}, spec: {containers: "
                        + "[{name: c, image: x, resources: {requests: {cpu: '100'}}}]}}",
                Pod.class);
        create(big);
        until(() -> pods().get(0).getStatus() != null
                && pods().get(0).getStatus().getConditions().stream()
                        .anyMatch(c -> "Unschedulable".equals(c.getReason())));
        until(() -> events("Pod").size() == 1);
        assertThat(events("Pod").get(0)).startsWith("0/3 nodes are available: 3 Insufficient cpu. ");
    }

    @Test
    void a_namespace_held_by_a_finalizer_says_so_and_goes_when_it_is_released() {
        HasMetadata held = Serialization.unmarshal(
                "--- {apiVersion: v1, kind: ConfigMap, metadata: {name: held, finalizers: [lab/hold]}}");
        create(held);
        client.namespaces().withName(namespace).delete();
        until(() -> {
            Namespace now = client.namespaces().withName(namespace).get();
            return now.getStatus().getConditions() != null
                    && now.getStatus().getConditions().stream()
                            .anyMatch(c -> ("Some content in the namespace has finalizers remaining: "
                                            + "lab/hold in 1 resource instances")
                                    .equals(c.getMessage()));
        });
        change(client.configMaps().inNamespace(namespace).withName("held"), m -> {
            m.getMetadata().setFinalizers(List.of());
        });
        until(() -> client.namespaces().withName(namespace).get() == null);
    }

    @Test
    void each_controller_acts_under_its_own_account() {
        create(deployment("web", 1, "nginx:1.27"));
        until(() -> available("web") == 1);
        Set<String> users = cluster.audit().events().stream().map(e -> e.user()).collect(Collectors.toSet());
        assertThat(users)
                .contains(
                        "system:serviceaccount:kube-system:replicaset-controller",
                        "system:serviceaccount:kube-system:deployment-controller",
                        "system:kube-scheduler");
    }

    private void delete(String deployment, io.fabric8.kubernetes.api.model.DeletionPropagation policy) {
        client.apps()
                .deployments()
                .inNamespace(namespace)
                .withName(deployment)
                .withPropagationPolicy(policy)
                .delete();
    }

    private static Deployment deployment(String name, int replicas, String image) {
        return Serialization.unmarshal(
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: NAME}
                spec:
                  replicas: COUNT
                  selector: {matchLabels: {app: NAME}}
                  template:
                    metadata: {labels: {app: NAME}}
                    spec: {containers: [{name: c, image: "IMAGE"}]}
                """.replace("NAME", name)
                        .replace("COUNT", Integer.toString(replicas))
                        .replace("IMAGE", image),
                Deployment.class);
    }

    private Deployment get(String name) {
        return client.apps().deployments().inNamespace(namespace).withName(name).get();
    }

    private int available(String name) {
        return Objects.requireNonNullElse(get(name).getStatus().getAvailableReplicas(), 0);
    }

    /** What {@code kubectl rollout status} waits for. */
    private boolean isRolledOut(String name) {
        Deployment deployment = get(name);
        Integer wanted = deployment.getSpec().getReplicas();
        return deployment
                        .getMetadata()
                        .getGeneration()
                        .equals(deployment.getStatus().getObservedGeneration())
                && wanted.equals(deployment.getStatus().getUpdatedReplicas())
                && wanted.equals(deployment.getStatus().getReplicas())
                && wanted.equals(deployment.getStatus().getAvailableReplicas());
    }

    private int revision() {
        return Integer.parseInt(get("web").getMetadata().getAnnotations().get("deployment.kubernetes.io/revision"));
    }

    private DeploymentCondition condition(String name, String type) {
        return get(name).getStatus().getConditions().stream()
                .filter(c -> c.getType().equals(type))
                .findFirst()
                .orElseThrow();
    }
}
