package kubelab.app;

import java.util.concurrent.Callable;
import kubelab.cluster.Background;
import kubelab.cluster.Cluster;
import kubelab.cluster.ClusterException;
import kubelab.grader.Grader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "prepare",
        header = "Set up in a namespace what an exercise starts from, to answer it by hand with kubectl.",
        mixinStandardHelpOptions = true)
final class PrepareCommand implements Callable<Integer> {
    @Parameters(paramLabel = "EXERCISE", description = "As in pods-5.")
    private String id;

    @Option(names = "--namespace", required = true, paramLabel = "NS", description = "Is made if it is not there.")
    private String namespace;

    @Override
    public Integer call() throws Exception {
        Kubelab.catalogue().get(id);
        try (Cluster cluster = new Background(Workspace.home())
                        .attach()
                        .orElseThrow(() -> new ClusterException(
                                ClusterException.Reason.UNREACHABLE,
                                "No background cluster is running.",
                                "`kubelab up` starts one."));
                Grader grader = Grader.builder(Workspace.root())
                        .cluster(Grading.access(cluster))
                        .build()) {
            grader.prepare(id, namespace);
            Terminal.say("Namespace " + namespace + " is ready for " + id + ".");
            Terminal.next("./kubelab check " + id + " --namespace " + namespace);
            return 0;
        }
    }
}
