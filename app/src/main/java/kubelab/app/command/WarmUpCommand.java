package kubelab.app.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import kubelab.app.daemon.DaemonClient;
import kubelab.app.daemon.GradingDaemon;
import kubelab.app.daemon.LabCluster;
import kubelab.app.workspace.Workspace;
import kubelab.cluster.Cluster;
import kubelab.cluster.ClusterDaemon;
import kubelab.cluster.ClusterSpec;
import kubelab.cluster.Deadline;
import kubelab.containers.host.DaemonThreads;
import kubelab.containers.host.FileTree;
import kubelab.course.Exercise;
import kubelab.grader.worker.WorkerArchive;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Does once what commands do, so that the class-data archive which this JVM writes at its end has the classes that takes:
 * holds a cluster as the daemon does, and asks itself over the socket to grade an exercise. Makes the archive of the
 * processes that grade, too.
 */
@Command(name = "warm-up", hidden = true, header = "Record which classes a start needs (run by the launcher).")
final class WarmUpCommand implements Callable<Integer> {
    private static final Duration START = Duration.ofSeconds(20);

    @Option(names = "--workers", paramLabel = "FILE")
    private @Nullable Path workers;

    @Override
    public Integer call() throws Exception {
        Kubelab.commandLine().getUsageMessage();
        Path folder = Files.createTempDirectory("kubelab-warm-up-");
        System.setProperty("kubelab.home", folder.toString());
        try {
            hold();
            try (Cluster cluster = attach()) {
                cluster.deleteNamespace(cluster.newNamespace("warm-up", Map.of()));
                Path archive = workers;
                if (archive != null) {
                    WorkerArchive.make(archive, cluster);
                }
            }
            check();
        } catch (RuntimeException e) {
            // an archive with less in it is still an archive
        } finally {
            FileTree.tryDelete(folder);
        }
        return 0;
    }

    /** As `up` has it done; the cluster ends with this process. */
    private static void hold() {
        ClusterSpec spec = ClusterSpec.embedded().withStartTimeout(START);
        long launcher = ProcessHandle.current().parent().map(ProcessHandle::pid).orElse(0L);
        DaemonThreads.start("cluster-daemon", () -> {
            try {
                new ClusterDaemon(
                                Workspace.home(),
                                spec,
                                Duration.ZERO,
                                launcher,
                                Optional.of(() -> GradingDaemon.open(spec, Kubelab::execute, true)))
                        .run();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private static Cluster attach() throws InterruptedException {
        AtomicReference<@Nullable Cluster> cluster = new AtomicReference<>();
        Deadline.in(START).await(() -> {
            cluster.set(LabCluster.running().orElse(null));
            return cluster.get() != null;
        });
        return Optional.ofNullable(cluster.get())
                .orElseThrow(() -> new IllegalStateException("the cluster did not start"));
    }

    /** The first exercise, as a learner's `check` would. */
    private static void check() {
        List<String> first = Workspace.course().exercises().stream()
                .filter(e -> e.form() == Exercise.Form.STATE)
                .map(Exercise::id)
                .limit(1)
                .toList();
        DaemonClient.run(List.of("check", "--answers=solutions", first.get(0)));
    }
}
