package kubelab.controlplane.controllermanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.Duration;
import kubelab.controlplane.EmbeddedCluster;
import org.junit.jupiter.api.Test;

/** Garbage collection of custom resources follows what their definitions say at the time. */
class CustomOwnersTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String DEFINITION = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: widgets.example.com}
            spec:
              group: example.com
              scope: Namespaced
              names: {kind: Widget, plural: widgets}
              versions:
              - {name: v1, served: %1$s, storage: %1$s, schema: {openAPIV3Schema: {type: object}}}
              - {name: v2, served: %2$s, storage: %2$s, schema: {openAPIV3Schema: {type: object}}}
            """;

    @Test
    void a_version_that_is_served_no_more_is_not_the_one_that_is_collected() {
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().nodes(0).start()) {
            KubernetesClient client = cluster.client();
            define(client, true, false);
            assertThat(isCollected(client, "v1", "first")).isTrue();
            define(client, false, true);
            assertThat(isCollected(client, "v2", "second")).isTrue();
        }
    }

    private static void define(KubernetesClient client, boolean first, boolean second) {
        CustomResourceDefinition wanted =
                client.getKubernetesSerialization().unmarshal(DEFINITION.formatted(first, second));
        client.resource(wanted).serverSideApply();
        await("it is served").atMost(SOON).until(() -> client
                .apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName("widgets.example.com")
                .get()
                .getStatus()
                .getConditions()
                .stream()
                .anyMatch(
                        c -> c.getType().equals("Established") && c.getStatus().equals("True")));
        String version = first ? "v1" : "v2";
        await("in this version").atMost(SOON).ignoreExceptions().untilAsserted(() -> widgets(client, version)
                .list());
    }

    /** Whether a Widget goes when the ConfigMap that owns it has gone. */
    private static boolean isCollected(KubernetesClient client, String version, String name) {
        ConfigMap owner = client.configMaps()
                .inNamespace("default")
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
        widgets(client, version)
                .resource(client.getKubernetesSerialization()
                        .unmarshal(
                                """
                        apiVersion: example.com/%s
                        kind: Widget
                        metadata:
                          name: %s
                          namespace: default
                          ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: %s, uid: %s}]
                        """.formatted(
                                        version, name, name, owner.getMetadata().getUid()),
                                GenericKubernetesResource.class))
                .create();
        client.resource(owner).delete();
        await("the collector takes " + name)
                .atMost(SOON)
                .until(() -> widgets(client, version).withName(name).get() == null);
        return true;
    }

    private static io.fabric8.kubernetes.client.dsl.NonNamespaceOperation<
                    GenericKubernetesResource,
                    io.fabric8.kubernetes.api.model.GenericKubernetesResourceList,
                    io.fabric8.kubernetes.client.dsl.Resource<GenericKubernetesResource>>
            widgets(KubernetesClient client, String version) {
        return client.genericKubernetesResources(new ResourceDefinitionContext.Builder()
                        .withGroup("example.com")
                        .withVersion(version)
                        .withPlural("widgets")
                        .withKind("Widget")
                        .withNamespaced(true)
                        .build())
                .inNamespace("default");
    }
}
