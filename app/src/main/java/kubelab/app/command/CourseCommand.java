package kubelab.app.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kubelab.app.answers.Grading;
import kubelab.app.answers.OnePersonsAnswers;
import kubelab.app.console.Terminal;
import kubelab.app.course.CourseReport;
import kubelab.app.course.CourseRun;
import kubelab.app.notebook.NotebookCluster;
import kubelab.app.notebook.NotebookRunner;
import kubelab.app.workspace.ExitCode;
import kubelab.app.workspace.Workspace;
import kubelab.cluster.Ability;
import kubelab.cluster.Cluster;
import kubelab.cluster.Clusters;
import kubelab.cluster.PrivateClusters;
import kubelab.cluster.Progress;
import kubelab.course.Chapter;
import kubelab.course.Course;
import kubelab.grader.Answers;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "course",
        header = "Run chapters on a throwaway cluster: notebooks, proofs of all claims, your exercises.",
        description = {
            "",
            "Exit code 0: every notebook ran and every claim was settled. Exercises that are not solved yet are",
            "progress, not failure; with --answers solutions all must pass. 3: a chapter was skipped, since the",
            "cluster does not allow what the chapter does.",
            ""
        },
        mixinStandardHelpOptions = true)
final class CourseCommand implements Callable<Integer> {
    @Parameters(arity = "0..*", paramLabel = "CHAPTER", description = "As in pods; all if none is named.")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--answers",
            paramLabel = "WHERE",
            defaultValue = "labs",
            description = "labs (the default), solutions, or a folder.")
    private String answers;

    @Option(names = "--report", paramLabel = "FILE", description = "Where the HTML report goes.")
    private @org.jspecify.annotations.Nullable Path reportFile;

    @Mixin
    private ClusterOptions options = new ClusterOptions();

    private final Progress progress = Terminal.progress();

    @Override
    public Integer call() throws Exception {
        long begin = System.nanoTime();
        Path root = Workspace.root();
        // read before a cluster is started for a notebook that is broken
        Map<Chapter, Set<String>> needs = new LinkedHashMap<>();
        for (Chapter chapter : Workspace.chapters(names)) {
            needs.put(chapter, NotebookRunner.needs(chapter.notebook()));
        }
        Answers from = Answers.parse(root, answers);
        Course course = Course.load(root);
        if (from instanceof Answers.Folder folder) {
            OnePersonsAnswers.require(folder.path(), course.exercises());
        }
        List<CourseReport.Part> parts;
        List<String> skipped = new ArrayList<>();
        String where;
        try (Cluster cluster = Clusters.start(options.spec(), progress);
                PrivateClusters privates = Grading.privateClusters(cluster, Optional.of(options.spec()), progress)) {
            where = cluster.description();
            Terminal.say("Cluster: " + where + String.format(", ready after %.1f s", seconds(begin)));
            Path kubeconfig = NotebookCluster.secret(cluster.kubeconfig());
            try {
                List<Chapter> allowed = new ArrayList<>();
                needs.forEach((chapter, needed) -> {
                    Set<String> missing = new TreeSet<>(needed);
                    missing.removeAll(Grading.access(cluster).abilities());
                    if (missing.isEmpty()) {
                        allowed.add(chapter);
                    } else {
                        skipped.add(chapter.id());
                        Terminal.say("Chapter " + chapter.id() + " is skipped: it needs " + inWords(missing) + ".");
                    }
                });
                parts = new CourseRun(root, cluster, privates, kubeconfig, from, course, progress)
                        .run(
                                allowed,
                                part -> CourseReport.print(
                                        part, System.out, Terminal.console().colour()));
            } finally {
                Files.deleteIfExists(kubeconfig);
            }
            progress.step("ending the cluster");
        }
        Path report = reportFile == null ? Workspace.output().resolve("report.html") : reportFile;
        if (report.toAbsolutePath().getParent() != null) {
            Files.createDirectories(report.toAbsolutePath().getParent());
        }
        Files.writeString(report, CourseReport.page(parts, where));
        Terminal.endProgress();
        boolean all = answers.equals("solutions");
        CourseReport.last(parts, root.relativize(report.toAbsolutePath()), seconds(begin), System.out);
        boolean ok = parts.stream().allMatch(p -> p.sound() && (!all || p.solved()));
        if (!ok) {
            return ExitCode.FAILED;
        }
        return skipped.isEmpty() ? 0 : ExitCode.NOT_TRIED;
    }

    private static String inWords(Set<String> abilities) {
        return Stream.of(Ability.values())
                .filter(a ->
                        abilities.contains(a.name().toLowerCase(Locale.ROOT).replace('_', '-')))
                .map(a -> a.what() + " (" + a.who() + ")")
                .collect(Collectors.joining(", and "));
    }

    private static double seconds(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }
}
