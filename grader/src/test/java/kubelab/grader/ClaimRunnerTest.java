package kubelab.grader;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.util.List;
import kubelab.course.Claim;
import kubelab.grader.claims.ClaimResult;
import kubelab.grader.claims.ClaimRunner;
import kubelab.labkit.Evidence;
import kubelab.labkit.Proof;
import org.junit.jupiter.api.Test;

class ClaimRunnerTest {
    public static final class Sound implements Proof {
        @Override
        public Evidence prove(KubernetesClient client, String namespace) {
            return Evidence.of(true, "x", "seen in " + namespace);
        }

        @Override
        public Evidence falsify(KubernetesClient client, String namespace) {
            return Evidence.of(false, "x", "not seen");
        }
    }

    public static final class CannotFail implements Proof {
        @Override
        public Evidence prove(KubernetesClient client, String namespace) {
            return Evidence.of(true, "x", "seen");
        }

        @Override
        public Evidence falsify(KubernetesClient client, String namespace) {
            return Evidence.of(true, "x", "seen here, too");
        }
    }

    public static final class Crashes implements Proof {
        @Override
        public Evidence prove(KubernetesClient client, String namespace) {
            return Evidence.of(true, "x", "seen");
        }

        @Override
        public Evidence falsify(KubernetesClient client, String namespace) {
            throw new IllegalStateException("no network");
        }
    }

    @Test
    void a_claim_is_proven_only_when_its_probe_can_fail() {
        List<ClaimResult> results = run(Sound.class, CannotFail.class);
        assertThat(results).extracting(ClaimResult::proven).containsExactly(true, false);
        assertThat(results.get(0).summary()).isEqualTo("seen in claim-c0");
        assertThat(results.get(1).summary()).contains("cannot fail", "seen here, too");
    }

    @Test
    void a_falsifier_that_crashes_proves_nothing() {
        ClaimResult result = run(Crashes.class).get(0);
        assertThat(result.proven()).isFalse();
        assertThat(result.summary()).contains("no network");
    }

    @SafeVarargs
    private static List<ClaimResult> run(Class<? extends Proof>... proofs) {
        List<Claim> claims = new java.util.ArrayList<>();
        for (Class<? extends Proof> proof : proofs)
            claims.add(new Claim(
                    "C" + claims.size(),
                    "things",
                    "text",
                    Claim.Verdict.T,
                    "it is so",
                    "",
                    proof.getName(),
                    "they are large"));
        try (KubernetesClient client = new KubernetesClientBuilder().build()) {
            return new ClaimRunner(client, prefix -> prefix, ClaimRunnerTest.class.getClassLoader())
                    .run(claims, result -> {});
        }
    }
}
