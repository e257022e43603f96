package kubelab.grader.checks.services;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import kubelab.grader.check.Check;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Criterion;
import kubelab.grader.check.Observation;
import kubelab.grader.looks.Neighbours;
import kubelab.grader.looks.ServerSets;

/** services-6. Two Services called stock; who answers tells by its name which of them was meant. */
final class NextDoorCheck implements Check {
    private static final String POD = "shop";
    private static final Pattern ADDRESS = Pattern.compile("\\b10\\.\\d+\\.\\d+\\.\\d+\\b");

    private String ours = "";
    private String theirs = "";
    private String suffix = "";

    @Override
    public void plan(CheckContext run) {
        ours = "ours-" + run.word();
        theirs = "theirs-" + run.word();
        suffix = run.word();
    }

    @Override
    public boolean prepares() {
        return true;
    }

    @Override
    public void prepare(CheckContext run) {
        String neighbour = Neighbours.of(run, suffix);
        stock(run, run.namespace(), ours);
        stock(run, neighbour, theirs);
        run.client()
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("neighbour")
                        .withNamespace(run.namespace())
                        .endMetadata()
                        .addToData("namespace", neighbour)
                        .build())
                .create();
        ServerSets.await(run, run.namespace(), ours, 1);
        ServerSets.await(run, neighbour, theirs, 1);
    }

    private static void stock(CheckContext run, String namespace, String app) {
        ServerSets.deploy(run, namespace, app, 1, 8000 + run.random().nextInt(1000));
        run.client().resource("""
                apiVersion: v1
                kind: Service
                metadata: {name: stock, namespace: %s}
                spec: {selector: {app: %s}, ports: [{port: 80, targetPort: http}]}
                """.formatted(namespace, app)).create();
    }

    @Override
    public List<Criterion> criteria() {
        return List.of(
                Criterion.of("runs", "The Pod shop runs its container main", 0)
                        .hint(1)
                        .shownBy("get pod shop")
                        .within(Duration.ofSeconds(60))
                        .when(NextDoorCheck::runs),
                Criterion.of("ours", "It prints again and again what our own stock answers", 4)
                        .needs("runs")
                        .hint(1)
                        .shownBy("logs shop --tail=6")
                        .within(Duration.ofSeconds(5))
                        .evenIfQuiet()
                        .when(run -> prints(run, ours, "our own stock")),
                Criterion.of("theirs", "It prints again and again what the neighbours' stock answers", 4)
                        .needs("runs")
                        .hint(2)
                        .shownBy("logs shop --tail=6")
                        .within(Duration.ofSeconds(5))
                        .evenIfQuiet()
                        .when(run -> prints(run, theirs, "the neighbours' stock")),
                Criterion.of("names", "It knows both by name and neither by address", 2)
                        .hidden()
                        .needs("ours", "theirs")
                        .hint(3)
                        .shownBy("get pod shop -o yaml")
                        .when(NextDoorCheck::knowsNoAddress));
    }

    private static Observation runs(CheckContext run) {
        Optional<Pod> pod = run.pod(POD);
        return pod.filter(p -> CheckContext.isRunning(p, "main")).isPresent()
                ? Observation.holds("it runs")
                : Observation.notYet(
                        "the Pod shop with the running container main",
                        pod.isEmpty() ? "there is no Pod shop" : "its container main does not run");
    }

    /** Twice, since once proves one request only. */
    private static Observation prints(CheckContext run, String app, String whose) {
        long times = run.log(POD, "main")
                .lines()
                .filter(line -> line.startsWith(app + "-"))
                .count();
        return times >= 2
                ? Observation.holds("it answers")
                : Observation.notYet(
                        "the names of Pods of " + whose + " in the log, one more every second",
                        times == 0 ? "no answer of theirs is in the log" : "there was one, and no more");
    }

    private static Observation knowsNoAddress(CheckContext run) {
        String spec = Serialization.asJson(run.pod(POD).orElseThrow().getSpec().getContainers());
        return ADDRESS.matcher(spec).find()
                ? Observation.never(
                        "names only",
                        "an address is written into the Pod, which is good until its Service is made anew")
                : Observation.holds("names outlive addresses");
    }
}
