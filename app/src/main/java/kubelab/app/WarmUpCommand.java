package kubelab.app;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import kubelab.cluster.Cluster;
import kubelab.cluster.ClusterSpec;
import kubelab.cluster.Clusters;
import picocli.CommandLine.Command;

/** Touches what every start needs, so that the class-data archive that this JVM writes at its end has it. */
@Command(name = "warm-up", hidden = true, header = "Record which classes a start needs (run by the launcher).")
final class WarmUpCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        Kubelab.commandLine().getUsageMessage();
        Kubelab.catalogue();
        try (Cluster cluster = Clusters.start(ClusterSpec.embedded().withStartTimeout(Duration.ofSeconds(20)))) {
            cluster.deleteNamespace(cluster.newNamespace("warm-up", Map.of()));
            Cluster.attached(cluster.kubeconfig(), cluster.provider(), "").close();
        } catch (RuntimeException e) {
            // an archive with less in it is still an archive
        }
        return 0;
    }
}
