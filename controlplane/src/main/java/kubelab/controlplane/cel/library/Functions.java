package kubelab.controlplane.cel.library;

import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.CelType;
import dev.cel.runtime.CelFunctionBinding;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Collects functions: their types for the compiler, their code for the evaluation. */
public final class Functions {
    private final Map<String, List<CelOverloadDecl>> declared = new LinkedHashMap<>();
    private final List<CelFunctionBinding> bound = new ArrayList<>();

    /** All of Kubernetes' own. */
    public static Functions kubernetes() {
        Functions all = new Functions();
        StringFormat.addTo(all);
        ListFunctions.addTo(all);
        RegexFunctions.addTo(all);
        UrlFunctions.addTo(all);
        QuantityFunctions.addTo(all);
        AddressFunctions.addTo(all);
        NamedFormats.addTo(all);
        SemverFunctions.addTo(all);
        return all;
    }

    public List<CelFunctionDecl> declarations() {
        return declared.entrySet().stream()
                .map(e -> CelFunctionDecl.newFunctionDeclaration(e.getKey(), e.getValue()))
                .toList();
    }

    public List<CelFunctionBinding> bindings() {
        return List.copyOf(bound);
    }

    /** {@code name(parameters)} */
    Functions global(String name, CelType result, List<CelType> parameters, Function<Object[], Object> code) {
        return add(name, CelOverloadDecl.newGlobalOverload(id(name), result, parameters), parameters.size(), code);
    }

    /** {@code parameters[0].name(the others)} */
    Functions member(String name, CelType result, List<CelType> parameters, Function<Object[], Object> code) {
        return add(name, CelOverloadDecl.newMemberOverload(id(name), result, parameters), parameters.size(), code);
    }

    @SuppressWarnings("Immutable") // the functions have no state
    private Functions add(String name, CelOverloadDecl overload, int parameters, Function<Object[], Object> code) {
        declared.computeIfAbsent(name, n -> new ArrayList<>()).add(overload);
        bound.add(CelFunctionBinding.from(
                overload.overloadId(), Collections.nCopies(parameters, Object.class), code::apply));
        return this;
    }

    private String id(String name) {
        return "kubernetes_" + name + "_" + bound.size();
    }
}
