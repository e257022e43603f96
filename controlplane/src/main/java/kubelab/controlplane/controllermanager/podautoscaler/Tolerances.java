package kubelab.controlplane.controllermanager.podautoscaler;

/**
 * How far the ratio of use to target may be from 1 before anything is done. The field {@code behavior.*.tolerance} is behind
 * the feature gate HPAConfigurableTolerance, which is off in 1.34: the API server drops it, and so it has no part here.
 */
record Tolerances(double scaleDown, double scaleUp) {
    /** Source: horizontal-pod-autoscaler-tolerance of kube-controller-manager. */
    static final Tolerances DEFAULT = new Tolerances(0.1, 0.1);

    boolean contain(double ratio) {
        return 1.0 - scaleDown <= ratio && ratio <= 1.0 + scaleUp;
    }
}
