package kubelab.app.command;

import java.nio.file.Path;
import kubelab.app.workspace.Workspace;
import kubelab.publisher.Author;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "author",
        header = "For authors: write all that is generated, or check that generated files are current.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = RecordCommand.class)
final class AuthorCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do: new, update, check, record or handbook.");
    }

    private static Author author() {
        return new Author(Workspace.root(), System.out);
    }

    @Command(
            name = "new",
            header = "Start a new exercise, or with `new chapter NN-TOPIC` a chapter: all its files, to be filled in.",
            mixinStandardHelpOptions = true)
    int create(
            @Parameters(paramLabel = "CHAPTER", description = "As in pods; or the word chapter.") String topic,
            @Parameters(paramLabel = "NAME", description = "As in shared-volume; of a chapter as in 11-volumes.")
                    String name,
            @Option(
                            names = "--form",
                            paramLabel = "FORM",
                            defaultValue = "state",
                            description = "state (the default), repair, question, or a component: scheduler, balancer, "
                                    + "reconciler.")
                    String form) {
        return topic.equals("chapter") ? author().createChapter(name) : author().create(topic, name, form);
    }

    @Command(name = "update", header = "Write notebooks, labs and tables again.", mixinStandardHelpOptions = true)
    int update() {
        return author().update();
    }

    @Command(
            name = "check",
            header = "Check that nothing is stale, missing or left over.",
            mixinStandardHelpOptions = true)
    int check() {
        return author().check(true);
    }

    @Command(name = "handbook", header = "Write the HTML handbook and the slides.", mixinStandardHelpOptions = true)
    int handbook(
            @Option(names = "--out", paramLabel = "FOLDER", description = "Default: .kubelab/handbook.") Path out) {
        return author().handbook(out == null ? Workspace.output().resolve("handbook") : out);
    }
}
