package kubelab.controlplane.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelErrorCode;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kubelab.controlplane.apiserver.request.GoText;
import org.jspecify.annotations.Nullable;

/** A compiled expression. Thread-safe. */
public final class Expression {
    private static final Pattern FRAME = Pattern.compile("^evaluation error(?: at <input>:\\d+)?: ");
    private static final Pattern NO_KEY =
            Pattern.compile("key '(.*)' is not present in map\\.|Error resolving field '(.*?)'.*");

    private final String source;
    private final CelAbstractSyntaxTree tree;
    private final CelRuntime.Program program;

    Expression(String source, CelAbstractSyntaxTree tree, CelRuntime.Program program) {
        this.source = source;
        this.tree = tree;
        this.program = program;
    }

    public String source() {
        return source;
    }

    public CelType type() {
        return tree.getResultType();
    }

    public boolean isBool() {
        return type().equals(SimpleType.BOOL);
    }

    public boolean isString() {
        return type().equals(SimpleType.STRING);
    }

    public boolean uses(String variable) {
        return tree.getReferenceMap().values().stream()
                .anyMatch(reference -> reference.name().equals(variable));
    }

    /**
     * @param variables all that the scope declares
     * @throws EvaluationFailure when there is no value, or when it would cost too much
     */
    public Object evaluate(Map<String, ?> variables, Budget budget) {
        Cost cost = new Cost();
        try {
            return program.trace(variables, cost);
        } catch (CelEvaluationException e) {
            throw failure(e);
        } catch (Cost.Exceeded e) {
            throw new EvaluationFailure(EvaluationFailure.TOO_EXPENSIVE);
        } catch (StackOverflowError deep) {
            throw new EvaluationFailure("expression is nested too deeply");
        } finally {
            budget.spend(cost.units());
        }
    }

    private EvaluationFailure failure(CelEvaluationException e) {
        for (@Nullable Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof Cost.Exceeded) {
                return new EvaluationFailure(EvaluationFailure.TOO_EXPENSIVE);
            }
            if (cause instanceof EvaluationFailure inner) {
                return inner;
            }
        }
        CelErrorCode code = e.getErrorCode();
        String said = FRAME.matcher(String.valueOf(e.getMessage())).replaceFirst("");
        return new EvaluationFailure(
                switch (code) {
                    case ATTRIBUTE_NOT_FOUND -> "no such key: " + key(said);
                    case INDEX_OUT_OF_BOUNDS ->
                        "index out of bounds: " + said.replaceFirst("^Index out of bounds: ", "");
                    case DIVIDE_BY_ZERO ->
                        source.contains("%") && !source.contains("/") ? "modulus by zero" : "division by zero";
                    case NUMERIC_OVERFLOW -> "integer overflow";
                    case OVERLOAD_NOT_FOUND -> EvaluationFailure.NO_OVERLOAD;
                    case BAD_FORMAT ->
                        said.startsWith("For input string") ? "type conversion error from 'string' to 'int'" : said;
                    case INTERNAL_ERROR -> {
                        Throwable cause = e.getCause();
                        yield cause instanceof IllegalArgumentException ? String.valueOf(cause.getMessage()) : said;
                    }
                    default -> said.startsWith("expected boolean value") ? EvaluationFailure.NO_OVERLOAD : said;
                });
    }

    private static String key(String said) {
        Matcher matcher = NO_KEY.matcher(said);
        if (!matcher.matches()) {
            return said;
        }
        return matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
    }

    @Override
    public String toString() {
        return GoText.quote(source);
    }
}
