package kubelab.controlplane.apiserver.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kubelab.controlplane.apiserver.registry.VersionedKinds;
import tools.jackson.databind.node.ObjectNode;

/** HorizontalPodAutoscalers. Source: k8s.io/kubernetes/pkg/apis/autoscaling/validation (1.34). */
final class AutoscalerRules {
    private static final String OLDER = "autoscaling/v1";
    private static final String NEWER = "autoscaling/v2";
    private static final int LONGEST_PERIOD = 1800;
    private static final int LONGEST_WINDOW = 3600;
    /** In the order in which they are looked at. */
    private static final List<String> SOURCES = List.of("object", "external", "pods", "resource", "containerResource");

    private static final Map<String, String> SOURCE_OF_TYPE = Map.of(
            "Object", "object",
            "External", "external",
            "Pods", "pods",
            "Resource", "resource",
            "ContainerResource", "containerResource");
    private static final String[] TYPES = {"ContainerResource", "External", "Object", "Pods", "Resource"};

    private AutoscalerRules() {}

    /** Version 1 is checked as what it is in version 2: its metrics stand in annotations. */
    static void check(Field object) {
        boolean older = object.is("apiVersion", OLDER) && object.node() instanceof ObjectNode;
        Field spec = older
                ? new Field("", VersionedKinds.convert((ObjectNode) object.node(), OLDER, NEWER), object.errors())
                        .get("spec")
                : object.get("spec");
        Field least = spec.get("minReplicas");
        Field most = spec.get("maxReplicas");
        if (least.isSet() && least.number() < 1) {
            least.invalid("must be greater than or equal to 1");
        }
        if (most.number() < 1) {
            most.invalidNumber(most.number(), "must be greater than 0");
        }
        if (least.isSet() && most.number() < least.number()) {
            most.invalidNumber(most.number(), "must be greater than or equal to `minReplicas`");
        }
        reference(spec.get("scaleTargetRef"), spec.get("scaleTargetRef").is("kind", "ReplicationController"));
        spec.get("metrics").items().forEach(AutoscalerRules::metric);
        boolean toZero = spec.get("metrics").items().stream()
                .anyMatch(metric -> metric.is("type", "Object") || metric.is("type", "External"));
        if (least.isSet() && least.number() == 0 && !toZero) {
            spec.get("metrics")
                    .forbidden("must specify at least one Object or External metric to support scaling to zero"
                            + " replicas");
        }
        for (String direction : List.of("scaleUp", "scaleDown")) {
            if (spec.get("behavior").has(direction)) {
                rules(spec.at("behavior", direction));
            }
        }
    }

    private static void reference(Field reference, boolean mayBeCore) {
        for (String part : List.of("kind", "name")) {
            reference.get(part).requiredName(MetadataRules::pathSegment);
        }
        Field version = reference.get("apiVersion");
        String text = version.text();
        if (text.chars().filter(c -> c == '/').count() > 1) {
            version.invalid("unexpected GroupVersion string: " + text);
        } else if (!mayBeCore && !(text.indexOf('/') > 0)) {
            version.invalid("apiVersion must specify API group");
        }
    }

    private static void metric(Field metric) {
        String type = metric.text("type");
        if (type.isEmpty()) {
            metric.get("type").required("must specify a metric source type");
        }
        String expected = SOURCE_OF_TYPE.get(type);
        if (expected == null) {
            metric.get("type").unsupported(TYPES);
        }
        List<String> there = new ArrayList<>(SOURCES);
        there.removeIf(source -> !metric.has(source));
        if (!there.isEmpty()) {
            source(there.get(0), metric.get(there.get(0)));
        }
        if (expected != null && !metric.has(expected)) {
            metric.get(expected).required("must populate information for the given metric source");
        }
        if (there.size() != 1) {
            there.stream().filter(source -> !source.equals(expected)).forEach(source -> metric.get(source)
                    .forbidden("must populate the given metric source only"));
        }
    }

    private static void source(String type, Field source) {
        Field target = source.get("target");
        switch (type) {
            case "object" -> {
                reference(source.get("describedObject"), true);
                identifier(source.get("metric"));
                target(target);
                if (!target.has("value") && !target.has("averageValue")) {
                    target.get("averageValue").required("must set either a target value or averageValue");
                }
            }
            case "external" -> {
                identifier(source.get("metric"));
                target(target);
                if (!target.has("value") && !target.has("averageValue")) {
                    target.get("averageValue")
                            .required("must set either a target value for metric or a per-pod target");
                } else if (target.has("value") && target.has("averageValue")) {
                    target.get("value").forbidden("may not set both a target value for metric and a per-pod target");
                }
            }
            case "pods" -> {
                identifier(source.get("metric"));
                target(target);
                if (!target.has("averageValue")) {
                    target.get("averageValue").required("must specify a positive target averageValue");
                }
            }
            default -> resource(type, source, target);
        }
    }

    private static void resource(String type, Field source, Field target) {
        Field name = source.get("name");
        if (name.isEmpty()) {
            name.required("must specify a resource name");
        } else if (type.equals("containerResource")) {
            ResourceRules.containerName(name, name.text());
        }
        Field container = source.get("container");
        if (type.equals("containerResource") && container.isEmpty()) {
            container.required("must specify a container");
        } else if (type.equals("containerResource")) {
            container.name(Names::label);
        }
        target(target);
        boolean relative = target.has("averageUtilization");
        if (!relative && !target.has("averageValue")) {
            target.get("averageUtilization").required("must set either a target raw value or a target utilization");
        } else if (relative && target.has("averageValue")) {
            target.get("averageValue").forbidden("may not set both a target raw value and a target utilization");
        }
    }

    private static void target(Field target) {
        Field type = target.get("type");
        if (type.isEmpty()) {
            type.required("must specify a metric target type");
        }
        if (!List.of("Utilization", "Value", "AverageValue").contains(type.text())) {
            type.invalid(type.text(), "must be either Utilization, Value, or AverageValue");
        }
        for (String amount : List.of("value", "averageValue")) {
            if (target.has(amount) && Quantity.value(target.text(amount)).signum() <= 0) {
                target.get(amount).invalid("must be positive");
            }
        }
        Field percentage = target.get("averageUtilization");
        if (percentage.isSet() && percentage.number() < 1) {
            percentage.invalid("must be greater than 0");
        }
    }

    private static void identifier(Field metric) {
        Field name = metric.get("name");
        if (name.isEmpty()) {
            name.required("must specify a metric name");
        } else {
            name.name(MetadataRules::pathSegment);
        }
    }

    private static void rules(Field rules) {
        Field window = rules.get("stabilizationWindowSeconds");
        if (window.isSet() && window.number() < 0) {
            window.invalid("must be greater than or equal to zero");
        } else if (window.number() > LONGEST_WINDOW) {
            window.invalid("must be less than or equal to " + LONGEST_WINDOW);
        }
        rules.get("selectPolicy").optionallyOneOf("Disabled", "Max", "Min");
        if (rules.get("policies").isEmpty()) {
            rules.get("policies").required("must specify at least one Policy");
        }
        for (Field policy : rules.get("policies").items()) {
            policy.get("type").oneOf("Percent", "Pods");
            policy.get("value").positive();
            Field period = policy.get("periodSeconds");
            period.positive();
            if (period.number() > LONGEST_PERIOD) {
                period.invalid("must be less than or equal to " + LONGEST_PERIOD);
            }
        }
    }
}
