package kubelab.app.command;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import kubelab.app.answers.AnswerFile;
import kubelab.app.answers.Grading;
import kubelab.app.answers.GradingProgress;
import kubelab.app.answers.OnePersonsAnswers;
import kubelab.app.answers.SavedAnswers;
import kubelab.app.answers.Starters;
import kubelab.app.answers.WatchLoop;
import kubelab.app.console.Console;
import kubelab.app.daemon.Session;
import kubelab.app.workspace.ExitCode;
import kubelab.app.workspace.Workspace;
import kubelab.app.workspace.WrongUse;
import kubelab.cluster.Cluster;
import kubelab.cluster.ClusterException;
import kubelab.cluster.Clusters;
import kubelab.cluster.PrivateClusters;
import kubelab.course.Exercise;
import kubelab.course.ExerciseRange;
import kubelab.grader.Answers;
import kubelab.grader.ExerciseResult;
import kubelab.grader.Grader;
import kubelab.grader.Outcome;
import kubelab.grader.Report;
import kubelab.grader.report.HtmlReport;
import kubelab.grader.report.JUnitReport;
import kubelab.grader.report.JsonReport;
import kubelab.grader.report.NextStep;
import kubelab.grader.report.TerminalReport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "check",
        header = "Grade your answers.",
        description = {
            "",
            "Uses the background cluster if one is running; otherwise starts a cluster and deletes it afterwards.",
            ""
        },
        footer = {
            "",
            "Exit codes: 0 all passed; 1 an answer failed; 2 wrong use; 3 something could not be graded; 4 no answer"
                    + " failed, but some are still the starter."
        },
        mixinStandardHelpOptions = true)
public final class CheckCommand implements Callable<Integer> {
    /** What a report can be written as. */
    enum Format {
        TEXT,
        JSON,
        JUNIT,
        HTML
    }

