package kubelab.grader.checks.pods;

import java.time.Duration;
import java.util.Map;
import kubelab.grader.check.Check;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Looks;
import kubelab.grader.check.Observation;
import kubelab.grader.looks.AccessLog;
import kubelab.grader.looks.Endurance;
import kubelab.grader.looks.Files;
import kubelab.grader.looks.LogWatch;
import kubelab.grader.looks.Pods;

/** pods-1. The page changes under the client: only one that asks each time prints what the server has now. */
final class TwoContainersCheck implements Check {
    private static final String POD = "duo";
    private static final String PAGE = "/usr/share/nginx/html/index.html";

    private LogWatch log = new LogWatch(POD, "client");
    private String mark = "";
    private int restarts;
    /** Longer than the other looks take: a client that counts to twelve ends after all of them. */
    private final Endurance endurance = new Endurance(POD, Duration.ofSeconds(14), "client");

    @Override
    public Looks looks() {
        return new Looks()
                .look("two", run -> Pods.allRun(run, POD, "server", "client"))
                .look("server", endurance::begin, run -> Pods.answers(run, POD, 80, "", "nginx", "nginx's page"))
                .look("images", run -> Pods.images(run, POD, Map.of("server", "nginx:1.27", "client", "busybox:1.36")))
                .look(
                        "asks",
                        run -> newPage(run, "true"),
                        run -> AccessLog.localToo(run, POD, "server", clientPrints(run)))
                .look("outage", this::takePageAway, run -> Pods.lives(run, POD, "client", restarts, "to go on asking"))
                .look("again", run -> newPage(run, "mv /tmp/page " + PAGE), this::clientPrints)
                .look("stays", endurance::goesOn);
    }

    private void newPage(CheckContext run, String first) {
        log = new LogWatch(POD, "client");
        mark = run.word();
        Files.sh(run, POD, "server", first + "; echo " + mark + " >> " + PAGE);
    }

    private Observation clientPrints(CheckContext run) {
        run.note("pages", log.count(run, "</html>"));
        return log.repeats(
                run, mark, "nginx", "the page", "nginx's page in the client's log, once more about every second");
    }

    private void takePageAway(CheckContext run) {
        restarts = Pods.restarts(run, POD, "client");
        Files.sh(run, POD, "server", "mv " + PAGE + " /tmp/page");
    }
}
