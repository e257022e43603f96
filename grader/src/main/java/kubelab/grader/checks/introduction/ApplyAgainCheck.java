package kubelab.grader.checks.introduction;

import java.util.Map;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Looks;
import kubelab.grader.check.Observation;
import kubelab.grader.check.PreparedCheck;
import kubelab.grader.looks.Applied;
import kubelab.grader.looks.Http;
import kubelab.grader.looks.Originals;

/** introduction-3. Allowed: any requests that lead there. Refused: a needless write of the spec, and one that is too large. */
final class ApplyAgainCheck implements PreparedCheck {
    private final Applied applied = new Applied();

    @Override
    public void plan(CheckContext run) {
        applied.plan(run);
    }

    @Override
    public void prepare(CheckContext run) {
        applied.prepare(run);
        Originals.remember(run);
        Originals.rememberObjects(run);
        Http.from(run).ready();
    }

    @Override
    public Looks looks() {
        return new Looks()
                .look("changed", this::changed)
                .look("missing", applied::isThereAgain)
                .look("still", ApplyAgainCheck::still)
                .look("others", applied::keepsWhatOthersWrote)
                .look("same", Originals::sameObjects);
    }

    private Observation changed(CheckContext run) {
        Observation value = applied.hasItsValue(run);
        return value instanceof Observation.Holds
                ? Http.serves(run, "web:80/hostname", name -> true, "an answer of the Service web")
                : value;
    }

    private static Observation still(CheckContext run) {
        Observation generation = Applied.hasItsGeneration(run);
        return generation instanceof Observation.Holds ? Originals.untouched(run, Map.of("app", "web")) : generation;
    }
}
