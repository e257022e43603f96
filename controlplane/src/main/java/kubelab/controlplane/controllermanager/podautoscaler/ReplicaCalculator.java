package kubelab.controlplane.controllermanager.podautoscaler;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.autoscaling.v2.CrossVersionObjectReference;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import kubelab.containers.clock.Clock;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.PodState;

/**
 * How many replicas one metric asks for: {@code ceil(use / target × Pods that count)}, with care where figures are missing.
 * Amounts are in thousandths of the metric's unit.
 *
 * <p>Source: pkg/controller/podautoscaler/replica_calculator.go, 1.34.
 */
final class ReplicaCalculator {
    private static final int ALL = 100;

    private final MetricsClient metrics;
    private final Cached<Pod> pods;
    private final Clock clock;

    ReplicaCalculator(MetricsClient metrics, Cached<Pod> pods, Clock clock) {
        this.metrics = metrics;
        this.pods = pods;
        this.clock = clock;
    }

    /** The Pods of a target. @param text its selector as it stands in the scale */
    record Target(String namespace, PodSelector selector, String text, int specReplicas, int statusReplicas) {}

    /**
     * @param replicas asked for
     * @param usage per Pod or in all, as the target counts it
     * @param utilization percent of what was requested; 0 where none was asked for
     */
    record Proposal(int replicas, long usage, int utilization) {}

    /** Use as a ratio of the target. */
    private record Use(double ratio, long average, int utilization) {}

    private interface Ratio {
        Use of(Map<String, PodMetric> metrics) throws Undecided;
    }

    /** @param percent of the requests; {@code container} is empty for whole Pods */
    Proposal utilization(Target target, String resource, String container, int percent, Tolerances tolerances)
            throws Undecided {
        Map<String, PodMetric> figures = resourceMetrics(target, resource, container);
        List<Pod> selected = selected(target);
        // They are read last, as upstream does: what a Pod does not request matters only if there are figures.
        Map<String, Long> requests = new HashMap<>();
        return propose(
                target,
                selected,
                figures,
                resource,
                () -> requests.putAll(PodRequests.of(selected, container, resource)),
                all -> ratio(all, requests, percent),
                pod -> requests.getOrDefault(pod, 0L) * Math.max(ALL, percent) / ALL,
                tolerances);
    }

    /** @param average that a Pod shall use */
    Proposal averageUse(Target target, String resource, String container, long average, Tolerances tolerances)
            throws Undecided {
        return plain(target, resourceMetrics(target, resource, container), resource, average, tolerances);
    }

    Proposal podsMetric(Target target, String metric, String metricSelector, long average, Tolerances tolerances)
            throws Undecided {
        Map<String, PodMetric> figures;
        try {
            figures = metrics.pods(target.namespace(), metric, target.text(), metricSelector);
        } catch (Undecided e) {
            throw new Undecided("unable to get metric " + metric + ": " + e.why());
        }
        return plain(target, figures, "", average, tolerances);
    }

    /** @param perPod whether {@code wanted} is for each Pod, or for all of them */
    Proposal objectMetric(
            Target target,
            CrossVersionObjectReference object,
            String metric,
            String metricSelector,
            long wanted,
            boolean perPod,
            Tolerances tolerances)
            throws Undecided {
        long usage;
        try {
            usage = metrics.object(target.namespace(), object, metric, metricSelector);
        } catch (Undecided e) {
            throw new Undecided("unable to get metric " + metric + ": " + object.getKind() + " on " + target.namespace()
                    + " " + object.getName() + "/" + e.why());
        }
        return perPod ? shared(target, usage, wanted, tolerances) : whole(target, usage, wanted, tolerances);
    }

    /** @param printed the metric's selector as upstream's message has it */
    Proposal externalMetric(
            Target target,
            String metric,
            String metricSelector,
            String printed,
            long wanted,
            boolean perPod,
            Tolerances tolerances)
            throws Undecided {
        long usage = 0;
        try {
            for (long value : metrics.external(target.namespace(), metric, metricSelector)) {
                usage = usage + value < 0 ? Long.MAX_VALUE : usage + value;
            }
        } catch (Undecided e) {
            throw new Undecided("unable to get external metric " + target.namespace() + "/" + metric + "/" + printed
                    + ": " + e.why());
        }
        return perPod ? shared(target, usage, wanted, tolerances) : whole(target, usage, wanted, tolerances);
    }

    private Map<String, PodMetric> resourceMetrics(Target target, String resource, String container) throws Undecided {
        try {
            return metrics.resource(target.namespace(), resource, target.text(), container);
        } catch (Undecided e) {
            throw new Undecided("unable to get metrics for resource " + resource + ": " + e.why());
        }
    }

