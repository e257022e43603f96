package kubelab.controlplane.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What every way to the API server must do. */
abstract class VerbsContract {
    abstract KubernetesClient client();

    @Test
    void created_object_has_identity_and_can_be_read() {
        ConfigMap created = client().configMaps()
                .inNamespace("default")
                .resource(configMap("created"))
                .create();
        assertThat(created.getMetadata().getUid()).isNotBlank();
        assertThat(created.getMetadata().getResourceVersion()).isNotBlank();
        assertThat(created.getMetadata().getCreationTimestamp()).isNotBlank();
        assertThat(client().configMaps()
                        .inNamespace("default")
                        .withName("created")
                        .get())
                .isEqualTo(created);
    }

    @Test
    void second_create_is_refused() {
        client().configMaps()
                .inNamespace("default")
                .resource(configMap("twice"))
                .create();
        assertThatThrownBy(() -> client().configMaps()
                        .inNamespace("default")
                        .resource(configMap("twice"))
                        .create())
                .isInstanceOfSatisfying(KubernetesClientException.class, e -> {
                    assertThat(e.getCode()).isEqualTo(409);
                    assertThat(e.getStatus().getReason()).isEqualTo("AlreadyExists");
                    assertThat(e.getStatus().getMessage()).isEqualTo("configmaps \"twice\" already exists");
                });
    }

    @Test
    void update_with_an_old_version_conflicts() {
        ConfigMap first = client().configMaps()
                .inNamespace("default")
                .resource(configMap("stale"))
                .create();
        client().configMaps().inNamespace("default").withName("stale").edit(c -> new ConfigMapBuilder(c)
                .addToData("a", "1")
                .build());
        assertThatThrownBy(() -> client().resource(
                                new ConfigMapBuilder(first).addToData("a", "2").build())
                        .update())
                .isInstanceOfSatisfying(KubernetesClientException.class, e -> {
                    assertThat(e.getCode()).isEqualTo(409);
                    assertThat(e.getStatus().getMessage())
                            .isEqualTo(
                                    "Operation cannot be fulfilled on configmaps \"stale\": the object has been modified; please apply your changes to the latest version and try again");
                });
    }

    @Test
    void three_patches_change_what_they_say() {
        client().configMaps()
                .inNamespace("default")
                .resource(configMap("patched"))
                .create();
        var resource = client().configMaps().inNamespace("default").withName("patched");
        resource.patch(
                PatchContext.of(PatchType.JSON), "[{\"op\":\"add\",\"path\":\"/data\",\"value\":{\"a\":\"1\"}}]");
        resource.patch(PatchContext.of(PatchType.JSON_MERGE), "{\"data\":{\"b\":\"2\"}}");
        ConfigMap last =
                resource.patch(PatchContext.of(PatchType.STRATEGIC_MERGE), "{\"data\":{\"a\":null,\"c\":\"3\"}}");
        assertThat(last.getData()).isEqualTo(Map.of("b", "2", "c", "3"));
    }

    @Test
    void strategic_patch_merges_containers_by_name() {
        client().pods().inNamespace("default").resource(pod("merge")).create();
        Pod patched = client().pods()
                .inNamespace("default")
                .withName("merge")
                .patch(
                        PatchContext.of(PatchType.STRATEGIC_MERGE),
                        "{\"spec\":{\"containers\":[{\"name\":\"main\",\"image\":\"nginx:1.28\"}]}}");
        assertThat(patched.getSpec().getContainers()).hasSize(1);
        assertThat(patched.getSpec().getContainers().get(0).getImage()).isEqualTo("nginx:1.28");
        assertThat(patched.getMetadata().getGeneration()).isEqualTo(2);
    }

    @Test
    void status_and_spec_are_written_apart() {
        client().pods().inNamespace("default").resource(pod("apart")).create();
        Pod pod = client().pods().inNamespace("default").withName("apart").editStatus(p -> new PodBuilder(p)
                .editSpec()
                .withHostname("ignored")
                .endSpec()
                .editStatus()
                .withPhase("Running")
                .endStatus()
                .build());
        assertThat(pod.getStatus().getPhase()).isEqualTo("Running");
        assertThat(pod.getSpec().getHostname()).isNull();
        assertThat(pod.getMetadata().getGeneration()).isEqualTo(1);
    }

