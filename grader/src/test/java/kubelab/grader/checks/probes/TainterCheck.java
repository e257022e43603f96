package kubelab.grader.checks.probes;

import io.fabric8.kubernetes.api.model.Node;
import java.util.List;
import kubelab.grader.check.Check;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Looks;
import kubelab.grader.check.Observation;

/** A node must be tainted and a PriorityClass be there, neither of which was there before. */
public final class TainterCheck implements Check {
    private static final String KEY = "probe";

    private boolean clean;

    @Override
    public void prepare(CheckContext run) {
        clean = tainted(run).isEmpty()
                && run.client()
                                .scheduling()
                                .v1()
                                .priorityClasses()
                                .withName(KEY)
                                .get()
                        == null;
    }

    @Override
    public Looks looks() {
        return new Looks().look("tainted", this::look);
    }

    private Observation look(CheckContext run) {
        int nodes = run.client().nodes().list().getItems().size();
        boolean classThere =
                run.client().scheduling().v1().priorityClasses().withName(KEY).get() != null;
        return clean && nodes == 3 && tainted(run).size() == 1 && classThere
                ? Observation.holds("tainted")
                : Observation.never(
                        "a clean cluster of 3 nodes, now with one taint and a PriorityClass",
                        (clean ? "clean" : "not clean") + " before, " + nodes + " nodes, "
                                + tainted(run).size() + " taints, PriorityClass: " + classThere);
    }

    private static List<Node> tainted(CheckContext run) {
        return run.client().nodes().list().getItems().stream()
                .filter(n -> n.getSpec().getTaints().stream()
                        .anyMatch(t -> t.getKey().equals(KEY)))
                .toList();
    }
}
