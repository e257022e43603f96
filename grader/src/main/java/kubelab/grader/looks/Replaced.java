package kubelab.grader.looks;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Observation;

/** Pods of Deployments that the check deletes, and those that come in their place. One object an exercise's run. */
public final class Replaced {
    private final List<String> apps;
    private final Set<String> before = new TreeSet<>();
    private String added = "";

    /** @param apps the values of their label {@code app}, which are also the names of their Services */
    public Replaced(List<String> apps) {
        this.apps = List.copyOf(apps);
    }

    /** An act: one of these Pods, by chance; its name is noted as {@code deleted}. */
    public static void deleteOneOf(CheckContext run, Collection<String> pods) {
        if (!pods.isEmpty()) {
            String deleted = List.copyOf(pods).get(run.random().nextInt(pods.size()));
            run.note("deleted", deleted);
            run.deletePod(deleted);
        }
    }

    /** An act: one of them all, by chance; its name is noted as {@code deleted}. */
    public void deleteOne(CheckContext run) {
        remember(run);
        deleteOneOf(run, before);
    }

    /**
     * An act: the same, and a Pod that no Deployment owns is added, which has the label and no other; its name is noted as
     * {@code added}.
     *
     * @param port on which the Pods listen
     */
    public void deleteOneAndAddOne(CheckContext run, int port) {
        deleteOne(run);
        added = "added-" + run.word();
        ServerSets.add(run, apps.get(0), added, port);
        run.note("added", added);
    }

    /** An act: all of them. */
    public void deleteAll(CheckContext run) {
        remember(run);
        apps.forEach(app -> ServerSets.deleteAll(run, run.namespace(), app));
    }

    private void remember(CheckContext run) {
        apps.forEach(app -> before.addAll(ServerSets.names(run, app)));
    }

    /** At port 80 of each Service a Pod of its Deployment answers that was not there before, and so does one that was added. */
    public Observation answer(CheckContext run) {
        return Observation.each(apps, app -> answers(run, app), "Pods come and go, the address stays");
    }

    private Observation answers(CheckContext run, String app) {
        Set<String> heard = new TreeSet<>(Http.from(run).answers(Http.url(run, app + ":80/hostname"), Http.REQUESTS));
        heard.removeAll(before);
        if (heard.stream().noneMatch(name -> name.startsWith(app + "-"))) {
            return Observation.notYet(
                    "an answer of " + app + " from the Pod that came in place of a deleted one", "it gets no requests");
        }
        return added.isEmpty() || heard.contains(added)
                ? Observation.holds("it answers")
                : Observation.notYet(
                        "an answer of " + app + " from a new Pod that has the label app=" + app + " and no other",
                        "it gets no requests");
    }
}
