package kubelab.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The background cluster as another process sees it. Closing it closes the connection only. */
record AttachedCluster(BackgroundState state, String kubeconfig, KubernetesClient client) implements Cluster {
    static Cluster of(BackgroundState state, Path kubeconfig) {
        try {
            String yaml = Files.readString(kubeconfig);
            return new AttachedCluster(
                    state,
                    yaml,
                    new KubernetesClientBuilder()
                            .withConfig(Config.fromKubeconfig(yaml))
                            .build());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String provider() {
        return state.provider();
    }

    @Override
    public String description() {
        return state.description();
    }

    @Override
    public List<String> nodes() {
        return state.nodes();
    }

    @Override
    public Set<Ability> abilities() {
        return state.abilities();
    }

    @Override
    public String newNamespace(String prefix, Map<String, String> labels) {
        return Namespaces.create(client, prefix, labels);
    }

    @Override
    public void deleteNamespace(String name) {
        Namespaces.delete(client, name);
    }

    @Override
    public void close() {
        client.close();
    }
}
