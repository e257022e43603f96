package kubelab.app.jupyter;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import kubelab.app.answers.AnswerFile;
import kubelab.app.console.Terminal;
import kubelab.app.notebook.NotebookCluster;
import kubelab.app.notebook.NotebookResult;
import kubelab.app.notebook.NotebookRunner;
import kubelab.app.notebook.Outcomes;
import kubelab.app.workspace.ExitCode;
import kubelab.app.workspace.Workspace;
import kubelab.cluster.Cluster;
import kubelab.cluster.ClusterSpec;
import kubelab.cluster.Clusters;
import kubelab.cluster.Progress;
import kubelab.course.Chapter;
import kubelab.course.Course;
import kubelab.grader.Answers;

/** Runs the same notebook in JShell and under both Jupyter kernels, and says where cells came out differently. */
public final class Comparison {
    private static final List<String> KERNELS = List.of("kubelab", "kubelab-ijava");
    private final Path root;
    private final String answers;
    private final Progress progress = Terminal.progress();

    public Comparison(Path root, String answers) {
        this.root = root;
        this.answers = answers;
    }

    /** @return the exit code */
    public int run(List<Chapter> chapters, ClusterSpec spec) throws Exception {
        Answers from = Answers.parse(root, answers);
        Course course = Course.load(root);
        Kernels.write();
        boolean same = true;
        try (Cluster cluster = Clusters.start(spec, progress)) {
            Path kubeconfig = NotebookCluster.secret(cluster.kubeconfig());
            Map<String, String> environment = NotebookCluster.environment(cluster, kubeconfig);
            try {
                for (Chapter chapter : chapters) {
                    progress.step("JShell: " + chapter.id());
                    NotebookResult shell = new NotebookRunner(
                                    environment,
                                    id -> course.find(id).flatMap(e -> AnswerFile.of(from, e)),
                                    Workspace.output().resolve("compare/jshell"))
                            .run(chapter.notebook(), cell -> {});
                    System.out.printf(
                            "%-14s %s: %d cells, %s%n",
                            "jshell", chapter.id(), shell.cells().size(), shell.ok() ? "all ran" : "FAILED");
                    same &= shell.ok();
                    for (String kernel : KERNELS) {
                        progress.step(kernel + ": " + chapter.id());
                        Path executed = Workspace.output().resolve("compare/" + kernel + "/" + chapter.id() + ".ipynb");
                        Files.createDirectories(executed.getParent());
                        Jupyter.execute(shell.executed(), kernel, executed, environment);
                        Terminal.endProgress();
                        List<String> differences = Outcomes.differences(shell.executed(), executed);
                        System.out.printf(
                                "%-14s %s: %s%n",
                                kernel,
                                chapter.id(),
                                differences.isEmpty() ? "the same" : differences.size() + " cells differ");
                        differences.forEach(d -> System.out.println("    " + d));
                        same &= differences.isEmpty();
                    }
                }
            } finally {
                Files.deleteIfExists(kubeconfig);
            }
        }
        return same ? 0 : ExitCode.FAILED;
    }
}
