package kubelab.grader.checks.scheduler;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kubelab.grader.check.Check;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Criterion;
import kubelab.grader.check.Observation;
import kubelab.grader.looks.Placement;

/**
 * scheduler-5. Two old Pods make one node fuller than the others. Whether unevenness is refused or only disliked shows a
 * copy of a Pod that has to be beside one of them.
 */
final class EvenSpreadCheck implements Check {
    private static final Map<String, String> OLD = Map.of("tier", "front", "app", "old-front");
    private static final int REPLICAS = 4;
    /** With the two old ones a number that three nodes divide. */
    private static final int MORE = 7;

    private int chance;

    @Override
    public void plan(CheckContext run) {
        chance = run.random().nextInt(Integer.MAX_VALUE);
    }

    @Override
    public boolean prepares() {
        return true;
    }

    @Override
    public void prepare(CheckContext run) {
        List<String> nodes = Placement.nodeNames(run);
        String node = nodes.get(chance % nodes.size());
        Placement.create(run, "old-" + run.word(), OLD, node);
        Placement.create(run, "old-" + run.word(), OLD, node);
    }

    @Override
    public List<Criterion> criteria() {
        return List.of(
                Criterion.of("even", "All Pods with tier=front are evenly spread", 5)
                        .hint(1)
                        .shownBy("get pods -l tier=front -o wide")
                        .when(run -> even(run, REPLICAS)),
                Criterion.of("grows", "They still are when the Deployment has grown", 2)
                        .hidden()
                        .needs("even")
                        .hint(1)
                        .shownBy("get pods -l tier=front -o wide")
                        .first(EvenSpreadCheck::grow)
                        .when(run -> even(run, MORE)),
                Criterion.of("waits", "A Pod that could only run where it makes things uneven waits", 3)
                        .hidden()
                        .needs("even")
                        .hint(3)
                        .shownBy("describe pod one-too-many")
                        .first(EvenSpreadCheck::oneTooMany)
                        .within(Duration.ofSeconds(20))
                        .when(EvenSpreadCheck::waits));
    }

    private static Observation even(CheckContext run, int replicas) {
        List<Pod> own = Placement.live(run, "front");
        String expected = replicas + " running Pods of the Deployment front, and on each node as many Pods with"
                + " tier=front as on another, or one more";
        if (own.size() != replicas) {
            return Observation.notYet(expected, own.size() + " Pods of it");
        }
        long waiting = own.stream().filter(p -> Placement.node(p).isEmpty()).count();
        if (waiting > 0) {
            return Observation.notYet(expected, waiting + " of its Pods Pending: no node suits them");
        }
        Map<String, Integer> counts = new TreeMap<>();
        Placement.nodeNames(run).forEach(node -> counts.put(node, 0));
        run.client().pods().inNamespace(run.namespace()).withLabel("tier", "front").list().getItems().stream()
                .filter(p -> p.getMetadata().getDeletionTimestamp() == null)
                .forEach(p -> Placement.node(p).ifPresent(node -> counts.merge(node, 1, Integer::sum)));
        if (skew(counts.values()) > 1) {
            String found =
                    counts.values().stream().sorted().map(String::valueOf).reduce("", (a, b) -> a + " " + b);
            return Observation.notYet(expected, "Pods on the nodes:" + found);
        }
        return own.stream().allMatch(Placement::runs)
                ? Observation.holds("counted together with the old ones")
                : Observation.notYet(expected, "some of them do not run");
    }

    private static int skew(Collection<Integer> counts) {
        int most = counts.stream().mapToInt(Integer::intValue).max().orElse(0);
        return most - counts.stream().mapToInt(Integer::intValue).min().orElse(0);
    }

    private static void grow(CheckContext run) {
        run.client()
                .apps()
                .deployments()
                .inNamespace(run.namespace())
                .withName("front")
                .scale(MORE);
        run.touched();
    }

    /** A Pod as the Deployment makes them, but it also has to be beside an old one. */
    private static void oneTooMany(CheckContext run) {
        Pod old = Placement.live(run, "old-front").get(0);
        Affinity beside = new AffinityBuilder()
                .withNewPodAffinity()
                .addNewRequiredDuringSchedulingIgnoredDuringExecution()
                .withTopologyKey(Placement.HOST)
                .withNewLabelSelector()
                .withMatchLabels(old.getMetadata().getLabels())
                .endLabelSelector()
                .endRequiredDuringSchedulingIgnoredDuringExecution()
                .endPodAffinity()
                .build();
        Pod like = Placement.live(run, "front").get(0);
        for (int i = 1; i <= 2; i++) { // where all are even, the first makes no difference that is too great
            run.client()
                    .pods()
                    .inNamespace(run.namespace())
                    .resource(new PodBuilder()
                            .withNewMetadata()
                            .withName(i == 1 ? "one-more" : "one-too-many")
                            .withLabels(Map.of("tier", "front"))
                            .endMetadata()
                            .withNewSpec()
                            .withTopologySpreadConstraints(like.getSpec().getTopologySpreadConstraints())
                            .withAffinity(beside)
                            .withTerminationGracePeriodSeconds(1L)
                            .addNewContainer()
                            .withName("main")
                            .withImage(Placement.PAUSE)
                            .endContainer()
                            .endSpec()
                            .build())
                    .create();
            if (i == 1) {
                run.await("a node for one-more", () -> run.pod("one-more")
                        .filter(p -> Placement.node(p).isPresent()
                                || Placement.unschedulable(p).isPresent())
                        .isPresent());
            }
        }
        run.touched();
    }

    private static Observation waits(CheckContext run) {
        String expected = "the Pod one-too-many Pending, since it would make its node two Pods fuller than another";
        return run.pod("one-too-many")
                .map(p -> {
                    if (Placement.node(p).isPresent()) {
                        return Observation.never(expected, "it was placed there");
                    }
                    return Placement.unschedulable(p).isPresent()
                            ? Observation.holds("it waits")
                            : Observation.notYet(expected, "no scheduler has looked at it");
                })
                .orElseGet(() -> Observation.never(expected, "there is no such Pod"));
    }
}
