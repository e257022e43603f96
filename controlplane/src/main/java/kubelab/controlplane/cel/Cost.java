package kubelab.controlplane.cel;

import dev.cel.common.ast.CelExpr;
import dev.cel.common.values.CelByteString;
import dev.cel.runtime.CelEvaluationListener;
import java.util.Collection;

/** Counts what an evaluation costs while it goes on, and ends one that costs too much. */
final class Cost implements CelEvaluationListener {
    /** Characters that are looked at for one unit. */
    private static final int CHARACTERS = 10;

    private long units;

    long units() {
        return units;
    }

    @Override
    public void callback(CelExpr place, Object value) {
        units++;
        if (value instanceof String text) {
            units += text.length() / CHARACTERS;
        } else if (value instanceof CelByteString bytes) {
            units += bytes.size() / CHARACTERS;
        } else if (value instanceof Collection<?> list && place.getKind() == CelExpr.ExprKind.Kind.CALL) {
            units += list.size(); // a call made it; a field only shows it
        }
        if (units > Budget.OF_A_CALL) {
            throw new Exceeded();
        }
    }

    /** Ends the evaluation. */
    static final class Exceeded extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Exceeded() {
            super("cost", null, false, false);
        }
    }
}
