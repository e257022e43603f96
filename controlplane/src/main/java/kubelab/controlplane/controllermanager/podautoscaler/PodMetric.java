package kubelab.controlplane.controllermanager.podautoscaler;

import java.time.Duration;
import java.time.Instant;

/**
 * What one Pod uses.
 *
 * @param milli in thousandths of the metric's unit: millicores, bytes × 1000
 * @param timestamp when it was measured
 * @param window over how long
 */
record PodMetric(long milli, Instant timestamp, Duration window) {
    /** A figure that is assumed, not measured. */
    static PodMetric assumed(long milli) {
        return new PodMetric(milli, Instant.EPOCH, Duration.ZERO);
    }
}
