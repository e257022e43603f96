package kubelab.app.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import kubelab.app.soak.Programs;
import kubelab.app.soak.Soak;
import kubelab.app.workspace.ExitCode;
import kubelab.app.workspace.Workspace;
import kubelab.app.workspace.WrongUse;
import kubelab.course.Course;
import kubelab.course.Exercise;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "soak",
        hidden = true,
        header = "Keep an embedded cluster under load and see whether it stays well (exit code 1: it does not).")
final class SoakCommand implements Callable<Integer> {
    @Option(
            names = "--minutes",
            paramLabel = "N",
            defaultValue = "5",
            description = "How long; default ${DEFAULT-VALUE}.")
    private int minutes;

    @Override
    public Integer call() throws Exception {
        if (minutes < 1) {
            throw new WrongUse("--minutes is 1 or more, not " + minutes + ".");
        }
        Path root = Workspace.root();
        Path folder = Workspace.output().resolve("soak");
        Files.createDirectories(folder);
        Path log = folder.resolve("programs.log");
        Files.deleteIfExists(log);
        System.out.println("What gradings and notebooks print: " + log);
        List<String> exercises =
                Course.load(root).exercises().stream().map(Exercise::id).toList();
        List<String> program = Workspace.again();
        boolean well = new Soak(Duration.ofMinutes(minutes), System.out)
                .run(
                        folder,
                        kubeconfig ->
                                new Programs(program, kubeconfig, root, exercises, List.of("pods", "services"), log));
        return well ? 0 : ExitCode.FAILED;
    }
}
