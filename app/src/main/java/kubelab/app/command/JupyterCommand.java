package kubelab.app.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import kubelab.app.console.Terminal;
import kubelab.app.daemon.LabCluster;
import kubelab.app.jupyter.Comparison;
import kubelab.app.jupyter.Jupyter;
import kubelab.app.jupyter.JupyterServer;
import kubelab.app.jupyter.Kernels;
import kubelab.app.workspace.Workspace;
import kubelab.app.workspace.WrongUse;
import kubelab.cluster.Progress;
import kubelab.course.Chapter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "jupyter",
        header = "Install or start JupyterLab with the course's Java kernels.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
final class JupyterCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do: install, start or compare.");
    }

    @Command(
            name = "install",
            header = "Make a Python environment with JupyterLab and two Java kernels (250 MB, in .kubelab/).",
            description = {"", "`start` does this on first use, too.", ""},
            mixinStandardHelpOptions = true)
    int install() throws Exception {
        Jupyter.ensure(Terminal.progress());
        Jupyter.ensureIjava(Terminal.progress());
        Kernels.write();
        Terminal.say("Installed in " + Jupyter.folder() + ".");
        Terminal.next("./kubelab jupyter start");
        return 0;
    }

    @Command(name = "start", header = "Open JupyterLab with the course's notebooks.", mixinStandardHelpOptions = true)
    int start(
            @Parameters(arity = "0..1", paramLabel = "CHAPTER", description = "As in pods.") @Nullable String chapter,
            @Option(
                            names = "--port",
                            paramLabel = "N",
                            defaultValue = "8888",
                            description = "The port; if it is taken, the next free one. Default ${DEFAULT-VALUE}.")
                    int port,
            @Option(
                            names = "--folder",
                            paramLabel = "FOLDER",
                            description = "Work on copies of the notebooks there, made where they are missing.")
                    @Nullable
                    Path folder,
            @Option(names = "--no-browser", description = "Only print the address.") boolean quiet,
            @Option(names = "--jupyter-flag", paramLabel = "FLAG", description = "A further flag for jupyter lab.")
                    @Nullable
                    List<String> flags)
            throws Exception {
        if (port < 1 || port > 65535) {
            throw new WrongUse("--port is a number from 1 to 65535, not " + port + ".");
        }
        List<Chapter> chapters = Workspace.chapters(chapter == null ? List.of() : List.of(chapter));
        Progress progress = Terminal.progress();
        Jupyter.ensure(progress);
        Kernels.write();
        // so that the first cell of a notebook need not wait for it
        LabCluster.background(Duration.ofMinutes(5), progress).close();
        Kernels.prepare(progress);
        Path notebooks = folder == null ? Workspace.root().resolve("notebooks") : copies(folder);
        try (JupyterServer server = JupyterServer.start(notebooks, port, flags == null ? List.of() : flags, progress)) {
            Optional<Path> notebook = chapter == null
                    ? Optional.empty()
                    : Optional.of(chapters.get(0).notebook());
            String page = server.page(notebook);
            Terminal.say("JupyterLab: " + page);
            Terminal.say("Ctrl-C ends JupyterLab and its kernels. The cluster stays for `./kubelab check` and kubectl;"
                    + " `./kubelab down` ends it.");
            if (!quiet && !Browser.open(page)) {
                Terminal.say("Open that address in a browser; the address contains the password.");
            }
            return server.await();
        }
    }

    private static Path copies(Path folder) throws IOException {
        Path copies = Files.createDirectories(folder.toAbsolutePath());
        for (Chapter chapter : Workspace.chapters(List.of())) {
            Path copy = copies.resolve(chapter.notebook().getFileName());
            if (!Files.exists(copy)) {
                Files.copy(chapter.notebook(), copy);
            }
        }
        return copies;
    }

    @Command(
            name = "compare",
            header = "Run notebooks under both kernels and in JShell, and compare the results of each cell.",
            mixinStandardHelpOptions = true)
    int compare(
            @Parameters(arity = "0..*", paramLabel = "CHAPTER", description = "As in pods; all if none is named.")
                    @Nullable
                    List<String> chapters,
            @Option(
                            names = "--answers",
                            defaultValue = "solutions",
                            paramLabel = "WHERE",
                            description = "labs or solutions.")
                    String answers,
            @Mixin ClusterOptions cluster)
            throws Exception {
        Jupyter.ensure(Terminal.progress());
        Jupyter.ensureIjava(Terminal.progress());
        return new Comparison(Workspace.root(), answers)
                .run(Workspace.chapters(chapters == null ? List.of() : chapters), cluster.spec());
    }
}
