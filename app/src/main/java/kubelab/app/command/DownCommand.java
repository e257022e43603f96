package kubelab.app.command;

import java.util.concurrent.Callable;
import kubelab.app.console.Terminal;
import kubelab.app.workspace.Workspace;
import kubelab.cluster.Background;
import kubelab.cluster.Sweep;
import picocli.CommandLine.Command;

@Command(
        name = "down",
        header = "End the background cluster, and remove what killed commands left behind.",
        mixinStandardHelpOptions = true)
final class DownCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        boolean ran = new Background(Workspace.home()).stop(Terminal.progress());
        int swept = Sweep.containers();
        Terminal.say(ran ? "The background cluster is down." : "No background cluster was running.");
        if (swept > 0) {
            Terminal.say("Removed " + swept + " container(s) that a killed command had left.");
        }
        return 0;
    }
}
