package kubelab.app.command;

import java.io.InterruptedIOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.Properties;
import kubelab.app.console.Console;
import kubelab.app.daemon.Session;
import kubelab.app.workspace.ExitCode;
import kubelab.app.workspace.Missing;
import kubelab.app.workspace.WrongUse;
import kubelab.cluster.ClusterException;
import kubelab.cluster.K3sProvider;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program: reads the command line, runs one command, and turns whatever goes wrong into one clear message. */
@Command(
        name = "kubelab",
        header = "Kubernetes from the inside: a course that runs, with labs in Java and a grader.",
        description = {"", "Start with:  ./kubelab course", ""},
        mixinStandardHelpOptions = true,
        versionProvider = Kubelab.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        footer = {
            "",
            "Exit codes: 0 all well; 1 something failed; 2 wrong use; 3 could not be run;",
            "4 all that was begun is right, the rest is not begun."
        },
        subcommands = {
            CourseCommand.class,
            CheckCommand.class,
            HandbookCommand.class,
            ListCommand.class,
            ExplainCommand.class,
            HintCommand.class,
            ResetCommand.class,
            PrepareCommand.class,
            UpCommand.class,
            DownCommand.class,
            StatusCommand.class,
            KubectlCommand.class,
            JupyterCommand.class,
            DoctorCommand.class,
            BenchCommand.class,
            AuthorCommand.class,
            DaemonCommand.class,
            SoakCommand.class,
            WarmUpCommand.class,
            GenerateCompletion.class
        })
public final class Kubelab implements Runnable {
    private static final int HELP_COLUMNS = 80;
    /** Picocli's own least. */
    private static final int LEAST_COLUMNS = 55;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--debug",
            scope = ScopeType.INHERIT,
            description = "Show the whole error when something goes wrong.")
    private boolean debug;

    static CommandLine commandLine() {
        return commandLine(Session.ofProcess());
    }

    static CommandLine commandLine(Session session) {
        CommandLine line = new CommandLine(new Kubelab(), new Factory(session));
        Console console = session.console();
        boolean colour = console.colour();
        // picocli's own writers would take the encoding from the environment
        line.setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8));
        line.setColorScheme(CommandLine.Help.defaultColorScheme(colour ? Ansi.ON : Ansi.OFF));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpWidth(console.columns() == 0 ? HELP_COLUMNS : Math.max(LEAST_COLUMNS, console.columns()));
        line.getSubcommands().forEach((name, sub) -> {
            if (name.equals("kubectl")) {
                sub.setUnmatchedOptionsArePositionalParams(true).setStopAtPositional(true);
            }
        });
        line.setExecutionExceptionHandler((thrown, command, parsed) -> explain(thrown, command, console));
        line.setParameterExceptionHandler((wrong, args) -> {
            console.error(String.valueOf(wrong.getMessage()));
            if (wrong instanceof CommandLine.MissingParameterException
                    && String.valueOf(wrong.getMessage()).contains("'EXERCISE'")) {
                console.next("`./kubelab list` names the exercises.");
            } else if (!CommandLine.UnmatchedArgumentException.printSuggestions(wrong, line.getErr())) {
                console.next("See `./" + wrong.getCommandLine().getCommandSpec().qualifiedName() + " --help`.");
            }
            return ExitCode.WRONG_USE;
        });
        return line;
    }

    /** Runs a command line for this process or another. @return the exit code */
    public static int execute(Session session, List<String> arguments) {
        return commandLine(session).execute(arguments.toArray(String[]::new));
    }

    private static int explain(Exception thrown, CommandLine command, Console console) {
        console.endProgress();
        Object root = command.getCommandSpec().root().userObject();
        if (root instanceof Kubelab program && program.debug) {
            thrown.printStackTrace();
        }
        if (thrown instanceof ClusterException e) {
            console.error(String.valueOf(e.getMessage()));
            console.next(e.nextStep());
            return e.reason().exitCode();
        }
        if (wasInterrupted(thrown)) {
            // of this process no thread is interrupted by anything else
            console.error("Stopped: the background cluster was ended (`./kubelab down`) while this command used it.");
            console.next("`./kubelab up` starts it again; without it each check starts a cluster of its own.");
            return ExitCode.NOT_TRIED;
        }
        if (thrown instanceof WrongUse || thrown instanceof IllegalArgumentException) {
            console.error(String.valueOf(thrown.getMessage()));
            return ExitCode.WRONG_USE;
        }
        if (thrown instanceof Missing e) {
            console.error(String.valueOf(e.getMessage()));
            console.next(e.nextStep());
            return ExitCode.NOT_TRIED;
        }
        Throwable cause = thrown instanceof UncheckedIOException ? thrown.getCause() : thrown;
        if (cause instanceof FileSystemException denied
                && (cause instanceof AccessDeniedException
                        || String.valueOf(denied.getReason()).contains("Read-only file system"))) {
            console.error("This user may not write " + denied.getFile() + ".");
            console.next("Change its permissions, or use a clone of your own.");
            return ExitCode.NOT_TRIED;
        }
        String text = thrown.getMessage() == null ? thrown.toString() : thrown.getMessage();
        if (text.toLowerCase(java.util.Locale.ROOT).contains("no space left")) {
            console.error("The disk is full: " + text);
            console.next("Free some space, then try again.");
            return ExitCode.NOT_TRIED;
        }
        console.error(thrown.getClass().getSimpleName() + ": " + text);
        console.next("`./kubelab doctor` checks this machine; --debug shows the whole error.");
        return ExitCode.NOT_TRIED;
    }

    private static boolean wasInterrupted(Throwable thrown) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (t instanceof InterruptedException
                    || t instanceof InterruptedIOException
                    || t instanceof ClosedByInterruptException) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void run() {
        spec.commandLine().usage(System.out);
    }

    /** Tells the commands on whose behalf they run. */
    private record Factory(Session session) implements CommandLine.IFactory {
        @Override
        public <K> K create(Class<K> type) throws Exception {
            return type == CheckCommand.class
                    ? type.cast(new CheckCommand(session))
                    : CommandLine.defaultFactory().create(type);
        }
    }

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Kubelab.class.getPackage().getImplementationVersion();
            Properties java = System.getProperties();
            return new String[] {
                "kubelab " + (version == null ? "(development)" : version),
                "Kubernetes " + K3sProvider.kubernetesVersion(),
                "Java " + java.getProperty("java.version") + " (" + java.getProperty("java.home") + ")"
            };
        }
    }
}
