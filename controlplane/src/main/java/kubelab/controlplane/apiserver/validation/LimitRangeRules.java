package kubelab.controlplane.apiserver.validation;

import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** LimitRanges. Source: k8s.io/kubernetes/pkg/apis/core/validation (1.34). */
final class LimitRangeRules {
    private static final List<String> TYPES = List.of("Pod", "Container", "PersistentVolumeClaim");

    private LimitRangeRules() {}

    static void check(Field object) {
        Set<String> seen = new HashSet<>();
        for (Field limit : object.at("spec", "limits").items()) {
            Field type = limit.get("type");
            List<String> wrong = Names.qualified(type.text());
            type.errors().name(type.path(), type.text(), wrong);
            if (wrong.isEmpty() && !type.text().contains("/") && !TYPES.contains(type.text())) {
                type.invalid("must be a standard limit type or fully qualified");
            }
            if (!seen.add(type.text())) {
                type.duplicate(type.text());
            }
            limit(limit);
        }
    }

    private static void limit(Field limit) {
        Set<String> names = new TreeSet<>();
        boolean ofPods = limit.is("type", "Pod");
        for (String kind : List.of("max", "min", "default", "defaultRequest", "maxLimitRequestRatio")) {
            if (ofPods && kind.startsWith("default")) {
                if (!limit.get(kind).isEmpty()) {
                    limit.get(kind).forbidden("may not be specified when `type` is 'Pod'");
                }
                continue;
            }
            for (String name : limit.get(kind).keys()) {
                if (ofPods || limit.is("type", "Container")) {
                    ResourceRules.containerName(limit.get(kind).key(name), name);
                } else {
                    ResourceRules.resourceName(limit.get(kind).key(name), name);
                }
                names.add(name);
            }
        }
        if (limit.is("type", "PersistentVolumeClaim")
                && !limit.get("min").has("storage")
                && !limit.get("max").has("storage")) {
            limit.get("limits")
                    .required("either minimum or maximum storage value is required, but neither was provided");
        }
        names.forEach(name -> amounts(limit, name, ofPods));
    }

    private static void amounts(Field limit, String name, boolean ofPods) {
        Field min = limit.get("min").key(name);
        Field max = limit.get("max").key(name);
        Field standard = ofPods ? limit.get("none") : limit.get("default").key(name);
        Field request = ofPods ? limit.get("none") : limit.get("defaultRequest").key(name);
        Field ratio = limit.get("maxLimitRequestRatio").key(name);
        greater(min, max, min, "min value %s is greater than max value %s", min);
        greater(min, request, request, "min value %s is greater than default request value %s", request);
        greater(request, max, request, "default request value %s is greater than max value %s", request);
        greater(request, standard, request, "default request value %s is greater than default limit value %s", request);
        greater(min, standard, standard, "min value %s is greater than default value %s", min);
        greater(standard, max, standard, "default value %s is greater than max value %s", max);
        if (ratio.isSet() && amount(ratio).compareTo(BigDecimal.ONE) < 0) {
            ratio.invalid("ratio " + ratio.text() + " is less than 1");
        }
        if (ratio.isSet() && min.isSet() && max.isSet()) {
            double most = amount(max).doubleValue() / amount(min).doubleValue();
            if (amount(ratio).doubleValue() > most) {
                ratio.invalid("ratio " + ratio.text() + " is greater than max/min = "
                        + String.format(Locale.ROOT, "%f", most));
            }
        }
        if (!ResourceRules.isOvercommitAllowed(name)
                && standard.isSet()
                && request.isSet()
                && amount(standard).compareTo(amount(request)) != 0) {
            request.invalid("default value " + standard.text() + " must equal to defaultRequest value " + request.text()
                    + " in " + name);
        }
    }

    /** @param shown the value that upstream prints */
    private static void greater(Field less, Field more, Field at, String text, Field shown) {
        if (less.isSet() && more.isSet() && amount(less).compareTo(amount(more)) > 0) {
            at.errors().invalid(at.path(), shown.node(), String.format(text, less.text(), more.text()));
        }
    }

    private static BigDecimal amount(Field field) {
        return Quantity.value(field.text());
    }
}
