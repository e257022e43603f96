package kubelab.app;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import kubelab.cluster.Background;
import kubelab.cluster.Cluster;
import kubelab.cluster.Progress;

/** The background cluster for a notebook's kernel, started if there is none. */
public final class LabCluster {
    private LabCluster() {}

    public static Cluster background(Duration timeout) {
        return background(timeout, step -> System.out.println("… " + step));
    }

    static Cluster background(Duration timeout, Progress progress) {
        return new Background(Workspace.home())
                .attachOrStart(UpCommand.ownerCommand(List.of(), Duration.ofHours(4)), timeout, progress);
    }

    /** The background cluster if there is one. */
    public static Optional<Cluster> running() {
        return new Background(Workspace.home()).attach();
    }
}
