package kubelab.controlplane.cel;

/**
 * How much evaluations may still cost. A unit is about one step: a field, a call, ten characters that are looked at.
 *
 * <p>Source: k8s.io/apiserver/pkg/apis/cel/config.go (1.34). Simplified: what a step costs is about what it costs upstream,
 * not exactly.
 */
public final class Budget {
    /** The most that one evaluation may cost. */
    public static final long OF_A_CALL = 1_000_000;
    /** The most that all rules of an object, or one policy's, may cost. */
    public static final long OF_AN_OBJECT = 10_000_000;
    /** The most that the conditions may cost that say whether something applies. */
    public static final long OF_CONDITIONS = 2_500_000;

    private long left;

    public Budget(long units) {
        left = units;
    }

    void spend(long units) {
        left -= units;
    }

    public boolean isSpent() {
        return left < 0;
    }
}
