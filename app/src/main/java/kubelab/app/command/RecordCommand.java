package kubelab.app.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import kubelab.app.answers.AnswerFile;
import kubelab.app.console.Terminal;
import kubelab.app.lab.LabOpener;
import kubelab.app.notebook.CellResult;
import kubelab.app.notebook.NotebookCluster;
import kubelab.app.notebook.NotebookResult;
import kubelab.app.notebook.NotebookRunner;
import kubelab.app.workspace.ExitCode;
import kubelab.app.workspace.Workspace;
import kubelab.cluster.Cluster;
import kubelab.cluster.Clusters;
import kubelab.cluster.Progress;
import kubelab.course.Chapter;
import kubelab.course.Course;
import kubelab.grader.Answers;
import kubelab.publisher.Author;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "record",
        header = "Run notebooks and keep their outputs for the handbook.",
        description = {
            "",
            "Runs each notebook in pure Java on a throwaway cluster, and grades the solutions as its answers.",
            "Writes docs/recorded/CHAPTER.json, from which `author handbook` takes what it",
            "shows under each cell; `author check` says which cells have changed since.",
            ""
        },
        mixinStandardHelpOptions = true)
final class RecordCommand implements Callable<Integer> {
    @Parameters(arity = "0..*", paramLabel = "CHAPTER", description = "As in pods; all if none is named.")
    private List<String> names = new ArrayList<>();

    @Mixin
    private ClusterOptions options = new ClusterOptions();

    private final Progress progress = Terminal.progress();

    @Override
    public Integer call() throws Exception {
        int worst = 0;
        List<Chapter> chapters = Workspace.chapters(names);
        try (Cluster cluster = Clusters.start(options.spec(), progress)) {
            Path kubeconfig = NotebookCluster.secret(cluster.kubeconfig());
            try {
                for (Chapter chapter : chapters) {
                    worst = Math.max(worst, record(chapter, cluster, kubeconfig));
                }
            } finally {
                Files.deleteIfExists(kubeconfig);
            }
            progress.step("ending the cluster");
        }
        Terminal.endProgress();
        return worst;
    }

    private int record(Chapter chapter, Cluster cluster, Path kubeconfig) throws IOException, InterruptedException {
        Path root = Workspace.root();
        Map<String, String> environment = new HashMap<>(NotebookCluster.environment(cluster, kubeconfig));
        // Here the check cells do grade: what they say is an output like any other.
        environment.remove(LabOpener.CHECK);
        Course course = Course.load(root);
        Answers solutions = Answers.parse(root, "solutions");
        NotebookResult result = new NotebookRunner(
                        environment,
                        id -> course.find(id).flatMap(e -> AnswerFile.of(solutions, e)),
                        Workspace.output().resolve("recorded"))
                .run(
                        chapter.notebook(),
                        cell -> progress.step(chapter.id() + ": cell " + cell.number() + " of " + cell.total()));
        // Only what is right is recorded: with the solutions in place not even an exercise's cell may fail.
        List<String> failed = new ArrayList<>(result.cells().stream()
                .filter(CellResult::failed)
                .map(c -> "cell " + c.id() + ": " + c.error())
                .toList());
        if (!result.ended().isEmpty()) {
            failed.add(result.ended());
        }
        if (!failed.isEmpty()) {
            Terminal.error(chapter.id() + " is not recorded: " + String.join("\n  ", failed));
            return ExitCode.FAILED;
        }
        Terminal.endProgress();
        return new Author(root, System.out)
                .record(
                        result.executed(),
                        cluster.description(),
                        cluster.client().getKubernetesVersion().getGitVersion());
    }
}
