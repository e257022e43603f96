package kubelab.controlplane.controllermanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import kubelab.controlplane.EmbeddedCluster;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;

/** A cluster with the real API server, controllers and scheduler on nodes without containers; a namespace a test. */
abstract class OnHollowNodes {
    static EmbeddedCluster cluster;
    static KubernetesClient client;

    String namespace;

    @BeforeAll
    static void start() {
        cluster = EmbeddedCluster.builder()
                .nodes(0)
                .component("hollow-kubelet", context -> new HollowKubelet(context, List.of("n1", "n2", "n3")))
                .start();
        client = cluster.client();
    }

    @AfterAll
    static void stop() {
        try {
            assertThat(ComponentRights.missing(cluster))
                    .as("rights that components lack")
                    .isEmpty();
        } finally {
            cluster.close();
        }
    }

    @BeforeEach
    void namespace(TestInfo test) {
        namespace = "t" + Integer.toHexString(test.getDisplayName().hashCode());
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .build())
                .create();
    }

    void create(HasMetadata object) {
        object.getMetadata().setNamespace(namespace);
        client.resource(object).create();
    }

    /** Changes an object although a controller writes it at the same time: Fabric8's edit names the version it read. */
    static <T extends HasMetadata> void change(Resource<T> object, Consumer<T> change) {
        patience().until(() -> {
            try {
                object.edit(o -> {
                    change.accept(o);
                    return o;
                });
                return true;
            } catch (KubernetesClientException e) {
                if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                    return false;
                }
                throw e;
            }
        });
    }

    List<Pod> pods() {
        return client.pods().inNamespace(namespace).list().getItems();
    }

    List<String> events(String kind) {
        return client.v1().events().inNamespace(namespace).list().getItems().stream()
                .filter(e -> kind.equals(e.getInvolvedObject().getKind()))
                .map(Event::getMessage)
                .toList();
    }

    static void until(Callable<Boolean> condition) {
        patience().until(condition);
    }

    private static ConditionFactory patience() {
        return await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(10));
    }
}
