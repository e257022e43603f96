package kubelab.app;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import kubelab.cluster.Cluster;
import kubelab.cluster.ClusterSpec;
import kubelab.cluster.Clusters;
import kubelab.grader.Answers;
import kubelab.grader.Exercise;
import kubelab.grader.Grader;
import kubelab.grader.Report;
import kubelab.grader.report.TerminalReport;
import kubelab.grader.worker.WorkerArchive;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Does once what commands do, so that the class-data archive which this JVM writes at its end has the classes that takes;
 * and makes the archive of the processes that grade.
 */
@Command(name = "warm-up", hidden = true, header = "Record which classes a start needs (run by the launcher).")
final class WarmUpCommand implements Callable<Integer> {
    @Option(names = "--workers", paramLabel = "FILE")
    private @Nullable Path workers;

    @Override
    public Integer call() throws Exception {
        Kubelab.commandLine().getUsageMessage();
        Path root = Workspace.root();
        try (Cluster cluster = Clusters.start(ClusterSpec.embedded().withStartTimeout(Duration.ofSeconds(20)))) {
            cluster.deleteNamespace(cluster.newNamespace("warm-up", Map.of()));
            Path archive = workers;
            if (archive != null) {
                WorkerArchive.make(archive, cluster);
            }
            try (Cluster attached = Cluster.attached(cluster.kubeconfig(), cluster.provider(), "")) {
                grade(root, attached);
            }
        } catch (RuntimeException e) {
            // an archive with less in it is still an archive
        }
        return 0;
    }

    /** The first exercise, as a learner's `check` would. */
    private static void grade(Path root, Cluster cluster) throws InterruptedException {
        try (Grader grader = Grader.builder(root)
                .cluster(Grading.access(cluster))
                .listener(new CheckCommand.Live(Terminal.progress(), Terminal::say))
                .build()) {
            List<String> first = grader.catalogue().exercises().stream()
                    .filter(e -> e.form() == Exercise.Form.STATE)
                    .map(Exercise::id)
                    .limit(1)
                    .toList();
            Report report = grader.check(first, Answers.parse(root, "solutions"));
            new TerminalReport(true)
                    .write(report, new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
        }
    }
}
