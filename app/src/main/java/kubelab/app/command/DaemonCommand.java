package kubelab.app.command;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import kubelab.app.daemon.GradingDaemon;
import kubelab.app.workspace.Workspace;
import kubelab.cluster.ClusterDaemon;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "daemon", hidden = true, header = "Hold the background cluster (started by `up`).")
final class DaemonCommand implements Callable<Integer> {
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
                        Optional.of(() -> GradingDaemon.open(cluster.spec(), Kubelab::execute, standby)))
                .run();
    }
}
