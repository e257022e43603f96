package kubelab.app.command;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import kubelab.app.daemon.OwnerDoor;
import kubelab.app.workspace.Workspace;
import kubelab.cluster.BackgroundOwner;
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
        return new BackgroundOwner(
                        Workspace.home(),
                        cluster.spec(),
                        Duration.ofSeconds(idle),
                        asker,
                        Optional.of(() -> OwnerDoor.open(cluster.spec(), Kubelab::execute, standby)))
                .run();
    }
}
