package kubelab.app.daemon;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kubelab.app.workspace.Workspace;
import kubelab.cluster.Background;
import kubelab.cluster.Cluster;
import kubelab.cluster.Progress;

/** The background cluster for a notebook's kernel, started if there is none. */
public final class LabCluster {
    private LabCluster() {}

    public static Cluster background(Duration timeout) {
        return background(timeout, step -> System.out.println("… " + step));
    }

    public static Cluster background(Duration timeout, Progress progress) {
        return new Background(Workspace.home())
                .attachOrStart(daemonCommand(List.of(), Duration.ofHours(4)), timeout, progress);
    }

    /** The background cluster if there is one. */
    public static Optional<Cluster> running() {
        return new Background(Workspace.home()).attach();
    }

    /** A command line for the process that holds the cluster; the asker's process id is to be appended. */
    public static List<String> daemonCommand(List<String> clusterArguments, Duration idle) {
        List<String> command = new ArrayList<>(Workspace.daemon());
        command.add("daemon");
        command.addAll(clusterArguments);
        command.add("--idle-seconds=" + idle.toSeconds());
        command.add("--asker");
        return command;
    }
}
