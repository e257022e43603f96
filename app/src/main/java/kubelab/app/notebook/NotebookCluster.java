package kubelab.app.notebook;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import kubelab.app.lab.LabOpener;
import kubelab.cluster.Cluster;

/** What a notebook's process is told: its cluster by the environment, answers in its cells. */
public final class NotebookCluster {
    private NotebookCluster() {}

    public static Map<String, String> environment(Cluster cluster, Path kubeconfig) {
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
    public static Path secret(String text) throws java.io.IOException {
        Path file = Files.createTempFile("kubelab-", ".kubeconfig");
        file.toFile().deleteOnExit();
        return Files.writeString(file, text);
    }
}
