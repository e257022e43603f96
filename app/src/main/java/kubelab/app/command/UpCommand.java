package kubelab.app.command;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import kubelab.app.console.Terminal;
import kubelab.app.daemon.LabCluster;
import kubelab.app.workspace.ExitCode;
import kubelab.app.workspace.Workspace;
import kubelab.cluster.Background;
import kubelab.cluster.Cluster;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "up",
        header = "Start the background cluster and say how kubectl finds it.",
        description = {
            "",
            "Prints one line for your shell on standard output:  eval \"$(./kubelab up --nodes 3)\"",
            "The cluster stays until `./kubelab down`, or until no command has used it for a while.",
            ""
        },
        mixinStandardHelpOptions = true)
public final class UpCommand implements Callable<Integer> {
    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Option(
            names = "--idle",
            paramLabel = "MINUTES",
            defaultValue = "240",
            description = "End after this time without a command that uses it; 0: never. Default ${DEFAULT-VALUE}.")
    private int idle;

    @Override
    public Integer call() {
        Background background = new Background(Workspace.home());
        boolean ran = background.state().isPresent();
        List<String> arguments = cluster.arguments();
        arguments.add("--standby"); // who starts a cluster by hand will want to be graded on it
        List<String> owner = LabCluster.daemonCommand(arguments, Duration.ofMinutes(idle));
        try (Cluster up =
                background.attachOrStart(owner, cluster.spec().startTimeout().plusSeconds(30), Terminal.progress())) {
            Terminal.say((ran ? "Running already: " : "Ready: ") + up.description());
            if (ran && cluster.given() && differs(up)) {
                Terminal.say("That is not the cluster you asked for. End it with `./kubelab down`, then start again.");
                return ExitCode.WRONG_USE;
            }
            if (System.getProperty("kubelab.tty.out", "").equals("true")) {
                Terminal.say("For kubectl, run this line in your shell; or begin with  eval \"$(./kubelab up)\"");
            }
            System.out.println("export KUBECONFIG=" + quoted(background.kubeconfig()));
            return 0;
        }
    }

    private boolean differs(Cluster up) {
        return !up.provider().equals(cluster.spec().provider())
                || up.nodes().size() != cluster.spec().nodes();
    }

    private static String quoted(Path path) {
        String text = path.toString();
        return text.matches("[A-Za-z0-9_./-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
