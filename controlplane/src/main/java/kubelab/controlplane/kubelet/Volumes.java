package kubelab.controlplane.kubelet;

import io.fabric8.kubernetes.api.model.ConfigMapVolumeSource;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.DownwardAPIVolumeFile;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
 * <p>Source: k8s.io/kubernetes/pkg/volume (emptydir, configmap, secret, projected, downwardapi, hostpath, local),
 * release 1.34. Simplified: no sizes; a PersistentVolume is a path on the node.
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

        MountException(String volume, String message) {
            super("MountVolume.SetUp failed for volume \"" + volume + "\" : " + message);
        }
    }

    /** Sets up every volume, or brings those up to date whose source has changed. */
    void mount(Pod pod, String podIp) throws MountException {
        for (Volume volume : pod.getSpec().getVolumes()) {
            try {
                mounted.put(volume.getName(), mount(pod, volume, podIp));
            } catch (ConfigException | IOException | RuntimeException e) {
                throw new MountException(volume.getName(), String.valueOf(e.getMessage()));
            }
        }
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

    /** Whether a volume shows API objects: nobody writes into it, whatever its mount says. */
    static boolean isProjection(Pod pod, String name) {
        return pod.getSpec().getVolumes().stream()
                .anyMatch(v -> v.getName().equals(name)
                        && (v.getConfigMap() != null
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
        if (volume.getHostPath() != null) {
            return hostPath(volume);
        }
        if (volume.getPersistentVolumeClaim() != null) {
            return claim(pod, volume.getPersistentVolumeClaim().getClaimName());
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

    private Path hostPath(Volume volume) throws IOException, ConfigException {
        Path path = files.getPath(volume.getHostPath().getPath());
        String type = volume.getHostPath().getType();
        if (type == null || type.isEmpty() || type.equals("DirectoryOrCreate")) {
            Files.createDirectories(path);
        } else if (type.equals("FileOrCreate")) {
            if (!Files.exists(path)) {
                NodeFiles.write(path, new byte[0], 0644);
            }
        } else if (type.equals("Directory") && !Files.isDirectory(path)) {
            throw new ConfigException("hostPath type check failed: " + path + " is not a directory");
        } else if (type.equals("File") && !Files.isRegularFile(path)) {
            throw new ConfigException("hostPath type check failed: " + path + " is not a file");
        }
        return path;
    }

    private Path claim(Pod pod, String name) throws IOException, ConfigException {
        PersistentVolumeClaim claim = client.persistentVolumeClaims()
                .inNamespace(pod.getMetadata().getNamespace())
                .withName(name)
                .get();
        if (claim == null) {
            throw new ConfigException("persistentvolumeclaim \"" + name + "\" not found");
        }
        String bound = claim.getSpec().getVolumeName();
        PersistentVolume volume = bound == null
                ? null
                : client.persistentVolumes().withName(bound).get();
        if (volume == null) {
            throw new ConfigException("PVC is not bound");
        }
        String path = volume.getSpec().getLocal() != null
                ? volume.getSpec().getLocal().getPath()
                : volume.getSpec().getHostPath() != null
                        ? volume.getSpec().getHostPath().getPath()
                        : "/var/lib/kubelet/volumes/" + bound;
        Path directory = files.getPath(path);
        if (!Files.exists(directory)) {
            make(directory, 0777);
        }
        if (volume.getSpec().getHostPath() == null) {
            FsGroup.own(directory, FsGroup.of(pod), false);
        }
        return directory;
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
