package kubelab.app.command;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.concurrent.Callable;
import kubelab.app.answers.Grading;
import kubelab.app.console.Terminal;
import kubelab.app.workspace.Workspace;
import kubelab.app.workspace.WrongUse;
import kubelab.cluster.Background;
import kubelab.cluster.Cluster;
import kubelab.cluster.ClusterException;
import kubelab.course.Exercise;
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

    @Option(names = "--namespace", required = true, paramLabel = "NS", description = "Created if missing.")
    private String namespace;

    @Override
    public Integer call() throws Exception {
        Exercise exercise = Workspace.course().get(id);
        try (Cluster cluster = new Background(Workspace.home())
                        .attach()
                        .orElseThrow(() -> new ClusterException(
                                ClusterException.Reason.UNREACHABLE,
                                "No background cluster is running.",
                                "`./kubelab up` starts one."));
                Grader grader = Grader.builder(Workspace.root())
                        .cluster(Grading.access(cluster))
                        .build()) {
            try {
                grader.prepare(id, namespace);
            } catch (KubernetesClientException e) {
                if (e.getCode() != HttpURLConnection.HTTP_CONFLICT || e.getStatus() == null) {
                    throw e;
                }
                throw new WrongUse("The namespace " + namespace + " is in use ("
                        + e.getStatus().getMessage() + "). Take another name.");
            }
            Terminal.say("Namespace " + namespace + " is ready for " + id + ", " + exercise.title() + ".");
            Terminal.next("the task  ./kubelab explain " + id);
            Terminal.next("look      ./kubelab kubectl -n " + namespace + " get all");
            boolean state = exercise.form().isDoneByHand();
            Terminal.next(
                    state
                            ? "check     ./kubelab check " + id + " --namespace " + namespace
                            : "check     ./kubelab check " + id
                                    + "   (the answer is Java, graded in a namespace of its own)");
            return 0;
        }
    }
}
