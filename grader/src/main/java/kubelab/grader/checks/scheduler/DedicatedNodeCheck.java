package kubelab.grader.checks.scheduler;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Taint;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import kubelab.grader.check.Check;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Criterion;
import kubelab.grader.check.Observation;
import kubelab.grader.looks.HollowNodes;
import kubelab.grader.looks.Placement;

/**
 * scheduler-2. The reserved node and a second one with a further taint are paper nodes, so small that no score would choose
 * them. What the Pods tolerate is tried with copies of them that have to go to one node.
 */
final class DedicatedNodeCheck implements Check {
    private static final int REPLICAS = 2;
    private static final String CPU = "210m";
    private static final String MEMORY = "420Mi";
    /** Tells the two paper nodes apart, and is in no task. */
    private static final String WHICH = "lab.kubelab.dev/which";

    private String word = "";
    private boolean touristsSent;

    @Override
    public void plan(CheckContext run) {
        word = run.word();
    }

    @Override
    public boolean prepares() {
        return true;
    }

    @Override
    public void prepare(CheckContext run) {
        Map<String, String> label = Map.of("team-" + word, run.namespace());
        Taint taint = new Taint("NoSchedule", "reserved-" + word, null, run.namespace());
        HollowNodes.node(run, reserved(run), CPU, MEMORY, with(label, reserved(run)), taint);
        HollowNodes.node(
                run,
                other(run),
                CPU,
                MEMORY,
                with(label, other(run)),
                taint,
                new Taint("NoSchedule", "broken-" + word, null, "disk"));
        run.client()
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("reserved")
                        .withNamespace(run.namespace())
                        .endMetadata()
                        .addToData("label", "team-" + word + "=" + run.namespace())
                        .addToData("taint", "reserved-" + word + "=" + run.namespace() + ":NoSchedule")
                        .build())
                .create();
    }

    private static Map<String, String> with(Map<String, String> label, String node) {
        Map<String, String> both = new java.util.HashMap<>(label);
        both.put(WHICH, node);
        return both;
    }

    private static String reserved(CheckContext run) {
        return "paper-reserved-" + run.namespace();
    }

    private static String other(CheckContext run) {
        return "paper-broken-" + run.namespace();
    }

    @Override
    public List<Criterion> criteria() {
        return List.of(
                Criterion.of("team", "The Pods of team are placed on the reserved node", 3)
                        .hint(2)
                        .shownBy("get pods -l app=team -o wide")
                        .when(DedicatedNodeCheck::team),
                Criterion.of("tourist", "The Pods of tourist may go there, and anywhere else", 3)
                        .hint(2)
                        .shownBy("get pods -l app=tourist -o yaml")
                        .when(this::tourist),
                Criterion.of("exact", "Another taint still keeps both away", 2)
                        .hidden()
                        .needs("team")
                        .hint(3)
                        .shownBy("get pods -o yaml")
                        .first(DedicatedNodeCheck::sendToTheOther)
                        .when(DedicatedNodeCheck::exact),
                Criterion.of("only", "When the reserved node is gone, new Pods of team wait", 2)
                        .hidden()
                        .hint(1)
                        .shownBy("get pods -l app=team -o wide")
                        .first(DedicatedNodeCheck::takeAway)
                        .when(DedicatedNodeCheck::waits));
    }

    private static Observation team(CheckContext run) {
        String expected = "the " + REPLICAS + " Pods of team on the reserved node";
        List<Pod> team = Placement.live(run, "team");
        if (team.size() != REPLICAS) {
            return Observation.notYet(expected, team.size() + " Pods with the label app=team");
        }
        long there = team.stream()
                .filter(p ->
                        Placement.node(p).filter(n -> n.startsWith("paper-")).isPresent())
                .count();
        if (there == REPLICAS) {
            return Observation.holds("both");
        }
        return Observation.notYet(expected, there + " of them there");
    }

    /** Two Pods of the grader's, like one of theirs: not before theirs are there, which may come late. */
    private void sendTourists(CheckContext run) {
        touristsSent = true;
        Placement.live(run, "tourist").stream().findFirst().ifPresent(pod -> {
            HollowNodes.like(run, pod, "tourist-there", Map.of(WHICH, reserved(run)));
            String node = Placement.nodeNames(run).get(0);
            HollowNodes.like(run, pod, "tourist-elsewhere", Map.of(Placement.HOST, Placement.host(run, node)));
        });
        run.touched();
    }

    private Observation tourist(CheckContext run) {
        String expected = "Pods like those of tourist placed on the reserved node, and on an ordinary one";
        if (run.client()
                        .apps()
                        .deployments()
                        .inNamespace(run.namespace())
                        .withName("tourist")
                        .get()
                == null) {
            return Observation.never(expected, "there is no Deployment tourist");
        }
        if (Placement.live(run, "tourist").size() != REPLICAS) {
            return Observation.notYet(
                    expected, Placement.live(run, "tourist").size() + " Pods with the label app=tourist");
        }
        if (!touristsSent) {
            sendTourists(run);
        }
        for (String name : List.of("tourist-there", "tourist-elsewhere")) {
            Optional<Pod> pod = run.pod(name);
            if (pod.flatMap(Placement::unschedulable).isPresent()) {
                return Observation.notYet(
                        expected,
                        name.endsWith("there") ? "the reserved node refuses them" : "they want no other node");
            }
            if (pod.flatMap(Placement::node).isEmpty()) {
                return Observation.notYet(expected, "they have not been tried yet");
            }
        }
        return Observation.holds("allowed, and not bound");
    }

    private static void sendToTheOther(CheckContext run) {
        Stream.of("team", "tourist").forEach(app -> Placement.live(run, app).stream()
                .findFirst()
                .ifPresent(pod -> HollowNodes.like(run, pod, app + "-too-far", Map.of(WHICH, other(run)))));
    }

    private static Observation exact(CheckContext run) {
        String expected = "no Pod on a node that has a second taint";
        List<Pod> tried = Stream.of("team", "tourist")
                .flatMap(app -> run.pod(app + "-too-far").stream())
                .toList();
        for (Pod pod : tried) {
            if (Placement.node(pod).isPresent()) {
                String app = pod.getMetadata().getName().replace("-too-far", "");
                return Observation.never(expected, "the Pods of " + app + " tolerate it, too");
            }
        }
        return tried.stream().allMatch(p -> Placement.unschedulable(p).isPresent())
                ? Observation.holds("this taint and no other")
                : Observation.notYet(expected, "they have not been tried yet");
    }

    /** The nodes go first, so that nothing can be placed on them any more; no kubelet will end the Pods they had. */
    private static void takeAway(CheckContext run) {
        for (String node : List.of(reserved(run), other(run))) {
            run.client().nodes().withName(node).delete();
        }
        run.client()
                .pods()
                .inNamespace(run.namespace())
                .withLabel("app", "team")
                .withGracePeriod(0)
                .delete();
        run.pods().stream()
                .filter(p ->
                        Placement.node(p).filter(n -> n.startsWith("paper-")).isPresent())
                .forEach(p -> run.client().resource(p).withGracePeriod(0).delete());
        run.touched();
    }

    private static Observation waits(CheckContext run) {
        String expected = "new Pods of team that wait for their node";
        List<Pod> team = Placement.live(run, "team");
        if (team.stream()
                .anyMatch(p ->
                        Placement.node(p).filter(n -> !n.startsWith("paper-")).isPresent())) {
            return Observation.never(expected, "they went elsewhere");
        }
        return team.size() == REPLICAS
                        && team.stream()
                                .allMatch(p -> Placement.unschedulable(p).isPresent())
                ? Observation.holds("they wait")
                : Observation.notYet(expected, team.size() + " Pods");
    }
}
