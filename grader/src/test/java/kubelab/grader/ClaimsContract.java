package kubelab.grader;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import kubelab.course.Claim;
import kubelab.course.Course;
import kubelab.grader.claims.ClaimResult;
import kubelab.grader.claims.ClaimRunner;
import org.junit.jupiter.api.Test;

/** Every claim of every chapter: its probe holds, and fails under its falsifier. */
abstract class ClaimsContract {
    private static final Path ROOT = Path.of(System.getProperty("kubelab.root", ".."));

    private final ConcurrentLinkedQueue<Namespace> made = new ConcurrentLinkedQueue<>();

    abstract ClusterAccess cluster() throws Exception;

    /** In which all claims together must be proven: no proof may wait for something that never comes. */
    abstract Duration bound();

    @Test
    void every_claim_is_proven_and_its_falsifier_fails() throws Exception {
        List<Claim> claims = Course.load(ROOT).claims();
        assertThat(claims).as("claims of docs/claims.yaml").hasSizeGreaterThanOrEqualTo(7);
        try (KubernetesClient client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(cluster().kubeconfig()))
                .build()) {
            long start = System.nanoTime();
            ClaimRunner runner = new ClaimRunner(
                    client,
                    prefix -> namespace(client, prefix),
                    ClaimRunner.solutions(ROOT.resolve("solutions/target/classes")));
            List<ClaimResult> results = runner.run(claims, result -> {});
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            assertThat(results).allSatisfy(r -> assertThat(r.proven())
                    .as(r.claim().id() + ": " + r.summary())
                    .isTrue());
            assertThat(took).as("time for " + claims.size() + " claims").isLessThan(bound());
            made.forEach(namespace -> client.resource(namespace).delete());
        }
    }

    private String namespace(KubernetesClient client, String prefix) {
        Namespace namespace = client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withGenerateName(prefix + "-")
                        .endMetadata()
                        .build())
                .create();
        made.add(namespace);
        String name = namespace.getMetadata().getName();
        client.serviceAccounts()
                .inNamespace(name)
                .withName("default")
                .waitUntilCondition(account -> account != null, 30, TimeUnit.SECONDS);
        return name;
    }
}
