package kubelab.grader.looks;

import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Observation;

/** How evenly Pods are spread over the nodes. */
public final class Spread {
    private Spread() {}

    /** Node → how many Pods with these labels it has; every node that any Pod may go to is there. */
    public static Map<String, Integer> counts(CheckContext run, Map<String, String> labels) {
        Map<String, Integer> counts = new TreeMap<>();
        Placement.nodeNames(run).forEach(node -> counts.put(node, 0));
        run.client().pods().inNamespace(run.namespace()).withLabels(labels).list().getItems().stream()
                .filter(p -> p.getMetadata().getDeletionTimestamp() == null)
                .forEach(p -> Placement.node(p).ifPresent(node -> counts.merge(node, 1, Integer::sum)));
        return counts;
    }

    /** So many Pods of a Deployment run, and no node has more than one Pod with these labels more than another. */
    public static Observation even(CheckContext run, String deployment, int replicas, Map<String, String> labels) {
        String expected = replicas + " running Pods of the Deployment " + deployment + ", and numbers of Pods"
                + " with " + text(labels) + " that differ by one at most from node to node";
        return Deployments.incomplete(run, deployment, replicas, expected).orElseGet(() -> {
            Collection<Integer> counts = counts(run, labels).values();
            String found = counts.stream().sorted().map(String::valueOf).collect(Collectors.joining(" "));
            run.note("counts", found);
            int most = counts.stream().mapToInt(Integer::intValue).max().orElse(0);
            int least = counts.stream().mapToInt(Integer::intValue).min().orElse(0);
            return most - least <= 1
                    ? Observation.holds("no two nodes differ by more than one")
                    : Observation.notYet(expected, "Pods on the nodes: " + found);
        });
    }

    /** Makes a copy with these labels that has to be beside a Pod with those; returns once the scheduler has tried it. */
    public static void beside(
            CheckContext run, Pod model, String name, Map<String, String> labels, Map<String, String> neighbour) {
        Copies.create(
                run,
                Copies.of(model, name)
                        .editMetadata()
                        .withLabels(labels)
                        .endMetadata()
                        .editSpec()
                        .withAffinity(new AffinityBuilder()
                                .withNewPodAffinity()
                                .addNewRequiredDuringSchedulingIgnoredDuringExecution()
                                .withTopologyKey(Placement.HOST)
                                .withNewLabelSelector()
                                .withMatchLabels(neighbour)
                                .endLabelSelector()
                                .endRequiredDuringSchedulingIgnoredDuringExecution()
                                .endPodAffinity()
                                .build())
                        .endSpec());
        run.await("the scheduler's word on " + name, () -> run.pod(name)
                .filter(p -> Placement.node(p).isPresent()
                        || Placement.unschedulable(p).isPresent())
                .isPresent());
    }

    /** The scheduler has found no node for a Pod, since it would make one too full. */
    public static Observation refused(CheckContext run, String name) {
        String expected =
                "the Pod " + name + " Pending, since its node would then have two Pods more than an emptier one";
        return Copies.placed(run, name, expected, "it was placed there").orElseGet(() -> Observation.holds("it waits"));
    }

    private static String text(Map<String, String> labels) {
        return labels.entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue())
                .collect(Collectors.joining(","));
    }
}
