package kubelab.grader.checks.pods;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import kubelab.grader.check.Check;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Criterion;
import kubelab.grader.check.Observation;
import kubelab.grader.looks.Pods;

/** pods-1. Positive: the client hears the server over localhost. Negative: it must not give up when the server fails. */
final class TwoContainersCheck implements Check {
    private static final String POD = "duo";
    private static final String PAGES = "/usr/share/nginx/html/";

    private String word = "";
    private int seen = -1;
    private int restarts;

    @Override
    public void plan(CheckContext run) {
        word = run.word();
    }

    @Override
    public List<Criterion> criteria() {
        return List.of(
                Criterion.of("two", "The Pod duo runs the containers server and client", 2)
                        .hint(1)
                        .shownBy("get pod duo")
                        .within(Duration.ofSeconds(90))
                        .keeps(Duration.ofMillis(1200))
                        .when(run -> Pods.allRun(run, POD, "server", "client")),
                Criterion.of("server", "The server answers on port 80 of the Pod", 2)
                        .needs("two")
                        .hint(1)
                        .shownBy("port-forward pod/duo 8080:80")
                        .when(TwoContainersCheck::serverAnswers),
                Criterion.of("asks", "The client asks http://localhost again and again, and prints the page", 3)
                        .needs("two")
                        .hint(2)
                        .shownBy("logs duo -c client --tail=5")
                        .within(Duration.ofSeconds(6))
                        .evenIfQuiet()
                        .when(this::clientPrints),
                Criterion.of("same", "What the server serves, the client's localhost serves", 1)
                        .hidden()
                        .needs("two")
                        .hint(2)
                        .shownBy("exec duo -c client -- wget -q -O - http://localhost/")
                        .first(run -> run.exec(POD, "server", "sh", "-c", "echo " + word + " > " + PAGES + word))
                        .when(this::localhostIsShared),
                Criterion.of("outage", "The client lives on while the server has no page for it", 1)
                        .hidden()
                        .needs("asks")
                        .hint(3)
                        .shownBy("get pod duo -w")
                        .first(this::takePageAway)
                        .keeps(Duration.ofMillis(2500))
                        .when(this::clientLives),
                Criterion.of("again", "The client finds the page again when it is back", 1)
                        .hidden()
                        .needs("outage")
                        .hint(3)
                        .shownBy("logs duo -c client --tail=5")
                        .first(this::bringPageBack)
                        .within(Duration.ofSeconds(6))
                        .evenIfQuiet()
                        .when(this::clientPrints));
    }

    private static Observation serverAnswers(CheckContext run) {
        Optional<String> page = run.get(POD, 80, "");
        return page.filter(p -> p.contains("nginx")).isPresent()
                ? Observation.holds("nginx answers")
                : Observation.notYet(
                        "nginx's page from port 80 of " + POD,
                        page.isPresent() ? "something else answers" : "nobody answers");
    }

    /** A page in the log proves one request; one more than at the last look proves that it goes on. */
    private Observation clientPrints(CheckContext run) {
        int pages = run.log(POD, "client").split("Welcome to nginx", -1).length - 1;
        if (seen < 0 && pages > 0) {
            seen = pages;
        }
        String expected = "nginx's page in the client's log, once more every second";
        if (pages > seen && seen >= 0) {
            return Observation.holds("the page comes again and again");
        }
        return Observation.notYet(expected, pages == 0 ? "the page is not in its log" : "the page came, but not again");
    }

    private Observation localhostIsShared(CheckContext run) {
        CheckContext.Executed got =
                run.exec(POD, "client", "wget", "-q", "-O", "-", "-T", "2", "http://localhost/" + word);
        return got.out().contains(word)
                ? Observation.holds("one address, one localhost")
                : Observation.notYet(
                        "a page that was put into the server to come back from http://localhost in the client",
                        "wget in the client ended with exit code " + got.exit());
    }

    private void takePageAway(CheckContext run) {
        restarts = run.pod(POD).map(p -> CheckContext.restarts(p, "client")).orElse(0);
        run.exec(POD, "server", "mv", PAGES + "index.html", "/tmp/" + word);
        run.touched();
    }

    private void bringPageBack(CheckContext run) {
        run.exec(POD, "server", "mv", "/tmp/" + word, PAGES + "index.html");
        seen = -1;
        run.touched();
    }

    private Observation clientLives(CheckContext run) {
        Optional<Pod> pod = run.pod(POD);
        boolean lives = pod.filter(
                        p -> CheckContext.isRunning(p, "client") && CheckContext.restarts(p, "client") == restarts)
                .isPresent();
        return lives
                ? Observation.holds("it went on asking")
                : Observation.never("the client to go on asking", "it ended with the first answer that was an error");
    }
}
