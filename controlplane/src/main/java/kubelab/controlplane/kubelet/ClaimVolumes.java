package kubelab.controlplane.kubelet;

import io.fabric8.kubernetes.api.model.HostPathVolumeSource;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import kubelab.containers.runtime.filesystem.NodeFiles;
import kubelab.controlplane.kubelet.Volumes.MountException;
import kubelab.controlplane.volumes.Bindings;

/**
 * The volumes of claims. They are paths of the node and stay there when the Pod goes.
 *
 * <p>Source: k8s.io/kubernetes/pkg/kubelet/volumemanager/populator and pkg/volume/local, release 1.34. Simplified: a volume that is
 * neither local nor a hostPath is a directory on each node that uses it; block devices are not mounted.
 */
final class ClaimVolumes {
    private final KubernetesClient client;
    private final FileSystem files;
    private final NodeConfig node;

    ClaimVolumes(KubernetesClient client, FileSystem files, NodeConfig node) {
        this.client = client;
        this.files = files;
        this.node = node;
    }

    /**
     * The directory of a claim's volume.
     *
     * @param volume what the Pod calls it
     * @throws MountException in upstream's words, when the claim is not bound or its volume cannot be used here
     */
    Path directory(Pod pod, String volume, String claimName) throws IOException, MountException {
        String namespace = pod.getMetadata().getNamespace();
        PersistentVolumeClaim claim = client.persistentVolumeClaims()
                .inNamespace(namespace)
                .withName(claimName)
                .get();
        String subject = "error processing PVC " + namespace + "/" + claimName + ": ";
        if (claim == null) {
            throw MountException.ofClaim(
                    volume,
                    subject + "failed to fetch PVC from API server: persistentvolumeclaims \"" + claimName
                            + "\" not found");
        }
        if (claim.getMetadata().getDeletionTimestamp() != null
                && !claim.getMetadata().getFinalizers().contains("kubernetes.io/pvc-protection")) {
            throw MountException.ofClaim(volume, subject + "PVC is being deleted");
        }
        if (claim.getStatus() == null || !"Bound".equals(claim.getStatus().getPhase())) {
            throw MountException.ofClaim(volume, subject + "PVC is not bound");
        }
        String name = claim.getSpec().getVolumeName();
        PersistentVolume bound = client.persistentVolumes().withName(name).get();
        if (bound == null) {
            throw MountException.ofClaim(
                    volume,
                    subject + "failed to fetch PV " + name + " from API server: persistentvolumes \"" + name
                            + "\" not found");
        }
        return use(pod, bound);
    }

    private Path use(Pod pod, PersistentVolume volume) throws IOException, MountException {
        String name = volume.getMetadata().getName();
        if (volume.getSpec().getNodeAffinity() != null) {
            Node here = client.nodes().withName(node.name()).get();
            if (here != null && !Bindings.reaches(volume, here)) {
                throw new MountException("NodeAffinity check", name, "no matching NodeSelectorTerms");
            }
        }
        HostPathVolumeSource hostPath = volume.getSpec().getHostPath();
        if (hostPath != null) {
            try {
                return HostPaths.use(files.getPath(hostPath.getPath()), hostPath.getType());
            } catch (ConfigException e) {
                throw new MountException("SetUp", name, String.valueOf(e.getMessage()));
            }
        }
        Path directory;
        if (volume.getSpec().getLocal() != null) {
            directory = files.getPath(volume.getSpec().getLocal().getPath());
            if (!Files.exists(directory)) {
                throw new MountException(
                        "NewMounter initialization", name, "path \"" + directory + "\" does not exist");
            }
        } else {
            directory = files.getPath("/var/lib/kubelet/volumes/" + name);
            Files.createDirectories(directory);
            NodeFiles.setMode(directory, 0777);
        }
        FsGroup.own(directory, FsGroup.of(pod), false);
        return directory;
    }
}