    @Test
    void watch_sees_changes_in_order() {
        List<String> seen = new CopyOnWriteArrayList<>();
        try (var watch = client().configMaps()
                .inNamespace("default")
                .withLabel("watched", "yes")
                .watch(new Watcher<>() {
                    @Override
                    public void eventReceived(Action action, ConfigMap object) {
                        seen.add(action + " " + object.getMetadata().getName());
                    }

                    @Override
                    public void onClose(WatcherException cause) {}
                })) {
            ConfigMap map = new ConfigMapBuilder(configMap("seen"))
                    .editMetadata()
                    .addToLabels("watched", "yes")
                    .endMetadata()
                    .build();
            client().resource(map).inNamespace("default").create();
            client().configMaps().inNamespace("default").withName("seen").edit(c -> new ConfigMapBuilder(c)
                    .addToData("x", "y")
                    .build());
            client().configMaps().inNamespace("default").withName("seen").delete();
            await("three events").until(() -> seen.size() == 3);
            assertThat(seen).containsExactly("ADDED seen", "MODIFIED seen", "DELETED seen");
        }
    }

    @Test
    void informer_follows() {
        var informer = client().configMaps().inNamespace("kube-public").inform();
        try {
            client().configMaps()
                    .inNamespace("kube-public")
                    .resource(configMap("followed"))
                    .create();
            await("informer").until(() -> informer.getStore().list().stream()
                    .anyMatch(c -> c.getMetadata().getName().equals("followed")));
        } finally {
            informer.close();
        }
    }

    @Test
    void selectors_filter_lists() {
        for (String tier : List.of("front", "back")) {
            client().resource(new PodBuilder(pod("sel-" + tier))
                            .editMetadata()
                            .addToLabels("tier", tier)
                            .endMetadata()
                            .build())
                    .create();
        }
        assertThat(names(client().pods()
                        .inNamespace("default")
                        .withLabel("tier", "front")
                        .list()
                        .getItems()))
                .containsExactly("sel-front");
        assertThat(names(client().pods()
                        .inNamespace("default")
                        .withField("metadata.name", "sel-back")
                        .list()
                        .getItems()))
                .containsExactly("sel-back");
        assertThat(names(client().pods()
                        .inNamespace("default")
                        .withLabelSelector("tier in (front,back)")
                        .list()
                        .getItems()))
                .containsExactly("sel-back", "sel-front");
    }

    @Test
    void finalizer_keeps_an_object_until_it_is_taken() {
        ConfigMap map = new ConfigMapBuilder(configMap("held"))
                .editMetadata()
                .addToFinalizers("example.com/hold")
                .endMetadata()
                .build();
        client().resource(map).inNamespace("default").create();
        client().configMaps().inNamespace("default").withName("held").delete();
        assertThat(client().configMaps()
                        .inNamespace("default")
                        .withName("held")
                        .get()
                        .getMetadata()
                        .getDeletionTimestamp())
                .isNotBlank();
        client().configMaps().inNamespace("default").withName("held").edit(c -> new ConfigMapBuilder(c)
                .editMetadata()
                .withFinalizers()
                .endMetadata()
                .build());
        assertThat(client().configMaps().inNamespace("default").withName("held").get())
                .isNull();
    }

    @Test
    void missing_object_is_named_in_the_refusal() {
        assertThatThrownBy(() -> client().apps()
                        .deployments()
                        .inNamespace("default")
                        .withName("nope")
                        .patch(PatchContext.of(PatchType.JSON_MERGE), "{}"))
                .isInstanceOfSatisfying(
                        KubernetesClientException.class,
                        e -> assertThat(e.getStatus().getMessage()).isEqualTo("deployments.apps \"nope\" not found"));
    }

    static ConfigMap configMap(String name) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .build();
    }

    static Pod pod(String name) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("main")
                .withImage("nginx:1.27")
                .endContainer()
                .endSpec()
                .build();
    }

    private static List<String> names(List<Pod> pods) {
        return pods.stream().map(p -> p.getMetadata().getName()).toList();
    }
}
