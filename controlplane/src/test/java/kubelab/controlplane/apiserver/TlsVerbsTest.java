package kubelab.controlplane.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import kubelab.controlplane.EmbeddedCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same over a socket, with Fabric8 at default settings (watches by WebSocket). */
class TlsVerbsTest extends VerbsContract {
    private static EmbeddedCluster cluster;
    private static KubernetesClient client;

    @BeforeAll
    static void start() {
        cluster = EmbeddedCluster.builder().bare().start();
        client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(cluster.kubeconfig()))
                .build();
    }

    @AfterAll
    static void stop() {
        client.close();
        cluster.close();
    }

    @Override
    KubernetesClient client() {
        return client;
    }

    @Test
    void version_and_health_answer() {
        assertThat(client.getKubernetesVersion().getGitVersion()).startsWith("v1.34.4");
        assertThat(client.raw("/readyz")).isEqualTo("ok");
    }

    @Test
    void kubeconfig_is_for_its_owner_only(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("sub/config");
        cluster.writeKubeconfig(file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void certificate_says_who_calls() {
        long before = cluster.audit().position();
        try (KubernetesClient kubelet = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(
                        cluster.kubeconfigFor("system:node:worker1", java.util.List.of("system:nodes"))))
                .build()) {
            kubelet.nodes().list();
        } catch (KubernetesClientException e) {
            assertThat(e.getCode()).as("refused at most by the authorizer").isEqualTo(403);
        }
        assertThat(cluster.audit().since(before))
                .anySatisfy(e -> assertThat(e.user()).isEqualTo("system:node:worker1"));
    }

    @Test
    void token_works_until_its_account_is_gone() {
        client.serviceAccounts()
                .inNamespace("default")
                .resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withName("bearer")
                        .endMetadata()
                        .build())
                .create();
        String token = client.serviceAccounts()
                .inNamespace("default")
                .withName("bearer")
                .tokenRequest(new TokenRequestBuilder().withNewSpec().endSpec().build())
                .getStatus()
                .getToken();
        long before = cluster.audit().position();
        try (KubernetesClient account = withToken(token)) {
            account.getKubernetesVersion();
            assertThat(cluster.audit().since(before))
                    .anySatisfy(e -> assertThat(e.user()).isEqualTo("system:serviceaccount:default:bearer"));
            client.serviceAccounts().inNamespace("default").withName("bearer").delete();
            assertThatThrownBy(account::getKubernetesVersion)
                    .isInstanceOfSatisfying(KubernetesClientException.class, e -> assertThat(e.getCode())
                            .isEqualTo(401));
        }
    }

    private static KubernetesClient withToken(String token) {
        return new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(Config.empty())
                        .withMasterUrl(cluster.url())
                        .withCaCertData(java.util.Base64.getEncoder()
                                .encodeToString(cluster.caCertificate().getBytes()))
                        .withOauthToken(token)
                        .build())
                .build();
    }
}
