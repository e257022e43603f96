package kubelab.controlplane.defaulting;

import java.util.List;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Defaults of admission policies. Source: pkg/apis/admissionregistration/v1/defaults.go (1.34). */
final class PolicyDefaults {
    private PolicyDefaults() {}

    static void policy(ObjectNode policy) {
        ObjectNode spec = Json.ensure(policy, "spec");
        Defaults.word(spec, "failurePolicy", "Fail");
        match(Json.object(spec, "matchConstraints"));
    }

    static void binding(ObjectNode binding) {
        match(Json.object(binding, "spec", "matchResources"));
    }

    private static void match(@Nullable ObjectNode match) {
        if (match == null) {
            return;
        }
        Defaults.word(match, "matchPolicy", "Equivalent");
        for (String selector : List.of("namespaceSelector", "objectSelector")) {
            if (Json.object(match, selector) == null) {
                match.putObject(selector);
            }
        }
        for (String rules : List.of("resourceRules", "excludeResourceRules")) {
            Json.objects(match, rules).forEach(rule -> Defaults.word(rule, "scope", "*"));
        }
    }
}
