package kubelab.controlplane.controllermanager.podautoscaler;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.autoscaling.v2.ContainerResourceMetricSource;
import io.fabric8.kubernetes.api.model.autoscaling.v2.ContainerResourceMetricStatus;
import io.fabric8.kubernetes.api.model.autoscaling.v2.ExternalMetricSource;
import io.fabric8.kubernetes.api.model.autoscaling.v2.ExternalMetricStatus;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricIdentifier;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricSpec;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricStatus;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricStatusBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricTarget;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricValueStatus;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricValueStatusBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.ObjectMetricSource;
import io.fabric8.kubernetes.api.model.autoscaling.v2.ObjectMetricStatus;
import io.fabric8.kubernetes.api.model.autoscaling.v2.PodsMetricSource;
import io.fabric8.kubernetes.api.model.autoscaling.v2.PodsMetricStatus;
import io.fabric8.kubernetes.api.model.autoscaling.v2.ResourceMetricSource;
import io.fabric8.kubernetes.api.model.autoscaling.v2.ResourceMetricStatus;
import java.math.BigDecimal;
import kubelab.controlplane.controllermanager.podautoscaler.ReplicaCalculator.Proposal;
import kubelab.controlplane.controllermanager.podautoscaler.ReplicaCalculator.Target;
import kubelab.controlplane.labels.LabelSelectors;
import kubelab.controlplane.quantity.Amounts;

/**
 * The five kinds of metrics: what each asks the calculator, what it is called in messages, and its status.
 *
 * <p>Source: computeReplicasForMetric in pkg/controller/podautoscaler/horizontal.go, 1.34.
 */
final class MetricSources {
    private final ReplicaCalculator calculator;

    MetricSources(ReplicaCalculator calculator) {
        this.calculator = calculator;
    }

    /** One metric's answer. */
    record One(int replicas, String name, MetricStatus status) {}

    /** A metric that cannot be had. @param reason of the condition and the Event */
    static final class Failed extends Exception {
        private static final long serialVersionUID = 1L;

        final String reason;
        final String shown;

        /** @param shown what condition and Event say; {@code whole} is told when no metric can be had */
        Failed(String reason, String shown, String whole) {
            super(whole);
            this.reason = reason;
            this.shown = shown;
        }
    }

    One of(Target target, MetricSpec spec) throws Failed {
        return switch (spec.getType()) {
            case "Resource" -> resource(target, spec.getResource());
            case "ContainerResource" -> containerResource(target, spec.getContainerResource());
            case "Pods" -> pods(target, spec.getPods());
            case "Object" -> object(target, spec.getObject());
            default -> external(target, spec.getExternal());
        };
    }

    private One resource(Target target, ResourceMetricSource source) throws Failed {
        try {
            Used used = used(target, source.getTarget(), source.getName(), "", "resource");
            return used.one(new MetricStatusBuilder()
                    .withType("Resource")
                    .withResource(new ResourceMetricStatus(used.current(), source.getName()))
                    .build());
        } catch (Undecided e) {
            throw new Failed(
                    "FailedGetResourceMetric",
                    e.why(),
                    "failed to get " + source.getName() + " resource metric value: " + e.why());
        }
    }

    private One containerResource(Target target, ContainerResourceMetricSource source) throws Failed {
        try {
            Used used = used(target, source.getTarget(), source.getName(), source.getContainer(), "container resource");
            return used.one(new MetricStatusBuilder()
                    .withType("ContainerResource")
                    .withContainerResource(
                            new ContainerResourceMetricStatus(source.getContainer(), used.current(), source.getName()))
                    .build());
        } catch (Undecided e) {
            throw new Failed(
                    "FailedGetContainerResourceMetric",
                    e.why(),
                    "failed to get " + source.getContainer() + " container metric value: " + e.why());
        }
    }

    private record Used(int replicas, String name, MetricValueStatus current) {
        One one(MetricStatus status) {
            return new One(replicas, name, status);
        }
    }

    private Used used(Target target, MetricTarget wanted, String resource, String container, String words)
            throws Undecided {
        boolean binary = resource.equals("memory");
        if (wanted.getAverageValue() != null) {
            try {
                Proposal proposal = calculator.averageUse(
                        target, resource, container, Amounts.milli(wanted.getAverageValue()), Tolerances.DEFAULT);
                return new Used(
                        proposal.replicas(),
                        resource + " resource",
                        new MetricValueStatusBuilder()
                                .withAverageValue(quantity(proposal.usage(), binary))
                                .build());
            } catch (Undecided e) {
                throw new Undecided("failed to get " + resource + " usage: " + e.why());
            }
        }
        try {
            Proposal proposal = calculator.utilization(
                    target, resource, container, wanted.getAverageUtilization(), Tolerances.DEFAULT);
            return new Used(
                    proposal.replicas(),
                    resource + " " + words + " utilization (percentage of request)",
                    new MetricValueStatusBuilder()
                            .withAverageUtilization(proposal.utilization())
                            .withAverageValue(quantity(proposal.usage(), binary))
                            .build());
        } catch (Undecided e) {
            throw new Undecided("failed to get " + resource + " utilization: " + e.why());
        }
    }

