package kubelab.grader.checks.introduction;

import io.fabric8.kubernetes.api.model.Node;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import kubelab.cluster.NodeHeartbeats;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Looks;
import kubelab.grader.check.Observation;
import kubelab.grader.check.PreparedCheck;
import kubelab.grader.looks.Placement;

/** introduction-1. The facts are compared with the cluster's; hollow nodes of other gradings may be in the answer or not. */
final class FirstLookCheck implements PreparedCheck {
    private static final String HOLLOW = "hollow-";

    private String pod = "";
    private String node = "";

    @Override
    public void plan(CheckContext run) {
        pod = run.word();
    }

    /** Not on the first node, where there are several: that one would be right by chance. */
    @Override
    public void prepare(CheckContext run) {
        String first = Placement.nodeNames(run).get(0);
        String any = Placement.anyNode(run);
        node = any.equals(first) ? Placement.nextNode(run, first) : any;
        Placement.create(run, pod, Map.of(), node);
    }

    @Override
    public Looks looks() {
        return new Looks()
                .look("version", run -> is(run, "version", version(run), "what the API server says in gitVersion"))
                .look("nodes", FirstLookCheck::nodes)
                .look("pod", run -> is(run, "pod", pod, "the name of the Pod"))
                .look("node", run -> is(run, "node", node, "the name of the node on which the Pod runs"))
                .look("runtime", run -> is(run, "runtime", runtime(run), "what the node says of its runtime"));
    }

    private static Observation is(CheckContext run, String entry, String truth, String expected) {
        run.note(entry, truth);
        String given = run.answer().path(entry).asString("");
        return Observation.unless(
                !given.equals(truth),
                "as it is",
                expected,
                run.answer().has(entry) ? "something else" : "no entry " + entry);
    }

    private static Observation nodes(CheckContext run) {
        Set<String> missing = new TreeSet<>();
        run.client().nodes().withoutLabel(NodeHeartbeats.LABEL).list().getItems().stream()
                .map(node -> node.getMetadata().getName())
                .forEach(missing::add);
        long others = 0;
        for (var given : run.answer().path("nodes")) {
            String name = given.asString("");
            others += missing.remove(name) || name.startsWith(HOLLOW) ? 0 : 1;
        }
        return Observation.unless(
                !missing.isEmpty() || others > 0,
                "all of them",
                "the name of every node, and nothing else",
                !run.answer().path("nodes").isArray()
                        ? "no list"
                        : missing.isEmpty() ? "something that is no node" : "not all of them");
    }

    private static String version(CheckContext run) {
        return run.client().getKubernetesVersion().getGitVersion();
    }

    private String runtime(CheckContext run) {
        Node its = run.client().nodes().withName(node).require();
        return its.getStatus().getNodeInfo().getContainerRuntimeVersion();
    }
}
