package kubelab.controlplane.apiserver.verb;

/**
 * Kinds that are stored, but that no component acts on: a client gets a warning.
 *
 * <p>Simplified: ReplicationControllers are stored with a warning that nothing acts on them.
 */
final class Unserved {
    private static final String PAGE = "see docs/fidelity.adoc of kubelab";

    private Unserved() {}

    static void check(RequestContext call) {
        String effect = call.resource().strategy().withoutEffect();
        if (!effect.isEmpty()) {
            call.warn("stored without effect: " + effect + " (" + PAGE + ")");
        }
    }
}
