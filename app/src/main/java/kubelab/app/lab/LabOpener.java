package kubelab.app.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import kubelab.app.daemon.LabCluster;
import kubelab.cluster.Cluster;
import kubelab.cluster.ClusterException;
import kubelab.labkit.Lab;
import kubelab.labkit.LabProvider;

/** Finds the cluster of a notebook: the one that {@code kubelab course} names in the environment, else the background one. */
public final class LabOpener implements LabProvider {
    /** Names a kubeconfig: work there instead of in the background cluster. */
    public static final String KUBECONFIG = "KUBELAB_LAB_KUBECONFIG";

    /** The provider of that cluster, and its abilities with spaces between. */
    public static final String PROVIDER = "KUBELAB_LAB_PROVIDER";

    public static final String ABILITIES = "KUBELAB_LAB_ABILITIES";

    /** {@code later}: check cells do not grade, since the command that runs the notebook does so itself. */
    public static final String CHECK = "KUBELAB_LAB_CHECK";

    /** Loads what the first cell of a notebook needs, while its reader still reads. */
    static void ahead() {
        if (System.getenv(KUBECONFIG) == null) {
            try (Cluster cluster = LabCluster.running().orElse(null)) {
                if (cluster != null) {
                    cluster.client().namespaces().list();
                }
            } catch (RuntimeException e) {
                // whatever it is, the cell will say so
            }
        }
    }

    @Override
    public Lab open(String chapter) {
        try {
            Cluster cluster = cluster();
            return new NotebookLab(cluster, cluster.newNamespace(chapter, Map.of()), Screen.find());
        } catch (ClusterException e) {
            throw new IllegalStateException(e.getMessage() + " " + e.nextStep(), e);
        }
    }

    private static Cluster cluster() {
        Optional<String> kubeconfig = Optional.ofNullable(System.getenv(KUBECONFIG));
        if (kubeconfig.isEmpty()) {
            return LabCluster.background(Duration.ofMinutes(5));
        }
        try {
            return Cluster.attached(
                    Files.readString(Path.of(kubeconfig.get())),
                    Optional.ofNullable(System.getenv(PROVIDER)).orElse("existing"),
                    Optional.ofNullable(System.getenv(ABILITIES)).orElse(""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
