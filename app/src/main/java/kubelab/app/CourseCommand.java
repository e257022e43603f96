package kubelab.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kubelab.app.notebook.Chapter;
import kubelab.app.notebook.NotebookResult;
import kubelab.app.notebook.NotebookRunner;
import kubelab.cluster.Ability;
import kubelab.cluster.Cluster;
import kubelab.cluster.Clusters;
import kubelab.cluster.PrivateClusters;
import kubelab.cluster.Progress;
import kubelab.grader.Answers;
import kubelab.grader.Catalogue;
import kubelab.grader.Exercise;
import kubelab.grader.Grader;
import kubelab.grader.Report;
import kubelab.grader.claims.Claim;
import kubelab.grader.claims.ClaimResult;
import kubelab.grader.claims.ClaimRunner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "course",
        header = "Run chapters on a throwaway cluster: notebooks, proofs of all claims, your exercises.",
        description = {
            "",
            "Exit code 0: every notebook ran and every claim was proven. Exercises that are not solved yet are",
            "progress, not failure; with --answers solutions all must pass. 3: a chapter was skipped, since the",
            "cluster does not allow what it does.",
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
        List<Chapter> chapters = Workspace.chapters(names);
        Answers from = Answers.parse(root, answers);
        Catalogue catalogue = Catalogue.load(root);
        List<CourseReport.Part> parts = new ArrayList<>();
        List<String> skipped = new ArrayList<>();
        String where;
        try (Cluster cluster = Clusters.start(options.spec(), progress);
                PrivateClusters privates = Grading.privateClusters(cluster, Optional.of(options.spec()), progress)) {
            where = cluster.description();
            Terminal.say("Cluster: " + where + String.format(", ready after %.1f s", seconds(begin)));
            Path kubeconfig = NotebookCluster.secret(cluster.kubeconfig());
            try {
                for (Chapter chapter : chapters) {
                    Set<String> missing = new TreeSet<>(chapter.needs());
                    missing.removeAll(Grading.access(cluster).abilities());
                    if (!missing.isEmpty()) {
                        skipped.add(chapter.id());
                        Terminal.say("Chapter " + chapter.id() + " is skipped: it needs " + inWords(missing) + ".");
                        continue;
                    }
                    CourseReport.Part part = run(root, chapter, cluster, privates, kubeconfig, from, catalogue);
                    parts.add(part);
                    CourseReport.print(part, System.out, Terminal.console().colour());
                }
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
            return Kubelab.FAILED;
        }
        return skipped.isEmpty() ? 0 : Kubelab.NOT_TRIED;
    }

    /** The chapter's three parts side by side: each mostly waits for the cluster. */
    private CourseReport.Part run(
            Path root,
            Chapter chapter,
            Cluster cluster,
            PrivateClusters privates,
            Path kubeconfig,
            Answers from,
            Catalogue catalogue)
            throws Exception {
        progress.step("running chapter " + chapter.id());
        CompletableFuture<NotebookResult> notebook = CompletableFuture.supplyAsync(() -> {
            try {
                NotebookRunner runner = new NotebookRunner(
                        NotebookCluster.environment(cluster, kubeconfig),
                        id -> catalogue.find(id).flatMap(e -> NotebookCluster.answer(from, e)),
                        Workspace.output().resolve("run"));
                return runner.run(
                        chapter,
                        cell -> progress.step(chapter.id() + ": cell " + cell.number() + " of " + cell.total()));
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new CompletionException(e);
            }
        });
        CompletableFuture<List<ClaimResult>> claims = CompletableFuture.supplyAsync(() -> new ClaimRunner(
                        cluster.client(), cluster::newNamespace, ClaimRunner.solutions(Workspace.solutions()))
                .run(
                        Claim.of(root, chapter.topic()),
                        r -> progress.step(r.claim().id() + (r.proven() ? " is proven" : " is not proven"))));
        try (Grader grader = Grader.builder(root)
                .cluster(Grading.access(cluster))
                .privateClusters(privates)
                .progress(Workspace.home().path())
                .listener(new CheckCommand.Live(Terminal.progress(), Terminal::say))
                .build()) {
            List<String> ids = catalogue.exercises().stream()
                    .filter(e -> e.topic().equals(chapter.topic()))
                    .map(Exercise::id)
                    .toList();
            Optional<Report> graded = ids.isEmpty() ? Optional.empty() : Optional.of(grader.check(ids, from));
            Set<String> untouched = Starters.untouched(root, from, catalogue.exercises());
            return new CourseReport.Part(chapter, notebook.join(), claims.join(), graded, untouched);
        }
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
