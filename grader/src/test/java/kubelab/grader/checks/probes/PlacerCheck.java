package kubelab.grader.checks.probes;

import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;
import java.util.Optional;
import kubelab.cluster.NodeHeartbeats;
import kubelab.grader.check.Check;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Looks;
import kubelab.grader.check.Observation;
import kubelab.labkit.component.SchedulerHarness;

/** A scheduler that must put a Pod on the node that the Pod's label names. */
public final class PlacerCheck implements Check {
    private String name = "";

    @Override
    public void plan(CheckContext run) {
        name = run.word();
    }

    @Override
    public void start(CheckContext run) {
        run.start(SchedulerHarness.named(name));
    }

    @Override
    public Looks looks() {
        return new Looks()
                .look("placed", this::create, this::placed)
                .look("again", run -> Observation.holds("it would"));
    }

    private void create(CheckContext run) {
        List<String> nodes = nodes(run);
        run.client()
                .pods()
                .inNamespace(run.namespace())
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withName("web")
                        .addToLabels("wants", nodes.get(nodes.size() - 1))
                        .endMetadata()
                        .withNewSpec()
                        .withSchedulerName(name)
                        .addNewContainer()
                        .withName("pause")
                        .withImage("registry.k8s.io/pause:3.10")
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
        run.touched();
    }

    private Observation placed(CheckContext run) {
        List<String> nodes = nodes(run);
        String wanted = nodes.get(nodes.size() - 1);
        Optional<String> node =
                run.pod("web").map(p -> p.getSpec().getNodeName()).filter(n -> n != null);
        if (node.isEmpty()) {
            return Observation.notYet("web on " + wanted, "web has no node");
        }
        return node.get().equals(wanted)
                ? Observation.holds("it is there")
                : Observation.never("web on " + wanted, "web on " + node.get());
    }

    private static List<String> nodes(CheckContext run) {
        return run.client().nodes().withoutLabel(NodeHeartbeats.LABEL).list().getItems().stream()
                .map(n -> n.getMetadata().getName())
                .sorted()
                .toList();
    }
}
