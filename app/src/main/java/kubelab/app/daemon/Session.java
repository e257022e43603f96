package kubelab.app.daemon;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import kubelab.app.console.Console;
import kubelab.app.console.Terminal;
import kubelab.cluster.Cluster;
import kubelab.cluster.ClusterSpec;
import kubelab.grader.WarmGrader;

/**
 * On whose behalf a command runs: its own process', or that of a command which another process runs for it.
 *
 * @param console where its user reads
 * @param directory what relative paths go by
 * @param running the background cluster if there is one
 * @param spec how that cluster was asked for; empty where this process does not know
 * @param standby what is warm already
 */
public record Session(
        Console console,
        Path directory,
        Supplier<Optional<Cluster>> running,
        Optional<ClusterSpec> spec,
        Optional<WarmGrader> standby) {

    public static Session ofProcess() {
        return new Session(
                Terminal.console(),
                Path.of("").toAbsolutePath(),
                LabCluster::running,
                Optional.empty(),
                Optional.empty());
    }

    /** A path as its user wrote it, for this process to open. */
    public Path path(String written) {
        return directory.resolve(written).normalize();
    }
}
