package kubelab.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import kubelab.labkit.PrivateRegistry;

/** Pods whose image is in a registry that asks for credentials: the same on every provider. */
final class OwnRegistry {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int PORT = 25_017;
    private static final String NODE = "worker1";
    private static final String PULL = "failed to pull and unpack image \"";
    private static final String NOBODY =
            "\": failed to resolve image: pull access denied, repository does not exist or may require authorization: "
                    + "authorization failed: no basic auth credentials";

    private final KubernetesClient client;
    private final String namespace;
    private final PrivateRegistry registry;

    private OwnRegistry(KubernetesClient client, String namespace, PrivateRegistry registry) {
        this.client = client;
        this.namespace = namespace;
        this.registry = registry;
    }

    /** @param cluster has two nodes, one of them {@code worker1} */
    static void isServedBy(Cluster cluster) {
        String namespace = cluster.newNamespace("registry");
        try (PrivateRegistry registry = PrivateRegistry.start(cluster.client(), namespace, PORT, "team", "a-word")) {
            OwnRegistry own = new OwnRegistry(cluster.client(), namespace, registry);
            own.secrets();
            own.refusals();
            own.pulls();
        }
        assertThat(cluster.client()
                        .apps()
                        .daemonSets()
                        .inNamespace(namespace)
                        .list()
                        .getItems())
                .isEmpty();
    }

    private void secrets() {
        String host = registry.host();
        create(registry.secret("right"));
        create(PrivateRegistry.secret("wrong", host, "team", "another-word"));
        create(PrivateRegistry.secret("wrong-too", host, "nobody", "a-word"));
        create(PrivateRegistry.secret("elsewhere", "localhost:" + (PORT + 1), "team", "a-word"));
        create(PrivateRegistry.secret("no-port", "localhost", "team", "a-word"));
        create(PrivateRegistry.secret("other-path", host + "/tea/", "team", "a-word"));
        create(PrivateRegistry.secret("wildcard", "*:" + PORT, "team", "a-word"));
        create(PrivateRegistry.secret("url", "https://" + host + "/v1/", "team", "a-word"));
        String auth = Base64.getEncoder().encodeToString("team:a-word".getBytes(StandardCharsets.UTF_8));
        create(new SecretBuilder()
                .withNewMetadata()
                .withName("old-form")
                .endMetadata()
                .withType("kubernetes.io/dockercfg")
                .addToStringData(".dockercfg", "{\"" + host + "/team\":{\"auth\":\"" + auth + "\"}}")
                .build());
    }

    private void refusals() {
        String image = registry.image();
        String unauthorized = "\": failed to resolve image: unexpected status from HEAD request to http://"
                + registry.host() + "/v2/team/app/manifests/1.0: 401 Unauthorized";
        pod("none", image, "Always");
        pod("wrong", image, "Always", "wrong");
        pod("both-wrong", image, "Always", "wrong", "wrong-too");
        pod("elsewhere", image, "Always", "elsewhere", "no-port", "other-path");
        pod("missing", image, "Always", "nowhere", "elsewhere", "nowhere-either");
        pod("no-tag", registry.host() + "/team/app:2.0", "IfNotPresent", "right");
        pod("no-such", registry.host() + "/team/other:1.0", "IfNotPresent", "right");
        pod("nobody", "localhost:" + (PORT + 2) + "/team/app:1.0", "IfNotPresent", "right");
        refused("none", PULL + image + NOBODY);
        refused("wrong", PULL + image + unauthorized);
        refused("both-wrong", PULL + image + unauthorized);
        refused("elsewhere", PULL + image + NOBODY);
        refused("missing", PULL + image + NOBODY);
        said(
                "missing",
                "FailedToRetrieveImagePullSecret",
                "Unable to retrieve some image pull secrets (nowhere, nowhere-either); attempting to pull the image may "
                        + "not succeed.");
        for (String other : List.of("app:2.0", "other:1.0")) {
            String name = registry.host() + "/team/" + other;
            refused(
                    other.equals("app:2.0") ? "no-tag" : "no-such",
                    "rpc error: code = NotFound desc = " + PULL + name + "\": failed to resolve image: " + name
                            + ": not found");
        }
        String closed = "localhost:" + (PORT + 2);
        refused(
                "nobody",
                PULL + closed + "/team/app:1.0\": failed to resolve image: failed to do request: Head \"https://"
                        + closed + "/v2/team/app/manifests/1.0\": dial tcp 127.0.0.1:" + (PORT + 2)
                        + ": connect: connection refused");
    }

