package kubelab.controlplane.apiserver.validation;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Leases, runtime classes, revisions. Source: validation under k8s.io/kubernetes/pkg/apis/{coordination,node,apps,core}
 * (1.34).
 */
final class ClusterRules {
    private ClusterRules() {}

    static void lease(Field lease) {
        Field spec = lease.get("spec");
        Field duration = spec.get("leaseDurationSeconds");
        if (duration.isSet() && duration.number() <= 0) {
            duration.invalid("must be greater than 0");
        }
        spec.get("leaseTransitions").notNegative();
        if (!spec.get("preferredHolder").isEmpty() && spec.get("strategy").isEmpty()) {
            spec.get("preferredHolder").forbidden("may only be specified if `strategy` is defined");
        }
    }

    static void runtimeClass(Field object) {
        object.get("handler").name(Names::label);
        Field fixed =
                new Field("overhead.limits", object.at("overhead", "podFixed").node(), object.errors());
        for (String name : fixed.keys()) {
            ResourceRules.containerName(fixed.key(name), name);
            ResourceRules.amount(fixed.key(name), name);
        }
        Field scheduling = object.get("scheduling");
        MetadataRules.labels(
                "scheduling.nodeSelector", scheduling.get("nodeSelector").node(), object.errors());
        // upstream says it twice
        Field tolerations = scheduling.get("tolerations");
        SchedulingRules.tolerations(
                new Field("scheduling.tolerations.tolerations", tolerations.node(), object.errors()));
        Set<JsonNode> seen = new HashSet<>();
        for (Field toleration : tolerations.items()) {
            ObjectNode key = (ObjectNode) toleration.node().deepCopy();
            key.remove("tolerationSeconds");
            if (!seen.add(key)) {
                object.errors().duplicateObject(toleration.path(), "{…}");
            }
        }
    }

    static void revision(Field object) {
        object.get("revision").notNegative();
        JsonNode data = object.get("data").node();
        if (data.isMissingNode() || data.isNull()) {
            object.get("data").required("data is mandatory");
        } else if (!data.isObject()) {
            object.get("data").required("data must be a valid JSON object");
        }
    }

    static void revisionUpdate(Field object, JsonNode old) {
        object.get("revision").notNegative();
        if (!object.get("data").node().equals(old.path("data"))) {
            object.errors().invalid("data", object.get("data").node(), "field is immutable");
        }
    }

    static void namespace(Field object) {
        for (Field finalizer : object.at("spec", "finalizers").items()) {
            Field list = object.at("spec", "finalizers");
            Names.qualified(finalizer.text()).forEach(reason -> list.invalid(finalizer.text(), reason));
            if (!finalizer.text().contains("/")
                    && !List.of("kubernetes", "orphan", "foregroundDeletion").contains(finalizer.text())) {
                list.invalid(finalizer.text(), "name is neither a standard finalizer name nor is it fully qualified");
            }
        }
    }

    static void node(Field object) {
        for (Field range : object.at("spec", "podCIDRs").items()) {
            Addresses.range(range.path(), range.text(), range.errors());
        }
        List<Field> ranges = object.at("spec", "podCIDRs").items();
        boolean dual = ranges.size() == 2
                && ranges.get(0).text().contains(":") != ranges.get(1).text().contains(":");
        if (ranges.size() > 1 && !dual) {
            object.at("spec", "podCIDRs").invalid("may specify no more than one CIDR for each IP family");
        }
        for (String list : List.of("capacity", "allocatable")) {
            Field amounts = object.at("status", list);
            for (String name : amounts.keys()) {
                ResourceRules.amount(amounts.get(name), name);
            }
        }
    }
}
