package kubelab.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
            header = "Make a Python environment with JupyterLab and two Java kernels (246 MB, in .kubelab/).",
            mixinStandardHelpOptions = true)
    int install() throws Exception {
        Jupyter.install(Terminal.progress());
        Terminal.say("Installed in " + Jupyter.folder() + ".");
        Terminal.next("./kubelab jupyter start");
        return 0;
    }

    @Command(name = "start", header = "Open JupyterLab with the course's notebooks.", mixinStandardHelpOptions = true)
    int start(
            @Parameters(arity = "0..1", paramLabel = "CHAPTER", description = "As in pods.") @Nullable String chapter,
            @Option(names = "--jupyter-flag", paramLabel = "FLAG", description = "A further flag for jupyter lab.")
                    @Nullable
                    List<String> flags)
            throws Exception {
        if (!Files.isExecutable(Jupyter.python())) {
            throw new Kubelab.WrongUse("Jupyter is not installed yet. ./kubelab jupyter install does it.");
        }
        Optional<Path> notebook = chapter == null
                ? Optional.empty()
                : Optional.of(Workspace.chapters(List.of(chapter)).get(0).notebook());
        return Jupyter.start(notebook, flags == null ? new ArrayList<>() : flags);
    }

    @Command(
            name = "compare",
            header = "Run notebooks under both kernels and in JShell, and compare what came of each cell.",
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
        if (!Files.isExecutable(Jupyter.python())) {
            throw new Kubelab.WrongUse("Jupyter is not installed yet. ./kubelab jupyter install does it.");
        }
        return new Comparison(Workspace.root(), answers)
                .run(Workspace.chapters(chapters == null ? List.of() : chapters), cluster.spec());
    }
}
