package kubelab.grader.checks.pods;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import kubelab.grader.check.Check;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Criterion;
import kubelab.grader.check.Observation;
import kubelab.grader.looks.Pods;

/** pods-5. A Pod whose two containers want the same port. The port to move to and the Pod's labels come from the seed. */
final class PortFightCheck implements Check {
    private static final String POD = "shop";
    private static final String WEB = "nginx:1.27";
    private static final String STATS = "registry.k8s.io/e2e-test-images/agnhost:2.53";

    private int port;
    private String team = "";

    @Override
    public void plan(CheckContext run) {
        port = 9000 + run.random().nextInt(900);
        team = run.word();
    }

    @Override
    public boolean prepares() {
        return true;
    }

    @Override
    public void prepare(CheckContext run) {
        run.client()
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("ports")
                        .withNamespace(run.namespace())
                        .endMetadata()
                        .addToData("stats", String.valueOf(port))
                        .build())
                .create();
        Pod broken = new PodBuilder()
                .withNewMetadata()
                .withName(POD)
                .withLabels(labels())
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("web")
                .withImage(WEB)
                .endContainer()
                .addNewContainer()
                .withName("stats")
                .withImage(STATS)
                .withArgs("netexec", "--http-port=80", "--udp-port=-1")
                .endContainer()
                .endSpec()
                .build();
        run.client().pods().inNamespace(run.namespace()).resource(broken).create();
    }

    @Override
    public List<Criterion> criteria() {
        return List.of(
                Criterion.of("steady", "The containers web and stats of shop run, and go on running", 3)
                        .hint(1)
                        .shownBy("get pod shop")
                        .within(Duration.ofSeconds(90))
                        // nginx tries for 2.5 s to get a port that is taken before it gives up
                        .keeps(Duration.ofSeconds(4))
                        .when(run -> Pods.allRun(run, POD, "web", "stats")),
                Criterion.of("web", "web answers on port 80, as before", 2)
                        .needs("steady")
                        .hint(2)
                        .shownBy("port-forward pod/shop 8080:80")
                        .when(run -> answers(run, 80, "", "nginx", "nginx's page")),
                Criterion.of("stats", "stats answers on the port that the ConfigMap ports gives it", 3)
                        .needs("steady")
                        .hint(2)
                        .shownBy("get configmap ports -o jsonpath={.data.stats}")
                        .when(run -> answers(run, port, "hostname", POD, "the Pod's name")),
                Criterion.of("same", "Nothing else was changed: images and labels are as they were", 2)
                        .hidden()
                        .needs("steady")
                        .hint(3)
                        .shownBy("get pod shop --show-labels")
                        .when(this::nothingElseChanged));
    }

    private static Observation answers(CheckContext run, int port, String path, String part, String what) {
        Optional<String> got = run.get(POD, port, path);
        return got.filter(text -> text.contains(part)).isPresent()
                ? Observation.holds("it answers")
                : Observation.notYet(
                        what + " from port " + port + " of " + POD,
                        got.isPresent() ? "something else answers" : "nobody answers");
    }

    private Observation nothingElseChanged(CheckContext run) {
        Pod pod = run.pod(POD).orElseThrow();
        Map<String, String> now =
                new TreeMap<>(Optional.ofNullable(pod.getMetadata().getLabels()).orElse(Map.of()));
        if (!now.entrySet().containsAll(labels().entrySet())) {
            return Observation.never("the labels " + labels(), now.isEmpty() ? "no labels" : "the labels " + now);
        }
        List<String> images =
                pod.getSpec().getContainers().stream().map(c -> c.getImage()).toList();
        return images.containsAll(List.of(WEB, STATS))
                ? Observation.holds("a repair, not a rewrite")
                : Observation.never(
                        "the images " + WEB + " and " + STATS, "the images " + String.join(" and ", images));
    }

    private Map<String, String> labels() {
        return new TreeMap<>(Map.of("app", POD, "team", team));
    }
}
