package kubelab.controlplane.apiserver.validation;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which nodes and neighbours a Pod wants. Source: k8s.io/kubernetes/pkg/apis/core/validation (1.34). */
final class AffinityRules {
    private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
    private static final String PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";

    private AffinityRules() {}

    static void check(Field affinity) {
        Field nodes = affinity.get("nodeAffinity");
        if (nodes.has(REQUIRED)) {
            nodeSelector(nodes.get(REQUIRED), true);
        }
        for (Field preferred : nodes.get(PREFERRED).items()) {
            weight(preferred);
            nodeTerm(preferred.get("preference"), false);
        }
        for (String kind : List.of("podAffinity", "podAntiAffinity")) {
            Field pods = affinity.get(kind);
            pods.get(REQUIRED).items().forEach(AffinityRules::podTerm);
            for (Field preferred : pods.get(PREFERRED).items()) {
                weight(preferred);
                podTerm(preferred.get("podAffinityTerm"));
            }
        }
    }

    private static void weight(Field preferred) {
        Field weight = preferred.get("weight");
        if (weight.number() < 1 || weight.number() > 100) {
            weight.invalidNumber(weight.number(), "must be in the range 1-100");
        }
    }

    /** @param values whether they must look like values of labels */
    static void nodeSelector(Field selector, boolean values) {
        Field terms = selector.get("nodeSelectorTerms");
        if (terms.isEmpty()) {
            terms.required("must have at least one node selector term");
        }
        terms.items().forEach(term -> nodeTerm(term, values));
    }

    private static void nodeTerm(Field term, boolean values) {
        term.get("matchExpressions").items().forEach(expression -> nodeExpression(expression, values));
        for (Field field : term.get("matchFields").items()) {
            boolean known = field.is("operator", "In") || field.is("operator", "NotIn");
            if (!known) {
                field.get("operator").invalid(field.text("operator"), "not a valid selector operator");
            } else if (field.get("values").items().size() != 1) {
                field.get("values")
                        .required("must be only one value when `operator` is 'In' or 'NotIn' for node field selector");
            }
            if (!field.is("key", "metadata.name")) {
                field.get("key").invalid(field.text("key"), "not a valid field selector key");
            } else {
                field.get("values").items().forEach(value -> value.name(Names::subdomain));
            }
        }
    }

    private static void nodeExpression(Field expression, boolean checked) {
        Field values = expression.get("values");
        int count = values.items().size();
        switch (expression.text("operator")) {
            case "In", "NotIn" -> {
                if (count == 0) {
                    values.required("must be specified when `operator` is 'In' or 'NotIn'");
                }
            }
            case "Exists", "DoesNotExist" -> {
                if (count > 0) {
                    values.forbidden("may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                }
            }
            case "Gt", "Lt" -> {
                if (count != 1) {
                    values.required("must be specified single value when `operator` is 'Lt' or 'Gt'");
                }
            }
            default -> expression.get("operator").invalid(expression.text("operator"), "not a valid selector operator");
        }
        expression.get("key").name(Names::qualified);
        if (checked) {
            values.items().forEach(value -> value.name(Names::labelValue));
        }
    }

    private static void podTerm(Field term) {
        SelectorRules.check(term.get("labelSelector"));
        SelectorRules.check(term.get("namespaceSelector"));
        for (Field namespace : term.get("namespaces").items()) {
            Names.label(namespace.text())
                    .forEach(reason -> term.get("namespace").invalid(namespace.text(), reason));
        }
        matchKeys(term);
        if (term.get("topologyKey").isEmpty()) {
            term.get("topologyKey").required("can not be empty");
        }
        term.get("topologyKey").name(Names::qualified);
    }

    /** {@code matchLabelKeys} and {@code mismatchLabelKeys} of a term or of a spread constraint. */
    static void matchKeys(Field term) {
        Field selector = term.get("labelSelector");
        List<Field> matching = term.get("matchLabelKeys").items();
        for (Field keys : List.of(term.get("matchLabelKeys"), term.get("mismatchLabelKeys"))) {
            if (!keys.isEmpty() && !selector.isSet()) {
                keys.forbidden("must not be specified when labelSelector is not set");
            } else {
                keys.items().forEach(key -> key.name(Names::qualified));
            }
        }
        Set<String> selected = new HashSet<>(selector.get("matchLabels").keys());
        for (Field expression : selector.get("matchExpressions").items()) {
            String key = expression.text("key");
            for (int i = 0; i < matching.size(); i++) {
                if (matching.get(i).text().equals(key) && selected.contains(key)) {
                    new Field(term.path() + "[" + i + "]", term.node(), term.errors())
                            .invalid(key, "exists in both matchLabelKeys and labelSelector");
                }
            }
            selected.add(key);
        }
        Set<String> mismatching = new HashSet<>();
        term.get("mismatchLabelKeys").items().forEach(key -> mismatching.add(key.text()));
        for (Field key : matching) {
            if (mismatching.contains(key.text())) {
                key.invalid(key.text(), "exists in both matchLabelKeys and mismatchLabelKeys");
            }
        }
    }
}
