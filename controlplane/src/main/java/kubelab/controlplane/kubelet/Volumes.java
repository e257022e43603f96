package kubelab.controlplane.kubelet;

import io.fabric8.kubernetes.api.model.ConfigMapVolumeSource;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.DownwardAPIVolumeFile;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.SecretVolumeSource;
import io.fabric8.kubernetes.api.model.ServiceAccountTokenProjection;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import kubelab.containers.clock.Clock;
import kubelab.containers.host.FileTree;
import kubelab.containers.runtime.filesystem.Filling;
import kubelab.containers.runtime.filesystem.NodeFiles;
import org.jspecify.annotations.Nullable;

/**
 * The volumes of one Pod, as directories below {@code /var/lib/kubelet/pods/UID} of the node.
 *
 * <p>Source: k8s.io/kubernetes/pkg/volume (emptydir, configmap, secret, projected, downwardapi),
 * release 1.34. Simplified: no sizes.
 */
final class Volumes {
    private final KubernetesClient client;
    private final Sources sources;
    private final FileSystem files;
    private final NodeConfig node;
    private final Clock clock;
    private final String uid;
    private final Map<String, Path> mounted = new LinkedHashMap<>();
    private final Map<String, TokenVolume> withTokens = new ConcurrentHashMap<>();

    private int version;

    Volumes(KubernetesClient client, FileSystem files, NodeConfig node, Clock clock, String uid) {
        this.client = client;
        this.sources = new Sources(client);
        this.files = files;
        this.node = node;
        this.clock = clock;
        this.uid = uid;
    }

    /** A volume could not be set up. */
    static final class MountException extends Exception {
        private static final long serialVersionUID = 1L;

        /** @param step which of the steps of mounting failed, e.g. {@code SetUp} */
        MountException(String step, String volume, String message) {
            this("MountVolume." + step + " failed for volume \"" + volume + "\" : " + message);
        }

        private MountException(String message) {
            super(message);
        }

        /** It failed before there was a volume to mount. */
        static MountException ofClaim(String volume, String message) {
            return new MountException("Unable to attach or mount volumes: unmounted volumes=[" + volume
                    + "], unattached volumes=[], failed to process volumes=[" + volume + "]: " + message);
        }
    }

    /** Sets up every volume that a container mounts, or brings those up to date whose source has changed. */
    void mount(Pod pod, String podIp) throws MountException {
        Set<String> used = used(pod);
        for (Volume volume : pod.getSpec().getVolumes()) {
            if (!used.contains(volume.getName())) {
                continue; // nothing can fail for a volume that no container sees
            }
            try {
                mounted.put(volume.getName(), mount(pod, volume, podIp));
            } catch (ConfigException | IOException | RuntimeException e) {
                throw new MountException("SetUp", volume.getName(), String.valueOf(e.getMessage()));
            }
        }
    }

    private static Set<String> used(Pod pod) {
        Set<String> used = new HashSet<>();
        pod.getSpec().getInitContainers().forEach(c -> c.getVolumeMounts().forEach(m -> used.add(m.getName())));
        pod.getSpec().getContainers().forEach(c -> c.getVolumeMounts().forEach(m -> used.add(m.getName())));
        pod.getSpec().getEphemeralContainers().forEach(c -> c.getVolumeMounts().forEach(m -> used.add(m.getName())));
        return used;
    }

    /** Where a mounted volume is; the volume must be one of the Pod's. */
    @Nullable
    Path path(String volume) {
        return mounted.get(volume);
    }

    /** What is left to do before anybody looks into a volume. */
    Filling filling(String volume) {
        TokenVolume late = withTokens.get(volume);
        return late == null ? Filling.DONE : late::open;
    }

    /** A file that a container may write its termination message to. Empty at every start. */
    Path terminationLog(Container container, int attempt) throws IOException {
        Path file = podDirectory()
                .resolve("containers")
                .resolve(container.getName())
                .resolve(String.valueOf(attempt));
        Path parent = file.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        NodeFiles.write(file, new byte[0], 0666);
        return file;
    }

    /** Where a file that is mounted by sub-path is copied to. */
    Path subPathCopy(String volume, String target) throws IOException {
        Path directory = podDirectory().resolve("volume-subpaths").resolve(volume);
        Files.createDirectories(directory);
        return directory.resolve(target.replace('/', '_'));
    }

