package kubelab.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kubelab.app.lab.LabOpener;
import kubelab.cluster.Cluster;
import kubelab.course.Exercise;
import kubelab.grader.Answers;

/** What a notebook's process is told: its cluster by the environment, answers in its cells. */
final class NotebookCluster {
    private NotebookCluster() {}

    static Optional<Path> answer(Answers from, Exercise exercise) {
        if (!(from instanceof Answers.Folder folder)) {
            return Optional.empty();
        }
        for (String below : List.of("src/main/java/" + exercise.sourceFile(), exercise.sourceFile())) {
            Path file = folder.path().resolve(below);
            if (Files.isRegularFile(file)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    static Map<String, String> environment(Cluster cluster, Path kubeconfig) {
        return Map.of(
                LabOpener.KUBECONFIG,
                kubeconfig.toString(),
                LabOpener.PROVIDER,
                cluster.provider(),
                LabOpener.ABILITIES,
                String.join(" ", cluster.abilities().stream().map(Enum::name).toList()),
                LabOpener.CHECK,
                "later");
    }

    /** A file that only its user can read (as temporary files are), for the notebook's process. */
    static Path secret(String text) throws java.io.IOException {
        Path file = Files.createTempFile("kubelab-", ".kubeconfig");
        file.toFile().deleteOnExit();
        return Files.writeString(file, text);
    }
}
