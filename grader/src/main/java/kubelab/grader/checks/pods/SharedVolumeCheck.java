package kubelab.grader.checks.pods;

import kubelab.grader.check.Check;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Looks;
import kubelab.grader.check.Observation;
import kubelab.grader.looks.Files;
import kubelab.grader.looks.LogWatch;
import kubelab.grader.looks.Pods;

/** pods-2. What the producer writes the consumer reads, also a word that only the check knows; and it must not write. */
final class SharedVolumeCheck implements Check {
    private static final String POD = "exchange";

    private final LogWatch log = new LogWatch(POD, "consumer");
    private String word = "";

    @Override
    public void plan(CheckContext run) {
        word = run.word();
    }

    @Override
    public Looks looks() {
        return new Looks()
                .look("two", run -> Pods.allRun(run, POD, "producer", "consumer"))
                .look("flows", run -> Files.sh(run, POD, "producer", "echo " + word + " >> /out/lines"), this::flows)
                .look("shared", run -> Files.sh(run, POD, "producer", "echo " + word + " > /out/" + word), this::shared)
                .look("readonly", run -> Files.refusesWrite(run, POD, "consumer", "/in", word + "-too"))
                .look("lifetime", run -> Pods.volumes(run, POD, "emptyDir", "ephemeral"))
                .look("complete", run -> log.isComplete(run, "line "));
    }

    private Observation flows(CheckContext run) {
        run.note("lines", log.count(run, "line "));
        return log.follows(
                run, word, "line ", "\"line 1\", \"line 2\", … in the consumer's log, and more of them every second");
    }

    private Observation shared(CheckContext run) {
        String expected = "the consumer to find in /in what was written to /out of the producer";
        return Files.shows(run, POD, "consumer", "/in/" + word, word, expected);
    }
}
