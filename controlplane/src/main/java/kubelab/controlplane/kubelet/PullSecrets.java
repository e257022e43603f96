package kubelab.controlplane.kubelet;

import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kubelab.containers.runtime.RegistryCredentials;
import kubelab.containers.runtime.shell.Glob;
import kubelab.controlplane.json.Json;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What a Pod's {@code imagePullSecrets} hold: credentials by registry and path. The host may have wildcards
 * ({@code *.example.com}), a path stands for all below it, and the longer one is tried first.
 *
 * <p>Source: k8s.io/kubernetes/pkg/credentialprovider (keyring.go, config.go), release 1.34.
 */
final class PullSecrets {
    private final Map<String, List<RegistryCredentials>> found = new TreeMap<>(Comparator.reverseOrder());
    private final List<String> missing = new ArrayList<>();

    private PullSecrets() {}

    /** Reads those of a Pod, from the API server. */
    static PullSecrets of(Pod pod, Sources sources) {
        PullSecrets secrets = new PullSecrets();
        for (LocalObjectReference reference : pod.getSpec().getImagePullSecrets()) {
            try {
                sources.secret(pod.getMetadata().getNamespace(), reference.getName(), false)
                        .ifPresent(secrets::add);
            } catch (ConfigException e) {
                secrets.missing.add(reference.getName());
            }
        }
        return secrets;
    }

    /** Names of the Secrets that could not be read. */
    List<String> missing() {
        return missing;
    }

    /** @param repository in full, without tag and digest: {@code localhost:5000/team/app} */
    List<RegistryCredentials> of(String repository) {
        List<RegistryCredentials> all = new ArrayList<>();
        found.forEach((key, credentials) -> {
            if (matches(key, repository)) {
                all.addAll(credentials);
            }
        });
        return all;
    }

    private void add(Map<String, byte[]> data) {
        byte[] now = data.get(".dockerconfigjson");
        byte[] before = data.get(".dockercfg");
        try {
            if (now != null) {
                entries(Json.parse(now).path("auths"));
            } else if (before != null) {
                entries(Json.parse(before));
            }
        } catch (JacksonException | IllegalArgumentException e) {
            // what cannot be read has no credentials; the kubelet only logs it
        }
    }

    private void entries(JsonNode auths) {
        auths.properties().forEach(entry -> found.computeIfAbsent(key(entry.getKey()), k -> new ArrayList<>())
                .add(credentials(entry.getValue())));
    }

    private static RegistryCredentials credentials(JsonNode entry) {
        String auth = entry.path("auth").asString("");
        if (!auth.isEmpty()) {
            String text = new String(Base64.getDecoder().decode(auth.replaceAll("=+$", "")), StandardCharsets.UTF_8);
            int colon = text.indexOf(':');
            if (colon >= 0) {
                return new RegistryCredentials(text.substring(0, colon), text.substring(colon + 1));
            }
        }
        return new RegistryCredentials(
                entry.path("username").asString(""), entry.path("password").asString(""));
    }

    /** {@code https://host/v1/} and {@code host} are the same place. */
    private static String key(String location) {
        String plain = location.replaceFirst("^https?://", "").replaceFirst("^([^/]*)/v[12]/", "$1/");
        return plain.endsWith("/") && plain.indexOf('/') == plain.length() - 1
                ? plain.substring(0, plain.length() - 1)
                : plain;
    }

    private static boolean matches(String key, String repository) {
        String[] wanted = key.split("/", 2);
        String[] asked = repository.split("/", 2);
        return matchesHost(wanted[0], asked[0]) && (wanted.length == 1 || asked[1].startsWith(wanted[1]));
    }

    private static boolean matchesHost(String glob, String host) {
        String[] parts = glob.split("\\.");
        String[] own = host.split("\\.");
        if (!port(glob).equals(port(host)) || parts.length != own.length) {
            return false;
        }
        for (int i = 0; i < parts.length; i++) {
            if (!Glob.matches(withoutPort(parts[i]), withoutPort(own[i]))) {
                return false;
            }
        }
        return true;
    }

    private static String port(String host) {
        return host.substring(withoutPort(host).length());
    }

    private static String withoutPort(String host) {
        int colon = host.lastIndexOf(':');
        return colon < 0 ? host : host.substring(0, colon);
    }
}
