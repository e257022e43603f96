package kubelab.app.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import kubelab.app.answers.Starters;
import kubelab.app.console.Terminal;
import kubelab.app.workspace.Workspace;
import kubelab.course.Exercise;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "reset",
        header = "Put an exercise's starter back; your file is kept beside it.",
        mixinStandardHelpOptions = true)
final class ResetCommand implements Callable<Integer> {
    @Parameters(paramLabel = "EXERCISE", description = "As in pods-1.")
    private String id;

    @Override
    public Integer call() throws IOException {
        Exercise e = Workspace.course().get(id);
        Path file = Workspace.root().resolve("labs/src/main/java").resolve(e.sourceFile());
        String starter = Starters.of(Workspace.root(), e);
        if (Files.exists(file)) {
            if (Files.readString(file).equals(starter)) {
                Terminal.say("labs/src/main/java/" + e.sourceFile() + " is the starter already.");
                return 0;
            }
            Path kept = file.resolveSibling(e.simpleName() + ".java.kept"); // no .java: nothing compiles it
            for (int n = 2; Files.exists(kept); n++) {
                kept = file.resolveSibling(e.simpleName() + ".java.kept" + n);
            }
            Files.move(file, kept);
            Terminal.say(
                    "Your file is kept as " + Workspace.root().relativize(kept) + "; move it back to use it again.");
        }
        Files.createDirectories(file.getParent());
        Files.writeString(file, starter);
        Terminal.say("labs/src/main/java/" + e.sourceFile() + " is the starter again.");
        return 0;
    }
}