    private Proposal plain(
            Target target, Map<String, PodMetric> figures, String resource, long average, Tolerances tolerances)
            throws Undecided {
        return propose(
                target,
                selected(target),
                figures,
                resource,
                () -> {},
                all -> {
                    long used =
                            all.values().stream().mapToLong(PodMetric::milli).sum() / all.size();
                    return new Use((double) used / average, used, 0);
                },
                pod -> average,
                tolerances);
    }

    private interface Step {
        void run() throws Undecided;
    }

    // tag::formula[]
    /** @param full what a Pod without a figure is taken to use when the others use too little */
    private Proposal propose(
            Target target,
            List<Pod> selected,
            Map<String, PodMetric> figures,
            String resource,
            Step readRequests,
            Ratio ratio,
            ToLongFunction<String> full,
            Tolerances tolerances)
            throws Undecided {
        Map<String, PodMetric> counted = new HashMap<>(figures);
        PodGroups groups = PodGroups.of(selected, counted, resource, clock.now());
        counted.keySet().removeAll(groups.ignored());
        counted.keySet().removeAll(groups.unready());
        if (counted.isEmpty()) {
            throw new Undecided("did not receive metrics for targeted pods (pods might be unready)");
        }
        readRequests.run();
        Use use = ratio.of(counted);
        Proposal stay = new Proposal(target.specReplicas(), use.average(), use.utilization());
        boolean upWithUnready = !groups.unready().isEmpty() && use.ratio() > 1;
        if (!upWithUnready && groups.missing().isEmpty()) {
            return tolerances.contain(use.ratio())
                    ? stay
                    : new Proposal(up(use.ratio() * groups.ready()), use.average(), use.utilization());
        }
        // Those of which nothing is known are assumed to dampen the change, whichever way it goes.
        for (String pod : groups.missing()) {
            if (use.ratio() < 1) {
                counted.put(pod, PodMetric.assumed(full.applyAsLong(pod)));
            } else if (use.ratio() > 1) {
                counted.put(pod, PodMetric.assumed(0));
            }
        }
        if (upWithUnready) {
            groups.unready().forEach(pod -> counted.put(pod, PodMetric.assumed(0)));
        }
        double damped = ratio.of(counted).ratio();
        boolean turned = use.ratio() < 1 && damped > 1 || use.ratio() > 1 && damped < 1;
        int replicas = up(damped * counted.size());
        boolean against =
                damped < 1 && replicas > target.specReplicas() || damped > 1 && replicas < target.specReplicas();
        return tolerances.contain(damped) || turned || against
                ? stay
                : new Proposal(replicas, use.average(), use.utilization());
    }
    // end::formula[]

    /** One figure for all Pods together. */
    private Proposal whole(Target target, long usage, long wanted, Tolerances tolerances) throws Undecided {
        double ratio = (double) usage / wanted;
        if (target.specReplicas() == 0) {
            return new Proposal(up(ratio), usage, 0);
        }
        if (tolerances.contain(ratio)) {
            return new Proposal(target.specReplicas(), usage, 0);
        }
        long ready;
        try {
            ready = selected(target).stream()
                    .filter(p -> PodState.phase(p).equals("Running") && PodState.isReady(p))
                    .count();
        } catch (Undecided e) {
            throw new Undecided("unable to calculate ready pods: " + e.why());
        }
        return new Proposal(up(ratio * ready), usage, 0);
    }

    /** One figure that is divided among the Pods. */
    private static Proposal shared(Target target, long usage, long wanted, Tolerances tolerances) {
        int replicas = target.statusReplicas();
        double ratio = usage / ((double) wanted * replicas);
        return new Proposal(
                tolerances.contain(ratio) ? replicas : up((double) usage / wanted),
                (long) Math.ceil((double) usage / replicas),
                0);
    }

    private List<Pod> selected(Target target) throws Undecided {
        List<Pod> selected = pods.inNamespace(target.namespace()).stream()
                .filter(p -> target.selector().matches(p.getMetadata().getLabels()))
                .toList();
        if (selected.isEmpty()) {
            throw new Undecided("no pods returned by selector while calculating replica count");
        }
        return selected;
    }

    private static Use ratio(Map<String, PodMetric> metrics, Map<String, Long> requests, int percent) throws Undecided {
        long used = 0;
        long requested = 0;
        int pods = 0;
        for (Map.Entry<String, PodMetric> metric : metrics.entrySet()) {
            Long request = requests.get(metric.getKey());
            if (request != null) {
                used += metric.getValue().milli();
                requested += request;
                pods++;
            }
        }
        if (requested == 0) {
            throw new Undecided("no metrics returned matched known pods");
        }
        int utilization = (int) (used * ALL / requested);
        return new Use((double) utilization / percent, used / pods, utilization);
    }

    private static int up(double replicas) {
        return (int) Math.ceil(replicas);
    }
}
