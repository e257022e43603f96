package kubelab.controlplane.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import kubelab.containers.runtime.filesystem.NodeFiles;
import org.jspecify.annotations.Nullable;

/**
 * Gives a Pod's volumes to the group that its security context names, so that its processes may use them.
 *
 * <p>Source: k8s.io/kubernetes/pkg/volume (SetVolumeOwnership) and pkg/volume/util (FsUserFrom), release 1.34.
 * Simplified: the kubelet changes the whole volume at every mount and ignores {@code fsGroupChangePolicy}.
 */
final class FsGroup {
    private static final int SETGID = 02000;

    private FsGroup() {}

    static @Nullable Long of(Pod pod) {
        PodSecurityContext security = pod.getSpec().getSecurityContext();
        return security == null ? null : security.getFsGroup();
    }

    /** The user that all containers of the Pod run as; null when they differ, or one of them names none. */
    static @Nullable Long user(Pod pod) {
        PodSecurityContext shared = pod.getSpec().getSecurityContext();
        Long otherwise = shared == null ? null : shared.getRunAsUser();
        Set<@Nullable Long> users = new HashSet<>();
        for (List<Container> each :
                List.of(pod.getSpec().getInitContainers(), pod.getSpec().getContainers())) {
            for (Container container : each) {
                Long own = container.getSecurityContext() == null
                        ? null
                        : container.getSecurityContext().getRunAsUser();
                users.add(own == null ? otherwise : own);
            }
        }
        return users.size() == 1 ? users.iterator().next() : null;
    }

    /**
     * Hands over all that is in a directory, and the directory.
     *
     * @param group null changes nothing
     * @param readOnly the group may read files, not write them
     */
    static void own(Path directory, @Nullable Long group, boolean readOnly) throws IOException {
        if (group == null) {
            return;
        }
        List<Path> all;
        try (Stream<Path> tree = Files.walk(directory)) {
            all = tree.toList();
        }
        for (Path path : all) {
            NodeFiles.setOwner(path, NodeFiles.uid(path), group);
            if (!Files.isSymbolicLink(path)) {
                boolean isDirectory = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
                int more = (readOnly ? 0440 : 0660) | (isDirectory ? SETGID | 0110 : 0);
                NodeFiles.setMode(path, NodeFiles.mode(path) | more);
            }
        }
    }
}
