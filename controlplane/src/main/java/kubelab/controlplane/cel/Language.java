package kubelab.controlplane.cel;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.cel.common.CelOptions;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.Map;
import java.util.Optional;
import kubelab.controlplane.cel.library.Functions;

/**
 * CEL as Kubernetes has it: the standard functions, the extensions for strings, lists, sets, optional values and loops with
 * two variables, and Kubernetes' own functions. Thread-safe.
 *
 * <p>Source: k8s.io/apiserver/pkg/cel/environment/base.go (1.34). Simplified: there is no {@code authorizer}, lists that are
 * sets or maps are compared and added in their order, and what the compiler finds wrong is said in the Java library's words
 * where they differ from Go's.
 */
public final class Language {
    /** Made when the first rule appears, which takes about as long as a cluster's start. */
    public static final Language KUBERNETES = new Language();

    private final CelCompiler compiler;
    private final CelRuntime runtime;

    private Language() {
        CelOptions options = CelOptions.current()
                .enableHeterogeneousNumericComparisons(true)
                .enableOptionalSyntax(true)
                .build();
        Functions functions = Functions.kubernetes();
        compiler = CelCompilerFactory.standardCelCompilerBuilder()
                .setOptions(options)
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .addLibraries(
                        CelExtensions.optional(),
                        CelExtensions.strings(),
                        CelExtensions.sets(options),
                        CelExtensions.lists(2),
                        CelExtensions.comprehensions())
                .addFunctionDeclarations(functions.declarations())
                .build();
        runtime = CelRuntimeFactory.standardCelRuntimeBuilder()
                .setOptions(options)
                .addLibraries(
                        CelExtensions.optional(),
                        CelExtensions.strings(),
                        CelExtensions.sets(options),
                        CelExtensions.lists(2),
                        CelExtensions.comprehensions())
                .addFunctionBindings(functions.bindings())
                .build();
    }

    /**
     * @param variables which an expression may use, with their types
     * @param types those of the variables that are objects, by their names
     */
    public Scope scope(Map<String, CelType> variables, Map<String, CelType> types) {
        CelCompilerBuilder builder = compiler.toCompilerBuilder().setTypeProvider(provider(ImmutableMap.copyOf(types)));
        variables.forEach(builder::addVar);
        return new Scope(builder.build(), runtime);
    }

    private static CelTypeProvider provider(ImmutableMap<String, CelType> types) {
        return new CelTypeProvider() {
            @Override
            public ImmutableCollection<CelType> types() {
                return ImmutableList.copyOf(types.values());
            }

            @Override
            public Optional<CelType> findType(String name) {
                return Optional.ofNullable(types.get(name));
            }
        };
    }
}
