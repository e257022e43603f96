package kubelab.controlplane.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kubelab.containers.runtime.ContainerConfig;
import kubelab.containers.runtime.filesystem.NodeFiles;
import kubelab.controlplane.quantity.Amounts;
import org.jspecify.annotations.Nullable;

/** From a container in a Pod's spec to what the runtime is asked to create. */
final class ContainerConfigs {
    private static final Set<String> NET_ADMIN = Set.of("NET_ADMIN", "CAP_NET_ADMIN", "ALL");

    private ContainerConfigs() {}

    /** @throws ConfigException when something it refers to is missing (reason CreateContainerConfigError) */
    static ContainerConfig of(PodContext pod, Container spec, int attempt, String image, Path terminationLog)
            throws ConfigException {
        Map<String, String> env = pod.environment().build(pod.pod(), spec, pod.podIp());
        return new ContainerConfig(
                spec.getName(),
                attempt,
                image,
                expand(spec.getCommand(), env),
                expand(spec.getArgs(), env),
                env,
                spec.getWorkingDir() == null ? "" : spec.getWorkingDir(),
                mounts(pod, spec, env, terminationLog),
                Boolean.TRUE.equals(spec.getStdin()),
                Boolean.TRUE.equals(spec.getTty()),
                security(pod, spec),
                limits(spec));
    }

    static ContainerConfig.Resources limits(Container spec) {
        Map<String, Quantity> limits =
                spec.getResources() == null || spec.getResources().getLimits() == null
                        ? Map.of()
                        : spec.getResources().getLimits();
        Quantity cpu = limits.get("cpu");
        Quantity memory = limits.get("memory");
        return new ContainerConfig.Resources(
                cpu == null ? null : Amounts.milli(cpu), memory == null ? null : Amounts.whole(memory));
    }

    private static ContainerConfig.Security security(PodContext pod, Container spec) throws ConfigException {
        SecurityContext own = spec.getSecurityContext() == null ? new SecurityContext() : spec.getSecurityContext();
        PodSecurityContext shared = pod.pod().getSpec().getSecurityContext();
        List<Long> groups = new ArrayList<>();
        Long group = own.getRunAsGroup();
        if (shared != null) {
            group = group == null ? shared.getRunAsGroup() : group;
            groups.addAll(shared.getSupplementalGroups());
            if (shared.getFsGroup() != null) {
                groups.add(shared.getFsGroup());
            }
        }
        boolean netAdmin = Boolean.TRUE.equals(own.getPrivileged())
                || own.getCapabilities() != null
                        && own.getCapabilities().getAdd().stream().anyMatch(NET_ADMIN::contains);
        return new ContainerConfig.Security(
                user(pod, spec), group, groups, Boolean.TRUE.equals(own.getReadOnlyRootFilesystem()), netAdmin);
    }

    private static @Nullable Long user(PodContext pod, Container spec) throws ConfigException {
        SecurityContext own = spec.getSecurityContext();
        PodSecurityContext shared = pod.pod().getSpec().getSecurityContext();
        Long user = own != null && own.getRunAsUser() != null
                ? own.getRunAsUser()
                : shared == null ? null : shared.getRunAsUser();
        boolean nonRoot = own != null && own.getRunAsNonRoot() != null
                ? own.getRunAsNonRoot()
                : shared != null && Boolean.TRUE.equals(shared.getRunAsNonRoot());
        if (nonRoot && (user == null || user == 0)) {
            String where = " (pod: \"" + pod.formatted() + "\", container: " + spec.getName() + ")";
            throw new ConfigException(
                    user == null
                            ? "container has runAsNonRoot and image will run as root" + where
                            : "container's runAsUser breaks non-root policy" + where);
        }
        return user;
    }

    private static List<String> expand(@Nullable List<String> words, Map<String, String> env) {
        return words == null
                ? List.of()
                : words.stream().map(w -> Expansion.expand(w, env)).toList();
    }

    private static List<ContainerConfig.Mount> mounts(
            PodContext pod, Container spec, Map<String, String> env, Path terminationLog) throws ConfigException {
        List<ContainerConfig.Mount> mounts = new ArrayList<>();
        for (VolumeMount mount : spec.getVolumeMounts()) {
            Path source = pod.volume(mount.getName());
            if (source == null) {
                throw new ConfigException("cannot find volume \"" + mount.getName() + "\" to mount into container \""
                        + spec.getName() + "\"");
            }
            mounts.add(new ContainerConfig.Mount(
                    subPath(pod, source, mount, env),
                    mount.getMountPath(),
                    Boolean.TRUE.equals(mount.getReadOnly()) || Volumes.isReadOnly(pod.pod(), mount.getName()),
                    inMemory(pod, mount.getName()),
                    pod.volumes().filling(mount.getName())));
        }
        String target = spec.getTerminationMessagePath();
        mounts.add(new ContainerConfig.Mount(
                terminationLog, target == null || target.isEmpty() ? "/dev/termination-log" : target, false));
        return mounts;
    }

    private static boolean inMemory(PodContext pod, String volume) {
        return pod.pod().getSpec().getVolumes().stream()
                .anyMatch(each -> each.getName().equals(volume)
                        && each.getEmptyDir() != null
                        && "Memory".equals(each.getEmptyDir().getMedium()));
    }

    private static Path subPath(PodContext pod, Path volume, VolumeMount mount, Map<String, String> env)
            throws ConfigException {
        String sub = mount.getSubPathExpr() != null && !mount.getSubPathExpr().isEmpty()
                ? Expansion.expand(mount.getSubPathExpr(), env)
                : mount.getSubPath();
        if (sub == null || sub.isEmpty()) {
            return volume;
        }
        Path path = volume.resolve(sub);
        try {
            pod.volumes().filling(mount.getName()).fill();
            if (!Files.exists(path)) {
                NodeFiles.makeLike(volume, path);
            }
            return Files.exists(volume.resolve("..data")) ? snapshot(pod, mount, path) : path.toRealPath();
        } catch (IOException e) {
            throw new ConfigException("failed to prepare subPath for volumeMount \"" + mount.getName()
                    + "\" of container \"" + mount.getMountPath() + "\"");
        }
    }

    /** A sub-path of a ConfigMap keeps what it was when the container was created; the volume itself goes on changing. */
    private static Path snapshot(PodContext pod, VolumeMount mount, Path path) throws IOException {
        Path copy = pod.volumes().subPathCopy(mount.getName(), mount.getMountPath());
        if (Files.isRegularFile(path)) {
            Path read = path.toRealPath();
            NodeFiles.copy(read, copy);
            return copy;
        }
        return path.toRealPath();
    }
}
