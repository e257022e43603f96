package kubelab.grader.looks;

import java.util.List;
import java.util.Set;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Observation;

/** Pods of a Deployment that the check deletes, and those that come in their place. One object an exercise's run. */
public final class Replaced {
    private final String app;
    private List<String> before = List.of();

    /** @param app the value of their label {@code app} */
    public Replaced(String app) {
        this.app = app;
    }

    /** An act: one of them, by chance; its name is noted as {@code deleted}. */
    public void deleteOne(CheckContext run) {
        before = ServerSets.names(run, app);
        if (!before.isEmpty()) {
            String deleted = before.get(run.random().nextInt(before.size()));
            run.note("deleted", deleted);
            run.deletePod(deleted);
        }
    }

    /** An act: all of them. */
    public void deleteAll(CheckContext run) {
        before = ServerSets.names(run, app);
        ServerSets.deleteAll(run, run.namespace(), app);
    }

    /**
     * A Pod that was not there before answers.
     *
     * @param url answers with the name of a Pod
     */
    public Observation answersAt(CheckContext run, String url) {
        Set<String> heard = Http.from(run).answers(url, Http.REQUESTS);
        before.forEach(heard::remove);
        return heard.stream().anyMatch(name -> name.startsWith(app + "-"))
                ? Observation.holds("Pods come and go, the address stays")
                : Observation.notYet(
                        "an answer of " + app + " from the Pod that came in place of a deleted one",
                        "it gets no requests");
    }

    /** The same at port 80 of the Service of their name. */
    public Observation answers(CheckContext run) {
        return answersAt(run, Http.url(run, app + ":80/hostname"));
    }
}
