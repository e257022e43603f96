package kubelab.controlplane.apiserver.customresources;

import java.util.List;
import java.util.Set;
import kubelab.controlplane.apiserver.request.ApiException.Cause;
import kubelab.controlplane.apiserver.rules.RuleTree;
import kubelab.controlplane.apiserver.structural.CustomDefinition;
import kubelab.controlplane.apiserver.structural.Structural;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Holds custom objects against the rules of their version's schema. Nothing of CEL is loaded for a schema without rules.
 *
 * <p>Source: k8s.io/apiextensions-apiserver/pkg/registry/customresource/strategy.go (1.34).
 */
final class CustomRules {
    /** With one of these, an object has not the form that rules expect. */
    private static final Set<String> BLOCKING = Set.of(
            "FieldValueNotSupported",
            "FieldValueRequired",
            "FieldValueTooLong",
            "FieldValueTooMany",
            "FieldValueTypeInvalid");

    private CustomRules() {}

    /** @param known what is wrong with the object already */
    static List<Cause> check(
            CustomDefinition.Version version, ObjectNode object, @Nullable ObjectNode old, List<Cause> known) {
        Structural schema = version.schema();
        if (schema == null || !schema.hasRules()) {
            return List.of();
        }
        if (known.stream().anyMatch(cause -> BLOCKING.contains(cause.reason()))) {
            return List.of(new Cause(
                    "FieldValueInvalid",
                    "Invalid value: null: some validation rules were not checked because the object was invalid;"
                            + " correct the existing errors to complete validation",
                    "<nil>"));
        }
        RuleTree rules = rules(schema);
        return rules == null ? List.of() : rules.check(object, old, "").causes();
    }

    /** What rules find wrong in places that an update leaves as they were. */
    static List<String> warnings(CustomDefinition.Version version, ObjectNode object, ObjectNode old) {
        Structural schema = version.schema();
        RuleTree rules = schema == null || !schema.hasRules() ? null : rules(schema);
        return rules == null ? List.of() : rules.check(object, old, "").warnings();
    }

    private static @Nullable RuleTree rules(Structural schema) {
        return schema.compiled(RuleTree.class, () -> RuleTree.of(schema, true));
    }
}
