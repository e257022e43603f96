package kubelab.controlplane.controllermanager.podautoscaler;

import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerCondition;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** The conditions of one autoscaler while it is looked at: the last word on each type counts. */
final class Conditions {
    static final String ABLE_TO_SCALE = "AbleToScale";
    static final String SCALING_ACTIVE = "ScalingActive";
    static final String SCALING_LIMITED = "ScalingLimited";

    private final List<HorizontalPodAutoscalerCondition> all;
    private final String now;

    Conditions(List<HorizontalPodAutoscalerCondition> before, Instant now) {
        this.all = new ArrayList<>(before);
        this.now = now.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    void set(String type, boolean status, String reason, String message) {
        String text = status ? "True" : "False";
        int at = 0;
        while (at < all.size() && !all.get(at).getType().equals(type)) {
            at++;
        }
        String since = at < all.size() && text.equals(all.get(at).getStatus())
                ? all.get(at).getLastTransitionTime()
                : now;
        HorizontalPodAutoscalerCondition condition = new HorizontalPodAutoscalerConditionBuilder()
                .withType(type)
                .withStatus(text)
                .withReason(reason)
                .withMessage(message)
                .withLastTransitionTime(since)
                .build();
        if (at < all.size()) {
            all.set(at, condition);
        } else {
            all.add(condition);
        }
    }

    List<HorizontalPodAutoscalerCondition> all() {
        return List.copyOf(all);
    }
}
