package kubelab.cluster;

import org.junit.jupiter.api.Assumptions;

/** Whether tests against real clusters run: -Dkubelab.real=auto (where Docker answers), required or off. */
final class RealCluster {
    private RealCluster() {}

    static void needed() {
        String mode = System.getProperty("kubelab.real", "auto");
        String why =
                mode.equals("off") ? "-Dkubelab.real=off" : Docker.unavailable().orElse("");
        if (mode.equals("required") && !why.isEmpty()) {
            throw new AssertionError("a real cluster is required, but: " + why);
        }
        if (!why.isEmpty()) {
            System.out.println("SKIPPED on the real cluster: " + why);
        }
        Assumptions.assumeTrue(why.isEmpty(), why);
    }
}