    private One pods(Target target, PodsMetricSource source) throws Failed {
        MetricIdentifier metric = source.getMetric();
        try {
            Proposal proposal = calculator.podsMetric(
                    target,
                    metric.getName(),
                    LabelSelectors.text(metric.getSelector()),
                    Amounts.milli(source.getTarget().getAverageValue()),
                    Tolerances.DEFAULT);
            return new One(
                    proposal.replicas(),
                    "pods metric " + metric.getName(),
                    new MetricStatusBuilder()
                            .withType("Pods")
                            .withPods(new PodsMetricStatus(average(proposal), metric))
                            .build());
        } catch (Undecided e) {
            throw new Failed("FailedGetPodsMetric", e.why(), "failed to get pods metric value: " + e.why());
        }
    }

    private One object(Target target, ObjectMetricSource source) throws Failed {
        MetricIdentifier metric = source.getMetric();
        boolean perPod = source.getTarget().getType().equals("AverageValue");
        Quantity wanted = perPod
                ? source.getTarget().getAverageValue()
                : source.getTarget().getType().equals("Value")
                        ? source.getTarget().getValue()
                        : null;
        if (wanted == null) {
            String why = "invalid object metric source: neither a value target nor an average value target was set";
            throw new Failed("FailedGetObjectMetric", why, "failed to get object metric value: " + why);
        }
        try {
            Proposal proposal = calculator.objectMetric(
                    target,
                    source.getDescribedObject(),
                    metric.getName(),
                    LabelSelectors.text(metric.getSelector()),
                    Amounts.milli(wanted),
                    perPod,
                    Tolerances.DEFAULT);
            String name = perPod
                    ? "external metric " + named(metric)
                    : source.getDescribedObject().getKind() + " metric " + metric.getName();
            return new One(
                    proposal.replicas(),
                    name,
                    new MetricStatusBuilder()
                            .withType("Object")
                            .withObject(new ObjectMetricStatus(
                                    perPod ? average(proposal) : value(proposal), source.getDescribedObject(), metric))
                            .build());
        } catch (Undecided e) {
            String inner = perPod ? "failed to get " + metric.getName() + " object metric: " + e.why() : e.why();
            throw new Failed("FailedGetObjectMetric", e.why(), "failed to get object metric value: " + inner);
        }
    }

    private One external(Target target, ExternalMetricSource source) throws Failed {
        MetricIdentifier metric = source.getMetric();
        boolean perPod = source.getTarget().getAverageValue() != null;
        Quantity wanted = perPod
                ? source.getTarget().getAverageValue()
                : source.getTarget().getValue();
        try {
            Proposal proposal = calculator.externalMetric(
                    target,
                    metric.getName(),
                    LabelSelectors.text(metric.getSelector()),
                    LabelSelectors.printed(metric.getSelector()),
                    Amounts.milli(wanted),
                    perPod,
                    Tolerances.DEFAULT);
            return new One(
                    proposal.replicas(),
                    "external metric " + named(metric),
                    new MetricStatusBuilder()
                            .withType("External")
                            .withExternal(
                                    new ExternalMetricStatus(perPod ? average(proposal) : value(proposal), metric))
                            .build());
        } catch (Undecided e) {
            String inner = perPod
                    ? "failed to get " + metric.getName() + " external metric: " + e.why()
                    : "failed to get external metric " + metric.getName() + ": " + e.why();
            throw new Failed(
                    "FailedGetExternalMetric",
                    e.why(),
                    "failed to get " + metric.getName() + " external metric value: " + inner);
        }
    }

    private static String named(MetricIdentifier metric) {
        return metric.getName() + "(" + LabelSelectors.printed(metric.getSelector()) + ")";
    }

    private static MetricValueStatus average(Proposal proposal) {
        return new MetricValueStatusBuilder()
                .withAverageValue(quantity(proposal.usage(), false))
                .build();
    }

    private static MetricValueStatus value(Proposal proposal) {
        return new MetricValueStatusBuilder()
                .withValue(quantity(proposal.usage(), false))
                .build();
    }

    private static Quantity quantity(long milli, boolean binary) {
        return new Quantity(Amounts.text(BigDecimal.valueOf(milli, 3), binary));
    }
}
