package kubelab.controlplane.kubelet;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads the ConfigMaps and Secrets that a Pod's variables and volumes are made from, always from the API server. */
final class Sources {
    private final KubernetesClient client;

    Sources(KubernetesClient client) {
        this.client = client;
    }

    /** Empty only when the ConfigMap is missing and that is allowed. */
    Optional<Map<String, byte[]>> configMap(String namespace, String name, boolean optional) throws ConfigException {
        return read("configmap", name, optional, () -> client.configMaps()
                        .inNamespace(namespace)
                        .withName(name)
                        .get())
                .map(Sources::bytes);
    }

    /** Empty only when the Secret is missing and that is allowed. */
    Optional<Map<String, byte[]>> secret(String namespace, String name, boolean optional) throws ConfigException {
        return read("secret", name, optional, () -> client.secrets()
                        .inNamespace(namespace)
                        .withName(name)
                        .get())
                .map(Sources::bytes);
    }

    private static <T extends HasMetadata> Optional<T> read(
            String kind, String name, boolean optional, Supplier<@Nullable T> get) throws ConfigException {
        T found;
        try {
            found = get.get();
        } catch (RuntimeException e) {
            throw new ConfigException("failed to get " + kind + " \"" + name + "\": " + e.getMessage());
        }
        if (found == null && !optional) {
            throw new ConfigException(kind + " \"" + name + "\" not found");
        }
        return Optional.ofNullable(found);
    }

    private static Map<String, byte[]> bytes(ConfigMap map) {
        Map<String, byte[]> all = new TreeMap<>();
        if (map.getData() != null) {
            map.getData().forEach((k, v) -> all.put(k, v.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        }
        if (map.getBinaryData() != null) {
            map.getBinaryData().forEach((k, v) -> all.put(k, Base64.getDecoder().decode(v)));
        }
        return all;
    }

    private static Map<String, byte[]> bytes(Secret secret) {
        Map<String, byte[]> all = new TreeMap<>();
        if (secret.getData() != null) {
            secret.getData().forEach((k, v) -> all.put(k, Base64.getDecoder().decode(v)));
        }
        return all;
    }
}
