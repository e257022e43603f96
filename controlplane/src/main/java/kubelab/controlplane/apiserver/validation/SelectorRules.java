package kubelab.controlplane.apiserver.validation;

/** Label selectors. Source: k8s.io/apimachinery/pkg/apis/meta/v1/validation (1.34). */
final class SelectorRules {
    private SelectorRules() {}

    /** @return whether it is right */
    static boolean check(Field selector) {
        int before = selector.errors().size();
        MetadataRules.labels(
                selector.get("matchLabels").path(), selector.get("matchLabels").node(), selector.errors());
        for (Field expression : selector.get("matchExpressions").items()) {
            Field values = expression.get("values");
            switch (expression.text("operator")) {
                case "In", "NotIn" -> {
                    if (values.isEmpty()) {
                        values.required("must be specified when `operator` is 'In' or 'NotIn'");
                    }
                }
                case "Exists", "DoesNotExist" -> {
                    if (!values.isEmpty()) {
                        values.forbidden("may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                    }
                }
                default ->
                    expression.get("operator").invalid(expression.text("operator"), "not a valid selector operator");
            }
            expression.get("key").name(Names::qualified);
            values.items().forEach(value -> value.name(Names::labelValue));
        }
        return selector.errors().size() == before;
    }
}
