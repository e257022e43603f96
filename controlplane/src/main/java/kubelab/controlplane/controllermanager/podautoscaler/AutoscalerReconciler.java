package kubelab.controlplane.controllermanager.podautoscaler;

import io.fabric8.kubernetes.api.model.autoscaling.v2.CrossVersionObjectReference;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerStatus;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerStatusBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricStatus;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import kubelab.containers.clock.Clock;
import kubelab.controlplane.controllermanager.loop.Difference;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.Key;
import kubelab.controlplane.controllermanager.loop.Reconciler;
import kubelab.controlplane.controllermanager.loop.Requests;
import kubelab.controlplane.controllermanager.podautoscaler.MetricEvaluation.Verdict;
import kubelab.controlplane.events.EventRecorder;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * One look at one autoscaler: read the target's scale, ask the metrics, limit what they ask for, write the scale.
 *
 * <p>Source: reconcileAutoscaler in pkg/controller/podautoscaler/horizontal.go, 1.34.
 */
final class AutoscalerReconciler implements Reconciler {
    /** Between two looks. Source: horizontal-pod-autoscaler-sync-period of kube-controller-manager. */
    static final Duration PERIOD = Duration.ofSeconds(15);

    private final Requests requests;
    private final Cached<HorizontalPodAutoscaler> autoscalers;
    private final ScaleClient scales;
    private final MetricEvaluation metrics;
    private final Limits limits;
    private final EventRecorder events;
    private final Clock clock;

    AutoscalerReconciler(
            Requests requests,
            Cached<HorizontalPodAutoscaler> autoscalers,
            ScaleClient scales,
            MetricEvaluation metrics,
            Limits limits,
            EventRecorder events,
            Clock clock) {
        this.requests = requests;
        this.autoscalers = autoscalers;
        this.scales = scales;
        this.metrics = metrics;
        this.limits = limits;
        this.events = events;
        this.clock = clock;
    }

    /** What is to be done. @param why the Event's words; {@code statuses} is what the metrics were */
    private record Decision(int replicas, boolean rescale, String why, List<MetricStatus> statuses) {}

    @Override
    public Result reconcile(Key key) {
        Optional<HorizontalPodAutoscaler> found = autoscalers.get(key);
        if (found.isEmpty()) {
            limits.forget(key);
            return Result.done();
        }
        look(key, found.get());
        return Result.after(PERIOD);
    }

    // tag::look[]
    private void look(Key key, HorizontalPodAutoscaler autoscaler) {
        Conditions conditions =
                new Conditions(Objects.requireNonNullElse(status(autoscaler).getConditions(), List.of()), clock.now());
        CrossVersionObjectReference target = autoscaler.getSpec().getScaleTargetRef();
        String group = group(target);
        Scale scale;
        try {
            scale = scales.get(key.namespace(), group, target.getKind(), target.getName());
        } catch (Undecided e) {
            events.warning(autoscaler, "FailedGetScale", e.why());
            conditions.set(
                    Conditions.ABLE_TO_SCALE,
                    false,
                    "FailedGetScale",
                    "the HPA controller was unable to get the target's current scale: " + e.why());
            write(autoscaler, builder(autoscaler, conditions));
            return;
        }
        conditions.set(
                Conditions.ABLE_TO_SCALE,
                true,
                "SucceededGetScale",
                "the HPA controller was able to get the target's current scale");
        int current = scale.specReplicas();
        limits.seen(key, current);
        Optional<Decision> decided = decide(autoscaler, scale, conditions);
        if (decided.isEmpty()) {
            return;
        }
        Decision decision = decided.get();
        HorizontalPodAutoscalerStatusBuilder status;
        if (decision.rescale()) {
            try {
                scales.update(
                        scale,
                        decision.replicas(),
                        scales.mappings(group, target.getKind()).get(0),
                        target.getName());
            } catch (Undecided e) {
                events.warning(
                        autoscaler,
                        "FailedRescale",
                        "New size: " + decision.replicas() + "; reason: " + decision.why() + "; error: " + e.why());
                conditions.set(
                        Conditions.ABLE_TO_SCALE,
                        false,
                        "FailedUpdateScale",
                        "the HPA controller was unable to update the target scale: " + e.why());
                write(
                        autoscaler,
                        builder(autoscaler, conditions)
                                .withCurrentReplicas(shown(current))
                                .withCurrentMetrics(decision.statuses()));
                return;
            }
            conditions.set(
                    Conditions.ABLE_TO_SCALE,
                    true,
                    "SucceededRescale",
                    "the HPA controller was able to update the target scale to " + decision.replicas());
            events.normal(
                    autoscaler,
                    "SuccessfulRescale",
                    "New size: " + decision.replicas() + "; reason: " + decision.why());
            limits.scaled(autoscaler, current, decision.replicas());
            status = builder(autoscaler, conditions)
                    .withLastScaleTime(
                            clock.now().truncatedTo(ChronoUnit.SECONDS).toString());
        } else {
            status = builder(autoscaler, conditions);
        }
        write(
                autoscaler,
                status.withCurrentReplicas(shown(current))
                        .withDesiredReplicas(decision.rescale() ? decision.replicas() : current)
                        .withCurrentMetrics(decision.statuses()));
    }

