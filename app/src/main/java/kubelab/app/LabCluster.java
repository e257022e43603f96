package kubelab.app;

import java.time.Duration;
import java.util.List;
import kubelab.cluster.Background;
import kubelab.cluster.Cluster;

/** The background cluster for a notebook's kernel, started if there is none. */
public final class LabCluster {
    private LabCluster() {}

    public static Cluster background(Duration timeout) {
        return new Background(Workspace.home())
                .attachOrStart(
                        UpCommand.ownerCommand(List.of(), Duration.ofHours(4)),
                        timeout,
                        step -> System.out.println("… " + step));
    }
}
