package kubelab.grader.looks;

import io.fabric8.kubernetes.api.model.NodeSelectorTermBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Observation;

/** Pods like one of the answer's, with one rule more or fewer: where the scheduler puts them shows what the rules do. */
public final class Copies {
    private Copies() {}

    /** A Pod with another one's rules for the scheduler, without its labels and its owner, which does nothing. */
    public static PodBuilder of(Pod model, String name) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withNodeSelector(model.getSpec().getNodeSelector())
                .withAffinity(model.getSpec().getAffinity())
                .withTolerations(model.getSpec().getTolerations())
                .withTopologySpreadConstraints(model.getSpec().getTopologySpreadConstraints())
                .withTerminationGracePeriodSeconds(0L)
                .addNewContainer()
                .withName("main")
                .withImage(Placement.PAUSE)
                .endContainer()
                .endSpec();
    }

    /** One that may also only go to nodes whose label has one of these values. */
    public static void among(CheckContext run, Pod model, String name, String label, Collection<String> values) {
        var affinity = of(model, name).editSpec().editOrNewAffinity().editOrNewNodeAffinity();
        var required = affinity.editOrNewRequiredDuringSchedulingIgnoredDuringExecution();
        if (!required.hasNodeSelectorTerms()) {
            required.addToNodeSelectorTerms(new NodeSelectorTermBuilder().build());
        }
        for (int term = 0; term < required.buildNodeSelectorTerms().size(); term++) {
            required.editNodeSelectorTerm(term)
                    .addNewMatchExpression()
                    .withKey(label)
                    .withOperator("In")
                    .addAllToValues(values)
                    .endMatchExpression()
                    .endNodeSelectorTerm();
        }
        create(
                run,
                required.endRequiredDuringSchedulingIgnoredDuringExecution()
                        .endNodeAffinity()
                        .endAffinity()
                        .endSpec());
    }

    /** One that goes to the nodes with this label if its tolerations let it, whatever the model asks for. */
    public static void tolerating(CheckContext run, Pod model, String name, String label, String value) {
        create(
                run,
                of(model, name)
                        .editSpec()
                        .withNodeSelector(Map.of(label, value))
                        .withAffinity(null)
                        .withTopologySpreadConstraints()
                        .endSpec());
    }

    public static void create(CheckContext run, PodBuilder pod) {
        run.client().pods().inNamespace(run.namespace()).resource(pod.build()).create();
        run.touched();
    }

    /** Empty if the copy was placed on one of these nodes; {@code otherwise} says what it means if it was not. */
    public static Optional<Observation> notOn(
            CheckContext run, String name, Collection<String> nodes, String expected, String otherwise) {
        Optional<Pod> pod = run.pod(name);
        Optional<String> node = pod.flatMap(Placement::node);
        if (node.isPresent()) {
            return nodes.contains(node.get()) ? Optional.empty() : Optional.of(Observation.never(expected, otherwise));
        }
        boolean refused = pod.flatMap(Placement::unschedulable).isPresent();
        return Optional.of(
                Observation.notYet(expected, refused ? otherwise : "the scheduler has not tried such a Pod yet"));
    }

    /** Empty if no node takes the copy. */
    public static Optional<Observation> placed(CheckContext run, String name, String expected, String otherwise) {
        Optional<Pod> pod = run.pod(name);
        if (pod.flatMap(Placement::node).isPresent()) {
            return Optional.of(Observation.never(expected, otherwise));
        }
        return pod.flatMap(Placement::unschedulable).isPresent()
                ? Optional.empty()
                : Optional.of(Observation.notYet(expected, "the scheduler has not tried such a Pod yet"));
    }
}