    /** Whether nothing is written into a volume, whatever its mount says: it shows API objects, or says so itself. */
    static boolean isReadOnly(Pod pod, String name) {
        return pod.getSpec().getVolumes().stream()
                .anyMatch(v -> v.getName().equals(name)
                        && (v.getPersistentVolumeClaim() != null
                                        && isTrue(v.getPersistentVolumeClaim().getReadOnly())
                                || v.getConfigMap() != null
                                || v.getSecret() != null
                                || v.getProjected() != null
                                || v.getDownwardAPI() != null));
    }

    /** Whether any volume is made from the given object. */
    static boolean uses(Pod pod, String kind, String name) {
        return pod.getSpec().getVolumes().stream().anyMatch(v -> {
            if (kind.equals("ConfigMap")) {
                return v.getConfigMap() != null && name.equals(v.getConfigMap().getName())
                        || projections(v).stream()
                                .anyMatch(p -> p.getConfigMap() != null
                                        && name.equals(p.getConfigMap().getName()));
            }
            return v.getSecret() != null && name.equals(v.getSecret().getSecretName())
                    || projections(v).stream()
                            .anyMatch(p -> p.getSecret() != null
                                    && name.equals(p.getSecret().getName()));
        });
    }

    /** Removes all that the Pod had on the node. */
    void unmount() {
        mounted.clear();
        try {
            FileTree.delete(podDirectory());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path mount(Pod pod, Volume volume, String podIp) throws ConfigException, IOException, MountException {
        String namespace = pod.getMetadata().getNamespace();
        ConfigMapVolumeSource map = volume.getConfigMap();
        SecretVolumeSource secret = volume.getSecret();
        if (map != null) {
            Map<String, byte[]> data = sources.configMap(namespace, map.getName(), isTrue(map.getOptional()))
                    .orElse(Map.of());
            return write(
                    pod,
                    "configmap",
                    volume,
                    pick(data, map.getItems(), isTrue(map.getOptional()), mode(map.getDefaultMode())));
        }
        if (secret != null) {
            Map<String, byte[]> data = sources.secret(namespace, secret.getSecretName(), isTrue(secret.getOptional()))
                    .orElse(Map.of());
            return write(
                    pod,
                    "secret",
                    volume,
                    pick(data, secret.getItems(), isTrue(secret.getOptional()), mode(secret.getDefaultMode())));
        }
        if (volume.getProjected() != null) {
            int mode = mode(volume.getProjected().getDefaultMode());
            Map<String, VolumeFile> all = new TreeMap<>();
            for (VolumeProjection projection : projections(volume)) {
                project(pod, projection, podIp, mode, all);
            }
            List<ServiceAccountTokenProjection> tokens = projections(volume).stream()
                    .map(VolumeProjection::getServiceAccountToken)
                    .filter(Objects::nonNull)
                    .toList();
            return tokens.isEmpty() ? write(pod, "projected", volume, all) : withTokens(pod, volume, tokens, all, mode);
        }
        if (volume.getDownwardAPI() != null) {
            int mode = mode(volume.getDownwardAPI().getDefaultMode());
            return write(
                    pod,
                    "downward-api",
                    volume,
                    downward(pod, volume.getDownwardAPI().getItems(), podIp, mode));
        }
        if (volume.getHostPath() != null || volume.getPersistentVolumeClaim() != null) {
            // What is mounted stays so, whatever becomes of the claim.
            Path before = mounted.get(volume.getName());
            return before != null ? before : ofNode(pod, volume);
        }
        Path empty = directory("empty-dir", volume.getName());
        if (!Files.exists(empty)) {
            boolean memory = volume.getEmptyDir() != null
                    && "Memory".equals(volume.getEmptyDir().getMedium());
            make(empty, memory ? 01777 : 0777);
            FsGroup.own(empty, FsGroup.of(pod), false);
        }
        return empty;
    }

    private void project(Pod pod, VolumeProjection part, String podIp, int mode, Map<String, VolumeFile> all)
            throws ConfigException {
        String namespace = pod.getMetadata().getNamespace();
        if (part.getConfigMap() != null) {
            boolean optional = isTrue(part.getConfigMap().getOptional());
            Map<String, byte[]> data = sources.configMap(
                            namespace, part.getConfigMap().getName(), optional)
                    .orElse(Map.of());
            all.putAll(pick(data, part.getConfigMap().getItems(), optional, mode));
        }
        if (part.getSecret() != null) {
            boolean optional = isTrue(part.getSecret().getOptional());
            Map<String, byte[]> data = sources.secret(
                            namespace, part.getSecret().getName(), optional)
                    .orElse(Map.of());
            all.putAll(pick(data, part.getSecret().getItems(), optional, mode));
        }
        if (part.getDownwardAPI() != null) {
            all.putAll(downward(pod, part.getDownwardAPI().getItems(), podIp, mode));
        }
    }

    private Path withTokens(
            Pod pod,
            Volume volume,
            List<ServiceAccountTokenProjection> tokens,
            Map<String, VolumeFile> others,
            int mode)
            throws ConfigException, IOException {
        Path directory = directory("projected", volume.getName());
        if (!Files.exists(directory)) {
            make(directory, 01777);
            FsGroup.own(directory, FsGroup.of(pod), true);
        }
        withTokens
                .computeIfAbsent(volume.getName(), name -> new TokenVolume(client, clock, directory, pod))
                .update(pod, tokens, others, mode);
        return directory;
    }

    private Map<String, VolumeFile> downward(
            Pod pod, @Nullable List<DownwardAPIVolumeFile> items, String podIp, int mode) throws ConfigException {
        Map<String, VolumeFile> all = new TreeMap<>();
        for (DownwardAPIVolumeFile item : items == null ? List.<DownwardAPIVolumeFile>of() : items) {
            try {
                String value = item.getFieldRef() != null
                        ? DownwardApi.field(pod, item.getFieldRef(), podIp, node)
                        : DownwardApi.resource(
                                pod, pod.getSpec().getContainers().get(0), item.getResourceFieldRef(), node);
                all.put(
                        item.getPath(),
                        VolumeFile.ofRoot(
                                value.getBytes(StandardCharsets.UTF_8),
                                item.getMode() == null ? mode : item.getMode()));
            } catch (IllegalArgumentException e) {
                throw new ConfigException(String.valueOf(e.getMessage()));
            }
        }
        return all;
    }

    /** What is there before the Pod, and after it. */
    private Path ofNode(Pod pod, Volume volume) throws ConfigException, IOException, MountException {
        return volume.getHostPath() != null
                ? HostPaths.use(
                        files.getPath(volume.getHostPath().getPath()),
                        volume.getHostPath().getType())
                : new ClaimVolumes(client, files, node)
                        .directory(
                                pod,
                                volume.getName(),
                                volume.getPersistentVolumeClaim().getClaimName());
    }

    private Path write(Pod pod, String kind, Volume volume, Map<String, VolumeFile> content) throws IOException {
        Path directory = directory(kind, volume.getName());
        if (!Files.exists(directory)) {
            // Upstream keeps all but ConfigMaps in memory, and such a directory is as /tmp.
            make(directory, kind.equals("configmap") ? 0777 : 01777);
        }
        AtomicDirectory.write(directory, content, FsGroup.of(pod), AtomicDirectory.version(clock.now(), version++));
        return directory;
    }

    private static void make(Path directory, int mode) throws IOException {
        Files.createDirectories(directory);
        NodeFiles.setMode(directory, mode);
    }

    private static int mode(@Nullable Integer defaultMode) {
        return defaultMode == null ? VolumeFile.DEFAULT_MODE : defaultMode;
    }

    private static Map<String, VolumeFile> pick(
            Map<String, byte[]> data, @Nullable List<KeyToPath> items, boolean optional, int mode)
            throws ConfigException {
        Map<String, VolumeFile> picked = new TreeMap<>();
        if (items == null || items.isEmpty()) {
            data.forEach((key, value) -> picked.put(key, VolumeFile.ofRoot(value, mode)));
            return picked;
        }
        for (KeyToPath item : items) {
            byte[] value = data.get(item.getKey());
            if (value != null) {
                picked.put(item.getPath(), VolumeFile.ofRoot(value, item.getMode() == null ? mode : item.getMode()));
            } else if (!optional) {
                throw new ConfigException("references non-existent config key: " + item.getKey());
            }
        }
        return picked;
    }

    private static List<VolumeProjection> projections(Volume volume) {
        return volume.getProjected() == null || volume.getProjected().getSources() == null
                ? List.of()
                : volume.getProjected().getSources();
    }

    private Path podDirectory() {
        return files.getPath("/var/lib/kubelet/pods", uid);
    }

    private Path directory(String kind, String volume) {
        return podDirectory()
                .resolve("volumes")
                .resolve("kubernetes.io~" + kind)
                .resolve(volume);
    }

    private static boolean isTrue(@Nullable Boolean value) {
        return Boolean.TRUE.equals(value);
    }
}
