package kubelab.controlplane.admission.policy;

import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kubelab.controlplane.cel.CompileFailure;
import kubelab.controlplane.cel.Expression;
import kubelab.controlplane.cel.Language;
import kubelab.controlplane.cel.Scope;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Where a policy's expressions stand: conditions see no variables of the policy, and each variable those before it. */
final class PolicyScopes {
    private final boolean params;
    private final Map<String, CelType> known = new LinkedHashMap<>();
    private @Nullable Scope scope;

    PolicyScopes(ObjectNode policy) {
        params = Json.object(policy, "spec", "paramKind") != null;
    }

    /** Of conditions. */
    static Scope plain(ObjectNode policy) {
        return new PolicyScopes(policy).make(false);
    }

    /** With the variables that have been added. */
    Scope scope() {
        Scope made = scope;
        if (made == null) {
            made = make(true);
            scope = made;
        }
        return made;
    }

    /** @throws CompileFailure and the variable is known all the same, as one of any type */
    Expression add(String name, String source) throws CompileFailure {
        Scope before = scope();
        scope = null;
        known.put(name, SimpleType.DYN);
        Expression expression = before.compile(source);
        known.put(name, expression.type());
        return expression;
    }

    private Scope make(boolean withVariables) {
        Map<String, CelType> types = new LinkedHashMap<>();
        Map<String, CelType> variables = new LinkedHashMap<>();
        for (String any : List.of("object", "oldObject")) {
            variables.put(any, SimpleType.DYN);
        }
        variables.put("request", RequestValues.requestType(types));
        variables.put("namespaceObject", RequestValues.namespaceType(types));
        if (params) {
            variables.put("params", SimpleType.DYN);
        }
        if (withVariables) {
            variables.put("variables", RequestValues.struct("kubernetes.variables", known, types));
        }
        return Language.KUBERNETES.scope(variables, types);
    }
}
