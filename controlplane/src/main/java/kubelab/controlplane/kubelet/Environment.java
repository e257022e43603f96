package kubelab.controlplane.kubelet;

import io.fabric8.kubernetes.api.model.ConfigMapEnvSource;
import io.fabric8.kubernetes.api.model.ConfigMapKeySelector;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.SecretEnvSource;
import io.fabric8.kubernetes.api.model.SecretKeySelector;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A container's environment variables.
 *
 * <p>Source: k8s.io/kubernetes/pkg/kubelet (makeEnvironmentVariables) and pkg/kubelet/envvars, release 1.34.
 */
final class Environment {
    private final Sources sources;
    private final PodConfigSource podConfig;
    private final NodeConfig node;

    Environment(Sources sources, PodConfigSource podConfig, NodeConfig node) {
        this.sources = sources;
        this.podConfig = podConfig;
        this.node = node;
    }

    /** @throws ConfigException when something it refers to is missing (reason CreateContainerConfigError) */
    Map<String, String> build(Pod pod, Container container, String podIp) throws ConfigException {
        Map<String, String> services = services(pod);
        Map<String, String> result = new LinkedHashMap<>();
        for (EnvFromSource from : orEmpty(container.getEnvFrom())) {
            addAll(pod, from, result);
        }
        for (EnvVar variable : orEmpty(container.getEnv())) {
            String value = "";
            if (variable.getValue() != null) {
                Map<String, String> known = new LinkedHashMap<>(services);
                known.putAll(result);
                value = Expansion.expand(variable.getValue(), known);
            } else if (variable.getValueFrom() != null) {
                Optional<String> found = valueFrom(pod, container, variable.getValueFrom(), podIp);
                if (found.isEmpty()) {
                    continue;
                }
                value = found.get();
            }
            result.put(variable.getName(), value);
        }
        services.forEach(result::putIfAbsent);
        return result;
    }

    private void addAll(Pod pod, EnvFromSource from, Map<String, String> result) throws ConfigException {
        String namespace = pod.getMetadata().getNamespace();
        String prefix = from.getPrefix() == null ? "" : from.getPrefix();
        Map<String, byte[]> data = Map.of();
        ConfigMapEnvSource map = from.getConfigMapRef();
        SecretEnvSource secret = from.getSecretRef();
        if (map != null) {
            data = sources.configMap(namespace, map.getName(), isTrue(map.getOptional()))
                    .orElse(Map.of());
        } else if (secret != null) {
            data = sources.secret(namespace, secret.getName(), isTrue(secret.getOptional()))
                    .orElse(Map.of());
        }
        data.forEach((key, value) -> result.put(prefix + key, new String(value, StandardCharsets.UTF_8)));
    }

    private Optional<String> valueFrom(Pod pod, Container container, EnvVarSource from, String podIp)
            throws ConfigException {
        String namespace = pod.getMetadata().getNamespace();
        try {
            if (from.getFieldRef() != null) {
                return Optional.of(DownwardApi.field(pod, from.getFieldRef(), podIp, node));
            }
            if (from.getResourceFieldRef() != null) {
                return Optional.of(DownwardApi.resource(pod, container, from.getResourceFieldRef(), node));
            }
        } catch (IllegalArgumentException e) {
            throw new ConfigException(String.valueOf(e.getMessage()));
        }
        ConfigMapKeySelector map = from.getConfigMapKeyRef();
        if (map != null) {
            boolean optional = isTrue(map.getOptional());
            return key(
                    sources.configMap(namespace, map.getName(), optional),
                    map.getKey(),
                    optional,
                    "ConfigMap " + namespace + "/" + map.getName());
        }
        SecretKeySelector secret = from.getSecretKeyRef();
        if (secret != null) {
            boolean optional = isTrue(secret.getOptional());
            return key(
                    sources.secret(namespace, secret.getName(), optional),
                    secret.getKey(),
                    optional,
                    "Secret " + namespace + "/" + secret.getName());
        }
        return Optional.of("");
    }

    private static Optional<String> key(Optional<Map<String, byte[]>> data, String key, boolean optional, String where)
            throws ConfigException {
        byte[] value = data.map(d -> d.get(key)).orElse(null);
        if (value == null && !optional) {
            throw new ConfigException("couldn't find key " + key + " in " + where);
        }
        return Optional.ofNullable(value).map(v -> new String(v, StandardCharsets.UTF_8));
    }

    private Map<String, String> services(Pod pod) {
        Map<String, Service> visible = new LinkedHashMap<>();
        if (!Boolean.FALSE.equals(pod.getSpec().getEnableServiceLinks())) {
            podConfig.services(pod.getMetadata().getNamespace()).stream()
                    .sorted(Comparator.comparing(s -> s.getMetadata().getName()))
                    .forEach(s -> visible.put(s.getMetadata().getName(), s));
        }
        podConfig.services("default").stream()
                .filter(s -> s.getMetadata().getName().equals("kubernetes"))
                .forEach(s -> visible.putIfAbsent("kubernetes", s));
        Map<String, String> variables = new LinkedHashMap<>();
        visible.values().forEach(service -> describe(service, variables));
        return variables;
    }

    private static void describe(Service service, Map<String, String> variables) {
        String ip = service.getSpec().getClusterIP();
        List<ServicePort> ports = orEmpty(service.getSpec().getPorts());
        if (ip == null || ip.isEmpty() || ip.equals("None") || ports.isEmpty()) {
            return;
        }
        String name = shout(service.getMetadata().getName());
        variables.put(name + "_SERVICE_HOST", ip);
        variables.put(name + "_SERVICE_PORT", String.valueOf(ports.get(0).getPort()));
        for (ServicePort port : ports) {
            if (port.getName() != null && !port.getName().isEmpty()) {
                variables.put(name + "_SERVICE_PORT_" + shout(port.getName()), String.valueOf(port.getPort()));
            }
        }
        for (int i = 0; i < ports.size(); i++) {
            ServicePort port = ports.get(i);
            String protocol = port.getProtocol() == null ? "TCP" : port.getProtocol();
            String url = protocol.toLowerCase(Locale.ROOT) + "://" + ip + ":" + port.getPort();
            if (i == 0) {
                variables.put(name + "_PORT", url);
            }
            String prefix = name + "_PORT_" + port.getPort() + "_" + protocol.toUpperCase(Locale.ROOT);
            variables.put(prefix, url);
            variables.put(prefix + "_PROTO", protocol.toLowerCase(Locale.ROOT));
            variables.put(prefix + "_PORT", String.valueOf(port.getPort()));
            variables.put(prefix + "_ADDR", ip);
        }
    }

    private static String shout(String name) {
        return name.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    private static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }

    private static boolean isTrue(@Nullable Boolean value) {
        return Boolean.TRUE.equals(value);
    }
}
