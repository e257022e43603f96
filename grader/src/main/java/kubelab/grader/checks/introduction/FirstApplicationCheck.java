package kubelab.grader.checks.introduction;

import java.util.List;
import java.util.Map;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Looks;
import kubelab.grader.check.Observation;
import kubelab.grader.check.PreparedCheck;
import kubelab.grader.looks.Deployments;
import kubelab.grader.looks.Given;
import kubelab.grader.looks.Http;
import kubelab.grader.looks.ServiceEndpoints;

/** introduction-2. Allowed: any program with the text, any Service with port 80. Refused: what a new Pod does not have. */
final class FirstApplicationCheck implements PreparedCheck {
    private String text = "";

    @Override
    public void plan(CheckContext run) {
        text = "Hello from " + run.word();
    }

    @Override
    public void prepare(CheckContext run) {
        Given.configMap(run, "page", Map.of("index.html", text + "\n"));
        Http.from(run).ready();
    }

    @Override
    public Looks looks() {
        return new Looks()
                .look("two", FirstApplicationCheck::two)
                .look("text", this::answers)
                .look("each", FirstApplicationCheck::each)
                .look("replaced", run -> Deployments.deleteOne(run, "hello"), this::again);
    }

    private static Observation two(CheckContext run) {
        return Deployments.allRun(run, "hello", 2, "no node has room for them");
    }

    private Observation answers(CheckContext run) {
        run.note("text", text);
        return Http.says(run, "hello:80/", text, "the text of index.html at http://hello");
    }

    private static Observation each(CheckContext run) {
        boolean all =
                Deployments.pods(run, "hello").stream().allMatch(pod -> ServiceEndpoints.leadsTo(run, "hello", pod));
        return all
                ? Observation.holds("both of them")
                : Observation.notYet("each Pod of hello behind the Service hello", "it does not lead to one of them");
    }

    /** The deleted Pod does not count from then on, even while it still ends. */
    private Observation again(CheckContext run) {
        return Observation.each(List.of(two(run), each(run), answers(run)), seen -> seen, "you had nothing to do");
    }
}
