package kubelab.app.command;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import kubelab.app.workspace.Workspace;
import kubelab.cluster.Background;
import kubelab.cluster.Cluster;
import kubelab.cluster.ClusterException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "kubectl",
        header =
                "Run the kubectl on PATH against the background cluster; without one, the kubectl in its k3s container.")
final class KubectlCommand implements Callable<Integer> {
    @Parameters(arity = "0..*", paramLabel = "ARG")
    private List<String> arguments = new ArrayList<>();

    List<String> arguments() {
        return arguments;
    }

    @Override
    public Integer call() throws Exception {
        Background background = new Background(Workspace.home());
        try (Cluster cluster = background
                .attach()
                .orElseThrow(() -> new ClusterException(
                        ClusterException.Reason.UNREACHABLE,
                        "No background cluster is running.",
                        "`./kubelab up` starts one."))) {
            List<String> command = new ArrayList<>();
            Optional<Path> onPath = onPath("kubectl");
            if (onPath.isPresent()) {
                command.add(onPath.get().toString());
            } else if (cluster.provider().equals("k3s")) {
                long owner = background.state().orElseThrow().owner().pid();
                command.addAll(List.of(
                        "sh",
                        "-c",
                        "exec docker exec -i \"$(docker ps -q --filter label=dev.kubelab.owner.pid=" + owner
                                + " | tail -n 1)\" kubectl \"$@\"",
                        "kubectl"));
            } else {
                throw new ClusterException(
                        ClusterException.Reason.OTHER,
                        "There is no kubectl on PATH.",
                        "Install it, or use `./kubelab up --cluster k3s`, whose container brings one.");
            }
            command.addAll(arguments);
            ProcessBuilder kubectl = new ProcessBuilder(command).inheritIO();
            kubectl.environment().put("KUBECONFIG", background.kubeconfig().toString());
            return kubectl.start().waitFor();
        }
    }

    static Optional<Path> onPath(String program) {
        for (String dir : Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator)) {
            Path file = Path.of(dir.isEmpty() ? "." : dir, program);
            if (Files.isExecutable(file) && Files.isRegularFile(file)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }
}