    @Parameters(
            arity = "0..*",
            paramLabel = "EXERCISE",
            description = "As in pods-1, or a chapter as in pods; all if none is named.")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--answers",
            paramLabel = "WHERE",
            defaultValue = "labs",
            description = "labs (the default), solutions, a folder, or a saved notebook (.ipynb).")
    private String answers;

    @Option(names = "--namespace", paramLabel = "NS", description = "Grade what you did by hand in this namespace.")
    private @Nullable String namespace;

    @Option(names = "--seed", paramLabel = "N", description = "Use the names and numbers of an earlier report.")
    private @Nullable Long seed;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text, json, junit or html.")
    private Format format;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Write the report there (text: without colours), not to standard output.")
    private @Nullable Path out;

    @Option(names = "--watch", description = "Grade an exercise again whenever its file is saved, until Ctrl-C.")
    private boolean watch;

    @Option(names = "--allow-skipped", description = "Exit with 0 although exercises were skipped.")
    private boolean allowSkipped;

    @Mixin
    private ClusterOptions options = new ClusterOptions();

    private final Session session;
    private final Console console;

    CheckCommand(Session session) {
        this.session = session;
        this.console = session.console();
    }

    @Override
    public Integer call() throws Exception {
        Path root = Workspace.root();
        Answers from = namespace == null ? Answers.parse(root, where()) : new Answers.State(namespace);
        List<Exercise> exercises = Workspace.exercises(names); // an unknown name is told before a cluster is started
        List<String> ids = exercises.stream().map(Exercise::id).toList();
        if (namespace != null && ids.size() != 1) {
            throw new WrongUse("--namespace grades one exercise: say which, as in `./kubelab check pods-1"
                    + " --namespace " + namespace + "`");
        }
        if (from instanceof Answers.Folder folder) {
            OnePersonsAnswers.require(folder.path(), exercises);
        }
        Set<String> starters = Starters.untouched(root, from, exercises);
        // one that is asked for by its name is shown in full
        Set<String> untouched = names.containsAll(ids) ? Set.of() : starters;
        if (format == Format.TEXT && !watch && untouched.size() == ids.size() && !ids.isEmpty()) {
            nothingBegun(root, from, exercises);
            return ExitCode.NOT_BEGUN;
        }
        Optional<SavedAnswers> saved = watch ? Optional.of(new SavedAnswers(from, exercises)) : Optional.empty();
        Optional<Cluster> running =
                options.given() ? Optional.empty() : session.running().get();
        if (namespace != null && running.isEmpty()) {
            throw new ClusterException(
                    ClusterException.Reason.UNREACHABLE,
                    "--namespace grades what is in the background cluster, and none is running.",
                    "`./kubelab up` starts one.");
        }
        var progress = console.progress();
        int nodes = exercises.stream().mapToInt(Exercise::nodes).max().orElse(1);
        try (Cluster cluster = running.orElseGet(() -> Clusters.start(options.spec(nodes), progress));
                PrivateClusters privates = Grading.privateClusters(
                        cluster, running.isPresent() ? session.spec() : Optional.of(options.spec()), progress);
                Grader grader = grader(root, from, cluster, running.isPresent(), privates)) {
            progress.step("grading on " + cluster.description());
            if (saved.isPresent()) {
                // to wait for starters to fail would keep the learner from the first answer
                ids = ids.stream().filter(id -> !untouched.contains(id)).toList();
            }
            List<ExerciseResult> first = List.of();
            int exitCode = 0;
            if (!ids.isEmpty()) {
                Report report = grader.check(ids, from, untouched);
                console.endProgress();
                exitCode = exitCode(report, starters);
                write(report, exitCode);
                first = report.results();
            }
            if (saved.isPresent()) {
                console.endProgress();
                new WatchLoop(grader, from, saved.get(), report -> write(report, exitCode(report, starters)), console)
                        .run(first);
            }
            return exitCode;
        }
    }

    /** No cluster is needed to say so. */
    private void nothingBegun(Path root, Answers from, List<Exercise> exercises) {
        Exercise first = NextStep.first(exercises);
        String file = AnswerFile.of(from, first)
                .map(path -> (path.startsWith(root) ? root.relativize(path) : path).toString())
                .orElse(first.sourceFile());
        console.out()
                .println("Nothing to grade yet, each answer is still the starter: "
                        + ExerciseRange.of(exercises.stream().map(Exercise::id).toList()));
        console.out().println(NextStep.edit(file, first.id()));
    }

    private String where() {
        return answers.equals("labs") || answers.equals("solutions")
                ? answers
                : session.path(answers).toString();
    }

    /** Starters that fail are no wrong answers. */
    private int exitCode(Report report, Set<String> starters) {
        int exitCode = report.exitCode(allowSkipped);
        boolean wrong = report.results().stream()
                .filter(r -> r.outcome() == Outcome.FAIL || r.outcome() == Outcome.TIMEOUT)
                .anyMatch(r -> !starters.contains(r.exercise().id()));
        return exitCode == ExitCode.FAILED && !wrong ? ExitCode.NOT_BEGUN : exitCode;
    }

    private Grader grader(Path root, Answers from, Cluster cluster, boolean stays, PrivateClusters privates) {
        Grader.Builder builder = Grader.builder(root)
                .cluster(Grading.access(cluster))
                .privateClusters(privates)
                .keepFailed(stays)
                .listener(new GradingProgress(console.progress(), console::say));
        session.standby().ifPresent(builder::standby);
        if (OnePersonsAnswers.areThisUsers(root, from)) {
            builder.progress(Workspace.home().path());
        }
        return (seed == null ? builder : builder.seed(seed)).build();
    }

    private void write(Report report, int exitCode) throws IOException {
        String text =
                switch (format) {
                    case JSON -> JsonReport.write(report, exitCode);
                    case JUNIT -> JUnitReport.write(report);
                    case HTML -> HtmlReport.page(report);
                    case TEXT -> out == null ? "" : text(report);
                };
        if (format == Format.TEXT && out == null) {
            new TerminalReport(console.colour()).write(report, console.out());
        } else if (out != null) {
            Files.writeString(session.path(out.toString()), text);
            console.say("Wrote " + out + ".");
        } else {
            console.out().println(text);
        }
    }

    private static String text(Report report) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream plain = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        new TerminalReport(false).write(report, plain);
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
