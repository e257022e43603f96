package kubelab.controlplane.apiserver.customresources;

import kubelab.controlplane.apiserver.rules.RuleTree;
import kubelab.controlplane.apiserver.structural.Pruning;
import kubelab.controlplane.apiserver.structural.Structural;
import kubelab.controlplane.apiserver.structural.ValueRules;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.JsonNode;

/**
 * A default must be what its schema lets in.
 *
 * <p>Source: k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting/validation.go (1.34).
 */
final class DefaultRules {
    private DefaultRules() {}

    static void check(JsonNode schema, String path, Causes causes) {
        JsonNode value = Json.at(schema, "default");
        if (value != null) {
            Structural compiled = new Structural(schema);
            if (!Pruning.isPruned(value, compiled)) {
                causes.invalid(path + ".default", value.toString(), "must not have unknown fields");
            }
            causes.addAll(ValueRules.check(compiled, value, null, path + ".default"));
            RuleTree rules = compiled.hasRules() ? RuleTree.of(compiled, false) : null;
            if (rules != null && causes.isEmpty()) {
                causes.addAll(rules.check(value, null, path + ".default").causes());
            }
        }
        if (schema.path("items").isObject()) {
            check(schema.path("items"), path + ".items", causes);
        }
        Json.fields(schema.path("properties"))
                .forEach((name, part) -> check(part, path + ".properties[" + name + "]", causes));
    }
}
