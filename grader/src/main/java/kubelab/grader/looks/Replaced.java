package kubelab.grader.looks;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Observation;

/** Pods of Deployments that the check deletes, and those that come in their place. One object an exercise's run. */
public final class Replaced {
    private final List<String> apps;
    private final Set<String> before = new TreeSet<>();

    /** @param apps the values of their label {@code app}, which are also the names of their Services */
    public Replaced(List<String> apps) {
        this.apps = List.copyOf(apps);
    }

    /** An act: one of them all, by chance; its name is noted as {@code deleted}. */
    public void deleteOne(CheckContext run) {
        remember(run);
        if (!before.isEmpty()) {
            String deleted = List.copyOf(before).get(run.random().nextInt(before.size()));
            run.note("deleted", deleted);
            run.deletePod(deleted);
        }
    }

    /** An act: all of them. */
    public void deleteAll(CheckContext run) {
        remember(run);
        apps.forEach(app -> ServerSets.deleteAll(run, run.namespace(), app));
    }

    private void remember(CheckContext run) {
        apps.forEach(app -> before.addAll(ServerSets.names(run, app)));
    }

    /** At port 80 of each Service a Pod answers that was not there before. */
    public Observation answer(CheckContext run) {
        return Observation.each(apps, app -> answers(run, app), "Pods come and go, the address stays");
    }

    private Observation answers(CheckContext run, String app) {
        Set<String> heard = new TreeSet<>(Http.from(run).answers(Http.url(run, app + ":80/hostname"), Http.REQUESTS));
        heard.removeAll(before);
        return heard.stream().anyMatch(name -> name.startsWith(app + "-"))
                ? Observation.holds("it answers")
                : Observation.notYet(
                        "an answer of " + app + " from the Pod that came in place of a deleted one",
                        "it gets no requests");
    }
}
