package kubelab.grader.checks.scheduler;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kubelab.grader.check.Check;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Criterion;
import kubelab.grader.check.Observation;
import kubelab.grader.looks.Placement;
import kubelab.labkit.PodScheduler;
import kubelab.labkit.PodScheduler.Allocatable;
import kubelab.labkit.PodScheduler.NodeInfo;
import kubelab.labkit.PodScheduler.PodInfo;
import kubelab.labkit.PodScheduler.Taint;
import kubelab.labkit.PodScheduler.Toleration;

/**
 * scheduler-4. Real Pods show that the scheduler works in a cluster. The fine points are asked directly, with nodes that
 * are made up: a full or tainted node in the cluster would be in other people's way.
 */
final class FilterAndScoreCheck implements Check {
    private static final long GIBI = 1L << 30;
    private static final Allocatable ROOMY = new Allocatable(8000, 32 * GIBI, 110);

    private String scheduler = "";
    private String key = "";
    private long cpu;

    @Override
    public void plan(CheckContext run) {
        scheduler = run.word();
        key = run.word();
        cpu = 100L * (2 + run.random().nextInt(8));
    }

    @Override
    public void start(CheckContext run) {
        run.schedule(scheduler);
    }

    @Override
    public List<Criterion> criteria() {
        return List.of(
                Criterion.of("placed", "Pods with the scheduler's name run, each on a node that it asks for", 2)
                        .hint(2)
                        .shownBy("get pods -o wide")
                        .within(Duration.ofSeconds(25))
                        .first(this::createPods)
                        .when(this::placed),
                Criterion.of(
                                "waits",
                                "A Pod that is too big for every node waits, and so does one without its label",
                                2)
                        .needs("placed")
                        .hint(1)
                        .shownBy("get pods -o wide")
                        .keeps(Duration.ofMillis(300))
                        .when(FilterAndScoreCheck::waits),
                Criterion.of("room", "A node is never overcommitted: CPU, memory, number of Pods", 2)
                        .hint(1)
                        .when(this::room),
                Criterion.of("taints", "Cordoned nodes and taints keep Pods away that do not tolerate them", 2)
                        .hint(2)
                        .when(this::taints),
                Criterion.of("score", "The emptier node is preferred, and one without PreferNoSchedule", 2)
                        .hidden()
                        .hint(3)
                        .when(this::score));
    }

    /** One Pod for each node, by its label; one for any node; and two that no node can take. */
    private void createPods(CheckContext run) {
        int i = 0;
        BigDecimal most = BigDecimal.ONE;
        for (var node : Placement.nodes(run)) {
            String host = node.getMetadata().getLabels().get(Placement.HOST);
            create(run, "for-node-" + ++i, Map.of(Placement.HOST, host), new Quantity("1m"));
            Quantity cpus = node.getStatus().getAllocatable().getOrDefault("cpu", new Quantity("1"));
            most = most.max(cpus.getNumericalAmount());
        }
        create(run, "for-any-node", Map.of(), new Quantity("1m"));
        create(run, "too-big", Map.of(), new Quantity(most.add(BigDecimal.ONE).toPlainString()));
        create(run, "too-choosy", Map.of("disk", key), new Quantity("1m"));
        run.touched();
    }

    private void create(CheckContext run, String name, Map<String, String> selector, Quantity request) {
        run.client()
                .pods()
                .inNamespace(run.namespace())
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .addToLabels("app", name.startsWith("for-") ? "small" : "impossible")
                        .endMetadata()
                        .withNewSpec()
                        .withSchedulerName(scheduler)
                        .withNodeSelector(selector)
                        .withTerminationGracePeriodSeconds(1L)
                        .addNewContainer()
                        .withName("main")
                        .withImage(Placement.PAUSE)
                        .withNewResources()
                        .addToRequests("cpu", request)
                        .endResources()
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
    }

    private Observation placed(CheckContext run) {
        // asked before it is looked at: who takes any node can still be lucky with each of so few Pods
        PodInfo choosy = new PodInfo("default", "made-up", Map.of(), 0, 0, Map.of("disk", key), List.of(), 0);
        if (run.component(PodScheduler.class).filter(choosy, node(ROOMY, List.of()))) {
            return Observation.never("filter refuses a node without the label that the Pod asks for", "it takes it");
        }
        String expected = "each small Pod running, and on the node whose label it asks for";
        // also those that a kubelet refused: a node that was the wrong one is a fault, whatever became of the Pod
        List<Pod> small = run.pods().stream()
                .filter(p -> "small".equals(p.getMetadata().getLabels().get("app")))
                .toList();
        // among all first: a Pod that merely does not run yet must not hide one that never will where it ought to
        if (small.stream().anyMatch(p -> misplaced(run, p))) {
            return Observation.never(expected, "one was bound to another node");
        }
        for (Pod pod : small) {
            String name = pod.getMetadata().getName();
            if (Placement.node(pod).isEmpty()) {
                return Observation.notYet(expected, name + " has no node: filter refuses all of them");
            }
            if (!Placement.runs(pod)) {
                return Observation.notYet(expected, name + " does not run");
            }
        }
        return Observation.holds("bound and running");
    }

    private static boolean misplaced(CheckContext run, Pod pod) {
        String host = pod.getSpec().getNodeSelector().get(Placement.HOST);
        return host != null
                && Placement.node(pod)
                        .filter(n -> !host.equals(Placement.host(run, n)))
                        .isPresent();
    }

