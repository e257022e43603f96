package kubelab.controlplane.controllermanager.podautoscaler;

import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricSpec;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricStatus;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricStatusBuilder;
import java.util.ArrayList;
import java.util.List;
import kubelab.controlplane.controllermanager.loop.Key;
import kubelab.controlplane.controllermanager.podautoscaler.MetricSources.Failed;
import kubelab.controlplane.controllermanager.podautoscaler.MetricSources.One;
import kubelab.controlplane.controllermanager.podautoscaler.ReplicaCalculator.Target;
import kubelab.controlplane.events.EventRecorder;
import org.jspecify.annotations.Nullable;

/**
 * All metrics of an autoscaler: the one that asks for most replicas wins. If one cannot be had, the others may make the
 * target larger, but not smaller.
 *
 * <p>Source: computeReplicasForMetrics in pkg/controller/podautoscaler/horizontal.go, 1.34.
 */
final class MetricEvaluation {
    private final MetricSources sources;
    private final SelectorRegistry selectors;
    private final EventRecorder events;

    MetricEvaluation(MetricSources sources, SelectorRegistry selectors, EventRecorder events) {
        this.sources = sources;
        this.selectors = selectors;
        this.events = events;
    }

    /**
     * @param metric which metric asks for so many, in upstream's words
     * @param statuses what was found, one for each metric of the spec
     * @param failure why nothing can be said; null if something can
     */
    record Verdict(
            int replicas,
            String metric,
            List<MetricStatus> statuses,
            @Nullable String failure) {}

    // tag::evaluate[]
    Verdict evaluate(HorizontalPodAutoscaler autoscaler, Scale scale, Conditions conditions) {
        PodSelector selector;
        try {
            selector = selector(autoscaler, scale.selector(), conditions);
        } catch (Undecided e) {
            return new Verdict(-1, "", List.of(), e.why());
        }
        Target target = new Target(
                autoscaler.getMetadata().getNamespace(),
                selector,
                scale.selector(),
                scale.specReplicas(),
                scale.statusReplicas());
        List<MetricSpec> specs = autoscaler.getSpec().getMetrics();
        List<MetricStatus> statuses = new ArrayList<>();
        Failed first = null;
        int failures = 0;
        int replicas = 0;
        String metric = "";
        for (MetricSpec spec : specs) {
            try {
                One one = sources.of(target, spec);
                statuses.add(one.status());
                if (replicas == 0 || one.replicas() > replicas) {
                    replicas = one.replicas();
                    metric = one.name();
                }
            } catch (Failed e) {
                events.warning(autoscaler, e.reason, e.shown);
                statuses.add(new MetricStatusBuilder().withType("").build());
                first = first == null ? e : first;
                failures++;
            }
        }
        if (first != null && (failures == specs.size() || replicas < target.specReplicas())) {
            conditions.set(
                    Conditions.SCALING_ACTIVE,
                    false,
                    first.reason,
                    "the HPA was unable to compute the replica count: " + first.shown);
            return new Verdict(
                    -1,
                    "",
                    statuses,
                    "invalid metrics (" + failures + " invalid out of " + specs.size() + "), first error is: "
                            + first.getMessage());
        }
        conditions.set(
                Conditions.SCALING_ACTIVE,
                true,
                "ValidMetricFound",
                "the HPA was able to successfully calculate a replica count from " + metric);
        return new Verdict(replicas, metric, statuses, null);
    }
    // end::evaluate[]

    private PodSelector selector(HorizontalPodAutoscaler autoscaler, String text, Conditions conditions)
            throws Undecided {
        if (text.isEmpty()) {
            throw invalid(
                    autoscaler,
                    conditions,
                    "SelectorRequired",
                    "selector is required",
                    "the HPA target's scale is missing a selector");
        }
        PodSelector selector;
        try {
            selector = PodSelector.parse(text);
        } catch (Undecided e) {
            String why = "couldn't convert selector into a corresponding internal selector object: " + e.why();
            throw invalid(autoscaler, conditions, "InvalidSelector", why, why);
        }
        List<String> sharing = selectors.sharing(Key.of(autoscaler), selector);
        if (sharing.size() > 1) {
            String why = "pods by selector " + text + " are controlled by multiple HPAs: [" + String.join(" ", sharing)
                    + "]";
            throw invalid(autoscaler, conditions, "AmbiguousSelector", why, why);
        }
        return selector;
    }

    private Undecided invalid(
            HorizontalPodAutoscaler autoscaler, Conditions conditions, String event, String why, String shown) {
        events.warning(autoscaler, event, why);
        String reason = event.equals("AmbiguousSelector") ? event : "InvalidSelector";
        conditions.set(Conditions.SCALING_ACTIVE, false, reason, shown);
        return new Undecided(why);
    }
}
