package kubelab.grader.checks.scheduler;

import static kubelab.grader.looks.MadeUpNodes.ROOMY;
import static kubelab.grader.looks.MadeUpNodes.choosy;
import static kubelab.grader.looks.MadeUpNodes.labelled;
import static kubelab.grader.looks.MadeUpNodes.node;
import static kubelab.grader.looks.MadeUpNodes.pod;
import static kubelab.grader.looks.MadeUpNodes.tainted;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import kubelab.grader.check.Check;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Looks;
import kubelab.grader.check.Observation;
import kubelab.grader.looks.MadeUpNodes;
import kubelab.grader.looks.MadeUpNodes.Case;
import kubelab.grader.looks.MadeUpNodes.Pair;
import kubelab.grader.looks.Placement;
import kubelab.labkit.PodScheduler.Allocatable;
import kubelab.labkit.PodScheduler.NodeInfo;
import kubelab.labkit.PodScheduler.PodInfo;
import kubelab.labkit.PodScheduler.Taint;
import kubelab.labkit.PodScheduler.Toleration;
import kubelab.labkit.component.SchedulerHarness;

/** scheduler-4. Real Pods show that the scheduler works in a cluster; the fine points are asked directly. */
final class FilterAndScoreCheck implements Check {
    private static final long GIBI = 1L << 30;

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
        run.start(SchedulerHarness.named(scheduler));
    }

    @Override
    public Looks looks() {
        return new Looks()
                .look("placed", this::createPods, this::placed)
                .look("waits", FilterAndScoreCheck::waits)
                .look("room", this::room)
                .look("labels", this::labels)
                .look("taints", this::taints)
                .look("score", this::score)
                .look("worse", this::worse);
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
        // asked before it is looked at: a filter that takes any node can still be lucky with each of so few Pods
        Observation choosy = oneLabel(run);
        if (!(choosy instanceof Observation.Holds)) {
            return choosy;
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
        run.note("placed", small.size());
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

    private Observation room(CheckContext run) {
        PodInfo wants = pod(cpu, GIBI);
        PodInfo other = pod(3 * cpu, 3 * GIBI);
        Allocatable exact = new Allocatable(4 * cpu, 4 * GIBI, 2);
        Allocatable lessCpu = new Allocatable(4 * cpu - 1, 4 * GIBI, 110);
        Allocatable lessMemory = new Allocatable(4 * cpu, 4 * GIBI - 1, 110);
        return MadeUpNodes.ask(
                run,
                List.of(
                        new Case("an empty node", true, wants, node(ROOMY)),
                        new Case("a node that would be exactly full", true, wants, node(exact, other)),
                        new Case("a node with one millicore too little", false, wants, node(lessCpu, other)),
                        new Case("a node with one byte of memory too little", false, wants, node(lessMemory, other)),
                        new Case(
                                "a node that has all the Pods it may have",
                                false,
                                pod(0, 0),
                                node(new Allocatable(8000, 32 * GIBI, 1), other))));
    }

    /** As the Pods of {@link #createPods} ask for one; two are the affair of {@link #labels}. */
    private Observation oneLabel(CheckContext run) {
        PodInfo choosy = choosy(Map.of("disk", key));
        return MadeUpNodes.ask(
                run,
                List.of(
                        new Case(
                                "a node with the label that the Pod asks for",
                                true,
                                choosy,
                                labelled(Map.of("disk", key))),
                        new Case("a node without the label that the Pod asks for", false, choosy, node(ROOMY)),
                        new Case(
                                "a node on which that label has a different value",
                                false,
                                choosy,
                                labelled(Map.of("disk", "b")))));
    }

    private Observation labels(CheckContext run) {
        PodInfo choosy = choosy(Map.of("disk", key, "zone", "a"));
        return MadeUpNodes.ask(
                run,
                List.of(
                        new Case(
                                "a node with the labels that the Pod asks for, and one more",
                                true,
                                choosy,
                                labelled(Map.of("disk", key, "zone", "a", "size", "big"))),
                        new Case("a node without labels for a Pod that asks for two", false, choosy, node(ROOMY)),
                        new Case(
                                "a node with one of two labels that the Pod asks for",
                                false,
                                choosy,
                                labelled(Map.of("disk", key))),
                        new Case(
                                "a node on which one of the labels has a different value",
                                false,
                                choosy,
                                labelled(Map.of("disk", key, "zone", "b")))));
    }

    private Observation taints(CheckContext run) {
        Taint noSchedule = new Taint(key, "yes", "NoSchedule");
        Taint noExecute = new Taint(key, "", "NoExecute");
        PodInfo plain = pod(cpu, 0);
        return MadeUpNodes.ask(
                run,
                List.of(
                        new Case("a node without taints", true, plain, node(ROOMY)),
                        new Case("a node with NoSchedule", false, plain, tainted(noSchedule)),
                        new Case("a node with NoExecute", false, plain, tainted(noExecute)),
                        new Case("a node with PreferNoSchedule", true, plain, tainted(prefer())),
                        new Case("a node whose taint the Pod tolerates", true, tolerant("yes"), tainted(noSchedule)),
                        new Case(
                                "a node with a taint of a different value than the Pod tolerates",
                                false,
                                tolerant("no"),
                                tainted(noSchedule)),
                        new Case(
                                "a node with two taints of which the Pod tolerates one",
                                false,
                                tolerant("yes"),
                                tainted(noSchedule, noExecute)),
                        new Case("a cordoned node", false, plain, MadeUpNodes.cordoned())));
    }

    /** @param taken of a hundred parts of its CPU */
    private NodeInfo big(int taken) {
        return node(new Allocatable(100 * cpu, 32 * GIBI, 110), pod(taken * cpu, 0));
    }

    private NodeInfo small(int taken) {
        return node(new Allocatable(10 * cpu, 32 * GIBI, 110), pod(taken * cpu, 0));
    }

    private Taint prefer() {
        return new Taint(key, "yes", "PreferNoSchedule");
    }

    private Observation score(CheckContext run) {
        PodInfo wants = pod(cpu, 0);
        NodeInfo twoPods = node(new Allocatable(10 * cpu, 32 * GIBI, 110), pod(cpu, 15 * GIBI), pod(cpu, 15 * GIBI));
        return MadeUpNodes.compare(
                run,
                List.of(
                        new Pair("a node of whose CPU 80 % is free than for one with 20 %", wants, big(20), small(8)),
                        new Pair(
                                "a node of whose CPU 80 % is free than for a bigger one with 50 %",
                                wants, small(2), big(50)),
                        new Pair(
                                "a node of whose CPU 80 % is free than for one with 50 %, though it has more Pods and"
                                        + " less memory",
                                wants, twoPods, small(5)),
                        new Pair(
                                "the emptier of two nodes with PreferNoSchedule",
                                wants,
                                tainted(big(20), prefer()),
                                tainted(big(50), prefer()))),
                "the emptier one wins");
    }

    private Observation worse(CheckContext run) {
        return MadeUpNodes.compare(
                run,
                List.of(
                        new Pair(
                                "a node without any free CPU than for an empty one with PreferNoSchedule",
                                pod(0, 0),
                                big(100),
                                tainted(prefer())),
                        new Pair(
                                "an empty node with a PreferNoSchedule taint that the Pod tolerates than for a half full"
                                        + " one",
                                tolerant("yes"),
                                tainted(prefer()),
                                small(5))),
                "it comes last");
    }

    private PodInfo tolerant(String value) {
        return pod(cpu, 0, new Toleration(key, "Equal", value, ""));
    }
}
