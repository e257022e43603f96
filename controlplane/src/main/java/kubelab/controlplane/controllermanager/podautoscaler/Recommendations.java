package kubelab.controlplane.controllermanager.podautoscaler;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What the metrics asked for in the past, of one autoscaler. Before it makes a target smaller, it looks for the largest
 * recommendation of the window; before it makes it larger, for the smallest.
 *
 * <p>Source: stabilizeRecommendation and stabilizeRecommendationWithBehaviors in pkg/controller/podautoscaler, 1.34.
 */
final class Recommendations {
    private final List<At> all = new ArrayList<>();

    private record At(int replicas, Instant time) {}

    /** @param replicas that the target had when the autoscaler first saw it */
    Recommendations(int replicas, Instant now) {
        all.add(new At(replicas, now));
    }

    /** The largest recommendation of the window, this one included; it is remembered. */
    int largest(int replicas, Duration window, Instant now) {
        Instant cutoff = now.minus(window);
        int largest = replicas;
        int old = -1;
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).time().isBefore(cutoff)) {
                old = i;
            } else {
                largest = Math.max(largest, all.get(i).replicas());
            }
        }
        remember(replicas, now, old);
        return largest;
    }

    /** The change from {@code current} that every recommendation of the two windows agrees with; it is remembered. */
    int agreed(int current, int replicas, Duration upWindow, Duration downWindow, Instant now) {
        Instant upCutoff = now.minus(upWindow);
        Instant downCutoff = now.minus(downWindow);
        int up = replicas;
        int down = replicas;
        int old = -1;
        for (int i = 0; i < all.size(); i++) {
            At past = all.get(i);
            if (past.time().isAfter(upCutoff)) {
                up = Math.min(up, past.replicas());
            }
            if (past.time().isAfter(downCutoff)) {
                down = Math.max(down, past.replicas());
            }
            if (past.time().isBefore(upCutoff) && past.time().isBefore(downCutoff)) {
                old = i;
            }
        }
        remember(replicas, now, old);
        return Math.min(Math.max(current, up), down);
    }

    /** In the place of one that no window reaches, so that the list does not grow. */
    private void remember(int replicas, Instant now, int old) {
        if (old >= 0) {
            all.set(old, new At(replicas, now));
        } else {
            all.add(new At(replicas, now));
        }
    }
}
