package kubelab.app;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import kubelab.cluster.ClusterDaemon;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "owner", hidden = true, header = "Hold the background cluster (started by `up`).")
final class OwnerCommand implements Callable<Integer> {
    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Option(names = "--idle-seconds", required = true)
    private long idle;

    @Option(names = "--asker", required = true)
    private long asker;

    @Option(names = "--standby", description = "Get ready to grade before the first `check` comes.")
    private boolean standby;

    @Override
    public Integer call() throws Exception {
        return new ClusterDaemon(
                        Workspace.home(),
                        cluster.spec(),
                        Duration.ofSeconds(idle),
                        asker,
                        Optional.of(() -> OwnerDoor.open(cluster.spec(), standby)))
                .run();
    }
}
