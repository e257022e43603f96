package kubelab.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import kubelab.labkit.AuditLog;

/** A cluster that somebody may work on until it is closed. */
public interface Cluster extends AutoCloseable {
    /**
     * A cluster that another process of the program holds, for instance the one that runs a notebook. Closing it closes
     * the connection only.
     *
     * @param abilities the names of what it can do, with spaces between
     */
    static Cluster attached(String kubeconfig, String provider, String abilities) {
        return AttachedCluster.of(kubeconfig, provider, abilities);
    }

    /** {@code embedded}, {@code k3s} or {@code existing}. */
    String provider();

    /** What it is, for people: {@code "k3s (rancher/k3s:v1.34.4-k3s1), 3 nodes"}. */
    String description();

    /** The administrator's kubeconfig, as YAML. */
    String kubeconfig();

    /** Speaks as the administrator (with {@code existing}: as the user of the context). Closed with the cluster. */
    KubernetesClient client();

    /** The names of the nodes at the start, server first. */
    List<String> nodes();

    /** What this cluster can do, probed at the start. */
    Set<Ability> abilities();

    default boolean has(Ability ability) {
        return abilities().contains(ability);
    }

    /**
     * Makes a namespace of a fresh name, labelled as this run's, and waits for its default ServiceAccount. With
     * {@code existing} only such namespaces may be used; {@link #close()} removes them.
     *
     * @param prefix start of the name, for instance {@code pods-2}
     * @param labels further labels (Pod Security level, …)
     * @return the name
     */
    String newNamespace(String prefix, Map<String, String> labels);

    default String newNamespace(String prefix) {
        return newNamespace(prefix, Map.of());
    }

    /** Deletes a namespace in the background; one that is gone already is no error. */
    void deleteNamespace(String name);

    /**
     * The provider's own object behind this one, for tests of embedded-only behaviour (clock, faults): for instance
     * {@code unwrap(EmbeddedCluster.class)}.
     */
    default <T> Optional<T> unwrap(Class<T> type) {
        return Optional.empty();
    }

    /**
     * The API server's audit log: which user asked for what, and what the answer was. Its metadata of all requests, at the
     * stages ResponseStarted and ResponseComplete, is there from the start on.
     *
     * @throws IllegalStateException when the cluster lacks {@link Ability#AUDIT}
     */
    default AuditLog audit() {
        if (!has(Ability.AUDIT)) {
            throw new IllegalStateException(lacks(Ability.AUDIT));
        }
        return AuditLog.of(client());
    }

    /**
     * The parts of the control plane and of the nodes that can be stopped and started. What is stopped is missing for all who
     * use the cluster, so it should be a private one.
     *
     * @throws IllegalStateException when the cluster lacks {@link Ability#STOP_COMPONENT}, or another process holds it
     */
    default Components components() {
        throw new IllegalStateException(
                has(Ability.STOP_COMPONENT)
                        ? "Components are stopped and started by the process that holds the cluster, which is another one."
                        : lacks(Ability.STOP_COMPONENT));
    }

    /** Bytes of memory that the cluster's containers use, as the engine counts them; empty where it has none. */
    default OptionalLong containerMemory() {
        return OptionalLong.empty();
    }

    private String lacks(Ability ability) {
        return "The " + provider() + " cluster lacks " + ability.what() + ": it is there with " + ability.who() + ".";
    }

    /** Ends the cluster and all that belongs to it ({@code existing}: this run's namespaces). Never throws. */
    @Override
    void close();
}
