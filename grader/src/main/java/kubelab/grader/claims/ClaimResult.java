package kubelab.grader.claims;

import java.time.Duration;
import kubelab.course.Claim;
import kubelab.labkit.Evidence;

/**
 * What came of one claim.
 *
 * @param proof what the probe saw
 * @param falsifier what the same probe saw where it must fail
 * @param took both runs together, which ran side by side
 */
public record ClaimResult(Claim claim, Evidence proof, Evidence falsifier, Duration took) {
    /** Only a probe that holds here and fails there proves anything. */
    public boolean proven() {
        return proof.holds() && !falsifier.holds();
    }

    /** One line for a terminal: what was seen, or what went wrong. */
    public String summary() {
        if (proven()) return proof.observed();
        if (!proof.holds()) return "expected: " + proof.expected() + "; observed: " + proof.observed();
        return "the probe cannot fail: it held even though " + claim.falsifier() + " (" + falsifier.observed() + ")";
    }
}
