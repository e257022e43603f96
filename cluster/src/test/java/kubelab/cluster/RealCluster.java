package kubelab.cluster;

import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/**
 * Whether tests against real clusters run: -Dkubelab.real=auto (where what they need is there or can be fetched),
 * required or off. A test that does not run prints why.
 */
final class RealCluster {
    private static final Progress PROGRESS = System.out::println;

    private RealCluster() {}

    /** For tests that need an engine and no image. */
    static void needsDocker() {
        orSkip(Docker.unavailable());
    }

    /** For tests that start a cluster. */
    static void needed() {
        orSkip(off().or(() -> K3sProvider.unavailable(PROGRESS)));
    }

    /** For tests that need an image of the engine's: fetches it. */
    static void needsImage(String image) {
        needsDocker();
        try {
            Docker.ensureImage(image, PROGRESS);
        } catch (ClusterException e) {
            orSkip(Optional.of(e.getMessage()));
        }
    }

    private static Optional<String> off() {
        return mode().equals("off") ? Optional.of("-Dkubelab.real=off") : Optional.empty();
    }

    private static String mode() {
        return System.getProperty("kubelab.real", "auto");
    }

    private static void orSkip(Optional<String> obstacle) {
        String why = off().or(() -> obstacle).orElse("");
        if (mode().equals("required") && !why.isEmpty()) {
            throw new AssertionError("a real cluster is required, but: " + why);
        }
        if (!why.isEmpty()) {
            System.out.println("SKIPPED on the real cluster: " + why);
        }
        Assumptions.assumeTrue(why.isEmpty(), why);
    }
}