    private void pulls() {
        String image = registry.image();
        client.serviceAccounts().inNamespace(namespace).withName("default").edit(account -> {
            account.getImagePullSecrets().add(new io.fabric8.kubernetes.api.model.LocalObjectReference("right"));
            return account;
        });
        pod("by-account", image, "Always");
        runs("by-account");
        assertThat(get("by-account").getSpec().getImagePullSecrets())
                .extracting(io.fabric8.kubernetes.api.model.LocalObjectReference::getName)
                .containsExactly("right");
        assertThat(get("by-account").getStatus().getContainerStatuses().get(0).getImageID())
                .matches(registry.host() + "/team/app@sha256:[0-9a-f]{64}");
        pod("one-is-right", image, "Always", "wrong", "right");
        pod("old-form", image, "Always", "old-form");
        pod("url", image, "Always", "url");
        pod("wildcard", image, "Always", "wildcard");
        pod("present", image, "IfNotPresent", "wrong");
        pod("comes-later", image, "Always", "later");
        refused("comes-later", PULL + image + NOBODY);
        create(registry.secret("later"));
        for (String name : List.of("one-is-right", "old-form", "url", "wildcard", "present", "comes-later")) {
            runs(name);
        }
        said("present", "Pulled", "Container image \"" + image + "\" already present on machine");
    }

    private void create(io.fabric8.kubernetes.api.model.HasMetadata object) {
        client.resource(object).inNamespace(namespace).create();
    }

    private void pod(String name, String image, String policy, String... secrets) {
        var pod = new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withNodeName(NODE)
                .withTerminationGracePeriodSeconds(0L)
                .addNewContainer()
                .withName("main")
                .withImage(image)
                .withImagePullPolicy(policy)
                .endContainer()
                .endSpec();
        for (String secret : secrets) {
            pod.editSpec().addNewImagePullSecret(secret).endSpec();
        }
        create(pod.build());
    }

    private Pod get(String name) {
        return client.pods().inNamespace(namespace).withName(name).require();
    }

    private void refused(String name, String why) {
        said(
                name,
                "Failed",
                "Failed to pull image \""
                        + get(name).getSpec().getContainers().get(0).getImage() + "\": " + why);
        await(name + " waits").atMost(PATIENCE).untilAsserted(() -> assertThat(waiting(name))
                .satisfies(w -> assertThat(w.getReason()).isIn("ErrImagePull", "ImagePullBackOff"))
                .satisfies(w -> assertThat(w.getMessage()).endsWith(why)));
    }

    private ContainerStateWaiting waiting(String name) {
        var statuses = get(name).getStatus().getContainerStatuses();
        return statuses.isEmpty() ? null : statuses.get(0).getState().getWaiting();
    }

    private void said(String pod, String reason, String message) {
        await(reason + " of " + pod).atMost(PATIENCE).untilAsserted(() -> assertThat(client.v1()
                        .events()
                        .inNamespace(namespace)
                        .withField("involvedObject.name", pod)
                        .list()
                        .getItems())
                .filteredOn(e -> reason.equals(e.getReason()))
                .extracting(Event::getMessage)
                .contains(message));
    }

    private void runs(String name) {
        await(name + " runs").atMost(PATIENCE).until(() -> "Running"
                .equals(get(name).getStatus().getPhase()));
    }
}
