package kubelab.containers.runtime;

import java.nio.file.FileSystem;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a kubelet may ask of its node's container runtime: the Container Runtime Interface, cut down to what a Pod's life
 * needs. One runtime a node. All methods may be called from any thread; none blocks on a container's program.
 *
 * <p>Source: k8s.io/cri-api, RuntimeService and ImageService, release 1.34.
 */
public interface ContainerRuntime extends AutoCloseable {

    /** The node's in-memory file system. Volumes are directories in it; containers see them where they are mounted. */
    FileSystem fileSystem();

    /**
     * Makes sure that an image is on the node. Blocks on the network where {@link #pullsOverNetwork} says so.
     *
     * @param credentials for the registry; null for none
     * @return the image's id, {@code sha256:…}, or {@code REPOSITORY@sha256:…} where it came from a registry
     * @throws ImagePullException when no such image is known, or the registry does not give it; its message is what the Pod's
     *     events show
     */
    String pullImage(String image, @Nullable RegistryCredentials credentials) throws ImagePullException;

    /** Whether pulling this image asks a registry over the node's network, which may take as long as that takes. */
    default boolean pullsOverNetwork(String image) {
        return false;
    }

    /** An image, by any name of it, if it is already on the node. */
    Optional<Image> image(String image);

    /** Whether the image is already on the node. */
    default boolean hasImage(String image) {
        return image(image).isPresent();
    }

    /** Short name of the image that stands for one that is not here itself; empty for one that is, or is unknown. */
    default String simulatedBy(String image) {
        return "";
    }

    /** Images on the node, for the node's status. */
    List<Image> images();

    /** Sets up what a Pod's containers share: network namespace, host name, name resolution. */
    PodSandbox runPodSandbox(PodSandboxConfig config);

    /**
     * Prepares a container. Nothing of it runs yet.
     *
     * @throws ContainerException e.g. reason {@code CreateContainerError}
     */
    RuntimeContainer createContainer(PodSandbox sandbox, ContainerConfig config) throws ContainerException;

    /** Whether all that runs on the node waits, for the clock or for somebody outside. */
    boolean idle();

    /** Kills all that runs on the node. */
    @Override
    void close();

    /**
     * An image on the node.
     *
     * @param id as {@link #pullImage} gives it
     */
    record Image(String id, List<String> names, long sizeBytes) {
        public Image {
            names = List.copyOf(names);
        }
    }
}