    private static Observation waits(CheckContext run) {
        String expected = "the Pods too-big and too-choosy Pending";
        // one that was bound to a node without room is Failed: the kubelet refuses it
        for (Pod pod : run.pods()) {
            if ("impossible".equals(pod.getMetadata().getLabels().get("app"))
                    && Placement.node(pod).isPresent()) {
                return Observation.never(expected, pod.getMetadata().getName() + " was bound to a node");
            }
        }
        return Placement.live(run, "impossible").stream()
                        .allMatch(p -> Placement.unschedulable(p).isPresent())
                ? Observation.holds("they wait")
                : Observation.notYet(expected, "they have not been tried yet");
    }

    /** A question to filter, and the answer that is right. */
    private record Case(String what, boolean fits, PodInfo pod, NodeInfo node) {}

    private Observation room(CheckContext run) {
        long memory = GIBI;
        PodInfo wants = pod(cpu, memory);
        PodInfo other = pod(3 * cpu, 3 * memory);
        List<PodInfo> one = List.of(other);
        return ask(
                run,
                List.of(
                        new Case("an empty node", true, wants, node(ROOMY, List.of())),
                        new Case(
                                "a node that would be exactly full",
                                true,
                                wants,
                                node(new Allocatable(4 * cpu, 4 * memory, 2), one)),
                        new Case(
                                "a node with one millicore too little",
                                false,
                                wants,
                                node(new Allocatable(4 * cpu - 1, 4 * memory, 110), one)),
                        new Case(
                                "a node with one byte of memory too little",
                                false,
                                wants,
                                node(new Allocatable(4 * cpu, 4 * memory - 1, 110), one)),
                        new Case(
                                "a node that has all the Pods it may have",
                                false,
                                pod(0, 0),
                                node(new Allocatable(8000, 32 * GIBI, 1), one))));
    }

    private Observation taints(CheckContext run) {
        Taint noSchedule = new Taint(key, "yes", "NoSchedule");
        Taint noExecute = new Taint(key, "", "NoExecute");
        PodInfo plain = pod(cpu, 0);
        List<Case> cases = new ArrayList<>(List.of(
                new Case("a node without taints", true, plain, node(ROOMY, List.of())),
                new Case("a node with NoSchedule", false, plain, tainted(noSchedule)),
                new Case("a node with NoExecute", false, plain, tainted(noExecute)),
                new Case(
                        "a node with PreferNoSchedule",
                        true,
                        plain,
                        tainted(new Taint(key, "yes", "PreferNoSchedule"))),
                new Case(
                        "a node with a taint that the Pod tolerates by its value",
                        true,
                        tolerant("yes"),
                        tainted(noSchedule)),
                new Case(
                        "a node with a taint of another value than the Pod tolerates",
                        false,
                        tolerant("no"),
                        tainted(noSchedule)),
                new Case(
                        "a node with two taints of which the Pod tolerates one",
                        false,
                        tolerant("yes"),
                        tainted(noSchedule, noExecute)),
                new Case(
                        "a cordoned node",
                        false,
                        plain,
                        new NodeInfo("cordoned", Map.of(), List.of(), true, ROOMY, List.of()))));
        return ask(run, cases);
    }

    private Observation ask(CheckContext run, List<Case> cases) {
        PodScheduler answer = run.component(PodScheduler.class);
        for (Case c : cases) {
            if (answer.filter(c.pod(), c.node()) != c.fits()) {
                return Observation.never(
                        c.fits() ? "filter takes " + c.what() : "filter refuses " + c.what(),
                        c.fits() ? "it refuses it" : "it takes it");
            }
        }
        return Observation.holds(cases.size() + " nodes judged rightly");
    }

    private Observation score(CheckContext run) {
        PodScheduler answer = run.component(PodScheduler.class);
        PodInfo wants = pod(cpu, 0);
        NodeInfo emptier = node(new Allocatable(10 * cpu, 32 * GIBI, 110), List.of(pod(2 * cpu, 0)));
        // more millicores are free here, but a smaller share
        NodeInfo fuller = node(new Allocatable(40 * cpu, 32 * GIBI, 110), List.of(pod(10 * cpu, 0), pod(10 * cpu, 0)));
        NodeInfo rather = tainted(new Taint(key, "yes", "PreferNoSchedule"));
        if (answer.score(wants, emptier) <= answer.score(wants, fuller)) {
            return Observation.never(
                    "a higher score for a node of whose CPU 80 % is free than for one with 50 %", "not a higher one");
        }
        if (answer.score(wants, rather) >= answer.score(wants, fuller)) {
            return Observation.never(
                    "a lower score for an empty node with PreferNoSchedule than for a half full one without",
                    "not a lower one");
        }
        if (answer.score(tolerant("yes"), rather) <= answer.score(tolerant("yes"), fuller)) {
            return Observation.never(
                    "that a PreferNoSchedule taint does not count for a Pod that tolerates it", "it does count");
        }
        return Observation.holds("the emptier one wins");
    }

    private PodInfo tolerant(String value) {
        return pod(cpu, 0, new Toleration(key, "Equal", value, ""));
    }

    private static PodInfo pod(long cpu, long memory, Toleration... tolerations) {
        return new PodInfo("default", "made-up", Map.of(), cpu, memory, Map.of(), List.of(tolerations), 0);
    }

    private static NodeInfo node(Allocatable allocatable, List<PodInfo> pods) {
        return new NodeInfo("made-up", Map.of(), List.of(), false, allocatable, pods);
    }

    private static NodeInfo tainted(Taint... taints) {
        return new NodeInfo("made-up", Map.of(), List.of(taints), false, ROOMY, List.of());
    }
}