    /** Empty when the metrics say nothing: then that is written, and nothing is done. */
    private Optional<Decision> decide(HorizontalPodAutoscaler autoscaler, Scale scale, Conditions conditions) {
        int current = scale.specReplicas();
        int least = Objects.requireNonNullElse(autoscaler.getSpec().getMinReplicas(), 1);
        int most = autoscaler.getSpec().getMaxReplicas();
        if (current == 0 && least != 0) {
            conditions.set(
                    Conditions.SCALING_ACTIVE,
                    false,
                    "ScalingDisabled",
                    "scaling is disabled since the replica count of the target is zero");
            return Optional.of(new Decision(0, false, "", List.of()));
        }
        if (current > most) {
            return Optional.of(
                    new Decision(most, true, "Current number of replicas above Spec.MaxReplicas", List.of()));
        }
        if (current < least) {
            return Optional.of(
                    new Decision(least, true, "Current number of replicas below Spec.MinReplicas", List.of()));
        }
        Verdict verdict = metrics.evaluate(autoscaler, scale, conditions);
        if (verdict.failure() != null) {
            write(
                    autoscaler,
                    builder(autoscaler, conditions)
                            .withCurrentReplicas(shown(current))
                            .withCurrentMetrics(verdict.statuses()));
            events.warning(autoscaler, "FailedComputeMetricsReplicas", verdict.failure());
            return Optional.empty();
        }
        int wanted = Math.max(0, verdict.replicas());
        String why = wanted > current
                ? (wanted > 0 ? verdict.metric() : "") + " above target"
                : wanted < current ? "All metrics below target" : "";
        int replicas = limits.normalize(autoscaler, current, wanted, least, conditions);
        return Optional.of(new Decision(replicas, replicas != current, why, verdict.statuses()));
    }
    // end::look[]

    private void write(HorizontalPodAutoscaler autoscaler, HorizontalPodAutoscalerStatusBuilder status) {
        HorizontalPodAutoscalerStatus next = status.build();
        if (!Difference.between(autoscaler.getStatus(), next)) {
            return;
        }
        ObjectNode object = Json.parseObject(Serialization.asJson(
                new HorizontalPodAutoscalerBuilder(autoscaler).withStatus(next).build()));
        if (next.getCurrentMetrics() == null || next.getCurrentMetrics().isEmpty()) {
            // A Go client writes the field all the same.
            Json.ensure(object, "status").putNull("currentMetrics");
        }
        Key key = Key.of(autoscaler);
        String path = "/apis/autoscaling/v2/namespaces/" + key.namespace() + "/horizontalpodautoscalers/" + key.name();
        try {
            HttpResponse<String> answer =
                    Answers.of(requests, requests.to(path + "/status").put("application/json", object.toString()));
            if (!answer.isSuccessful()) {
                throw Answers.refused(answer, "put", "horizontalpodautoscalers.autoscaling", key.name());
            }
        } catch (Undecided e) {
            events.warning(autoscaler, "FailedUpdateStatus", e.why());
        }
    }

    private static HorizontalPodAutoscalerStatusBuilder builder(
            HorizontalPodAutoscaler autoscaler, Conditions conditions) {
        return new HorizontalPodAutoscalerStatusBuilder(status(autoscaler)).withConditions(conditions.all());
    }

    /** None is not written, as by a Go client. */
    private static @Nullable Integer shown(int replicas) {
        return replicas == 0 ? null : replicas;
    }

    private static HorizontalPodAutoscalerStatus status(HorizontalPodAutoscaler autoscaler) {
        return Objects.requireNonNullElseGet(autoscaler.getStatus(), HorizontalPodAutoscalerStatus::new);
    }

    private static String group(CrossVersionObjectReference target) {
        String apiVersion = Objects.requireNonNullElse(target.getApiVersion(), "");
        int slash = apiVersion.indexOf('/');
        return slash < 0 ? "" : apiVersion.substring(0, slash);
    }
}
