package kubelab.app.command;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import kubelab.app.console.Terminal;
import kubelab.app.console.TerminalText;
import kubelab.app.workspace.Workspace;
import kubelab.publisher.Author;
import picocli.CommandLine.Command;

@Command(
        name = "handbook",
        header = "Write the handbook and the slides as HTML pages, and open the handbook.",
        mixinStandardHelpOptions = true)
final class HandbookCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        Path folder = Workspace.output().resolve("handbook");
        var progress = Terminal.progress();
        PrintStream said = TerminalText.over(System.err, StandardCharsets.UTF_8, 0, Terminal::endProgress);
        int written = new Author(Workspace.root(), said).handbook(folder, progress::step);
        Terminal.endProgress();
        if (written == 0) {
            String page = folder.resolve("index.html").toUri().toString();
            System.out.println(page);
            Terminal.next("Open that page in a browser. Exercises: ./kubelab list");
            Browser.open(page);
        }
        return written;
    }
}
