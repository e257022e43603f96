package kubelab.controlplane.cel.library;

import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.CelType;
import dev.cel.runtime.CelFunctionBinding;
import java.util.ArrayList;
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
        return add(name, CelOverloadDecl.newGlobalOverload(id(name), result, parameters), code);
    }

    /** {@code parameters[0].name(the others)} */
    Functions member(String name, CelType result, List<CelType> parameters, Function<Object[], Object> code) {
        return add(name, CelOverloadDecl.newMemberOverload(id(name), result, parameters), code);
    }

    @SuppressWarnings("Immutable") // the functions have no state
    private Functions add(String name, CelOverloadDecl overload, Function<Object[], Object> code) {
        declared.computeIfAbsent(name, n -> new ArrayList<>()).add(overload);
        List<Class<?>> classes = new ArrayList<>();
        overload.parameterTypes().forEach(type -> classes.add(javaClass(type)));
        bound.add(CelFunctionBinding.from(overload.overloadId(), classes, code::apply));
        return this;
    }

    /** Of values that are known only when they come, the class decides which of several functions is meant. */
    private static Class<?> javaClass(CelType type) {
        return switch (type.kind()) {
            case STRING -> String.class;
            case INT -> Long.class;
            case BOOL -> Boolean.class;
            case LIST -> List.class;
            case OPAQUE ->
                switch (type.name()) {
                    case "net.IP" -> Address.class;
                    case "net.CIDR" -> AddressFunctions.Range.class;
                    case "kubernetes.URL" -> UrlFunctions.Url.class;
                    case "kubernetes.Quantity" -> QuantityFunctions.Amount.class;
                    case "kubernetes.Semver" -> SemverFunctions.Version.class;
                    case "kubernetes.NamedFormat" -> NamedFormats.Format.class;
                    default -> Object.class;
                };
            default -> Object.class;
        };
    }

    private String id(String name) {
        return "kubernetes_" + name + "_" + bound.size();
    }
}
