package kubelab.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The background cluster as another process sees it. Closing it closes the connection only. */
record AttachedCluster(
        String provider,
        String description,
        List<String> nodes,
        Set<Ability> abilities,
        String kubeconfig,
        KubernetesClient client)
        implements Cluster {
    static Cluster of(String kubeconfig, String provider, String abilities) {
        KubernetesClient client = client(kubeconfig);
        Set<Ability> known = Arrays.stream(abilities.strip().split(" +"))
                .filter(word -> !word.isEmpty())
                .map(Ability::valueOf)
                .collect(Collectors.toSet());
        List<String> nodes = client.nodes().withoutLabel(NodeHeartbeats.LABEL).list().getItems().stream()
                .map(n -> n.getMetadata().getName())
                .toList();
        return new AttachedCluster(provider, provider + " cluster", nodes, known, kubeconfig, client);
    }

    static Cluster of(BackgroundState state, Path kubeconfig) {
        try {
            String yaml = Files.readString(kubeconfig);
            return new AttachedCluster(
                    state.provider(), state.description(), state.nodes(), state.abilities(), yaml, client(yaml));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static KubernetesClient client(String kubeconfig) {
        return new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(kubeconfig))
                .build();
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
