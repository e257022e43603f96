package kubelab.controlplane.kubelet;

import java.time.Duration;

/** Durations the way Kubernetes prints them: {@code 10s}, {@code 1m20s}, {@code 5m0s}, {@code 437ms}. */
final class Durations {
    private Durations() {}

    static String format(Duration duration) {
        long millis = duration.toMillis();
        if (millis < 1000) {
            return millis + "ms";
        }
        long seconds = millis / 1000;
        long rest = millis % 1000;
        String fraction = rest == 0 ? "" : ("." + String.format("%03d", rest)).replaceAll("0+$", "");
        if (seconds < 60) {
            return seconds + fraction + "s";
        }
        if (seconds < 3600) {
            return seconds / 60 + "m" + seconds % 60 + fraction + "s";
        }
        return seconds / 3600 + "h" + seconds % 3600 / 60 + "m" + seconds % 60 + fraction + "s";
    }
}
