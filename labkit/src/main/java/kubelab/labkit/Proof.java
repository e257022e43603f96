package kubelab.labkit;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Shows on a live cluster whether a claim of the course holds.
 *
 * <p>One probe, two runs: {@link #prove} points it at what the claim is about, {@link #falsify} at a case in which it must
 * fail (another object, another setting). A proof whose probe cannot fail proves nothing.
 */
public interface Proof {
    /**
     * Runs the probe where it must hold.
     *
     * @param client may do everything in the namespace and read nodes and API documents
     * @param namespace a fresh one; what is left in it is deleted with it
     */
    Evidence prove(KubernetesClient client, String namespace) throws Exception;

    /** Runs the same probe on the falsifier: the evidence must say that it does not hold. */
    Evidence falsify(KubernetesClient client, String namespace) throws Exception;

    /** A name that no earlier run has used, so that a proof can run twice in one namespace. */
    static String unique(String prefix) {
        return prefix + "-"
                + Long.toString(ThreadLocalRandom.current().nextLong(36L * 36 * 36 * 36, 36L * 36 * 36 * 36 * 36), 36);
    }
}
