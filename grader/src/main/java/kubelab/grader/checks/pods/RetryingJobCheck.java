package kubelab.grader.checks.pods;

import java.util.List;
import java.util.regex.Pattern;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Looks;
import kubelab.grader.check.PreparedCheck;
import kubelab.grader.looks.Jobs;
import kubelab.grader.looks.Pods;

/** pods-4. While the gate is shut, attempts fail; it is opened. A Job waits 10 s before its first retry, on every cluster. */
final class RetryingJobCheck implements PreparedCheck {
    private static final String JOB = "parcel";
    private static final String AGAIN = "parcel-once-more";
    private static final String GATE =
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: gate}\ndata: {open: '%s', parcel: %s}";

    private String word = "";
    private Pattern delivered = Pattern.compile("");
    private List<String> earlier = List.of();
    private boolean boasted;

    @Override
    public void plan(CheckContext run) {
        word = run.word();
        delivered = Pattern.compile("(?<!not )delivered\\W+" + word);
    }

    @Override
    public void prepare(CheckContext run) {
        run.create(GATE.formatted("no", word));
    }

    @Override
    public Looks looks() {
        String expected = "the Job Complete, with \"delivered\" and the word in the log of its last Pod";
        return new Looks()
                .look("attempt", run -> Jobs.attemptFails(run, JOB, "while the gate is shut"))
                .look("delivers", this::openGate, run -> Jobs.completes(run, JOB, delivered, earlier, expected))
                .look("honest", run -> Jobs.keptQuiet(boasted))
                .look("fresh", run -> Jobs.keepsFailedPod(run, JOB))
                .look("limit", run -> Jobs.retries(run, JOB, 3))
                .look("shut", this::shutGate, run -> Jobs.attemptFails(run, AGAIN, "while the gate is shut again"));
    }

    private void openGate(CheckContext run) {
        earlier = Jobs.attempts(run, JOB).stream().map(Pods::name).toList();
        boasted = Jobs.said(run, JOB, delivered);
        run.replace(GATE.formatted("yes", word));
    }

    /** Late, and with the first attempt of a new Job: an answer that only waits or counts does not fail now. */
    private void shutGate(CheckContext run) {
        run.note("attempts", Jobs.attempts(run, JOB).size());
        run.replace(GATE.formatted("no", word));
        Jobs.again(run, JOB, AGAIN);
    }
}
