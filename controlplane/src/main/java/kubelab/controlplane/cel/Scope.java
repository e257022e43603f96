package kubelab.controlplane.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.compiler.CelCompiler;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.validator.CelValidator;
import dev.cel.validator.CelValidatorFactory;
import dev.cel.validator.validators.DurationLiteralValidator;
import dev.cel.validator.validators.HomogeneousLiteralValidator;
import dev.cel.validator.validators.RegexLiteralValidator;
import dev.cel.validator.validators.TimestampLiteralValidator;
import java.util.regex.Pattern;

/** Where an expression stands: which variables it may use. Thread-safe. */
public final class Scope {
    private static final Pattern CANDIDATES = Pattern.compile(" \\(candidates: .*\\)$", Pattern.MULTILINE);
    private static final Pattern LITERAL =
            Pattern.compile("(timestamp|duration|Regex) validation failed\\. Reason: .*?(?=\\n \\|)", Pattern.DOTALL);
    private static final Pattern ERROR = Pattern.compile("^(ERROR: <input>:\\d+:\\d+: )", Pattern.MULTILINE);

    private final CelCompiler compiler;
    private final CelRuntime runtime;
    private final CelValidator validator;

    Scope(CelCompiler compiler, CelRuntime runtime) {
        this.compiler = compiler;
        this.runtime = runtime;
        validator = CelValidatorFactory.standardCelValidatorBuilder(compiler, runtime)
                .addAstValidators(
                        TimestampLiteralValidator.INSTANCE,
                        DurationLiteralValidator.INSTANCE,
                        RegexLiteralValidator.INSTANCE,
                        HomogeneousLiteralValidator.newInstance("format"))
                .build();
    }

    /** @throws CompileFailure with cel-go's text, as far as the Java library says the same */
    public Expression compile(String source) throws CompileFailure {
        try {
            CelValidationResult parsed = compiler.parse(source);
            if (parsed.hasError()) {
                throw new CompileFailure(ERROR.matcher(parsed.getErrorString()).replaceAll("$1Syntax error: "));
            }
            CelValidationResult checked = compiler.check(parsed.getAst());
            checked = checked.hasError() ? checked : validator.validate(checked.getAst());
            if (checked.hasError()) {
                throw new CompileFailure(asInGo(checked.getErrorString()));
            }
            CelAbstractSyntaxTree tree = checked.getAst();
            return new Expression(source, tree, runtime.createProgram(tree));
        } catch (CelValidationException | CelEvaluationException e) {
            throw new CompileFailure(String.valueOf(e.getMessage()));
        }
    }

    private static String asInGo(String errors) {
        String text = CANDIDATES.matcher(errors).replaceAll("");
        text = LITERAL.matcher(text)
                .replaceAll(found ->
                        "invalid " + (found.group(1).equals("Regex") ? "matches" : found.group(1)) + " argument");
        return text.replace("google.protobuf.Timestamp", "timestamp").replace("google.protobuf.Duration", "duration");
    }
}
