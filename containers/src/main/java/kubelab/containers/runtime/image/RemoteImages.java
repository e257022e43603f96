package kubelab.containers.runtime.image;

import kubelab.containers.network.NetNamespace;
import kubelab.containers.runtime.ImagePullException;
import kubelab.containers.runtime.RegistryCredentials;
import org.jspecify.annotations.Nullable;

/** Images that a node pulls over its network from a registry that runs in the cluster. May be called on many threads. */
public interface RemoteImages {
    /** There is no such registry. */
    RemoteImages NONE = new RemoteImages() {
        @Override
        public boolean has(String name) {
            return false;
        }

        @Override
        public ContainerImage pull(NetNamespace node, String name, @Nullable RegistryCredentials credentials) {
            throw new IllegalStateException("no registry for " + name);
        }
    };

    /** Whether a name, in full, is that of an image in such a registry; nothing is asked for that. */
    boolean has(String name);

    /**
     * Blocks on the network.
     *
     * @param node the network namespace of the node that pulls
     * @param name in full
     * @param credentials null for none
     * @throws ImagePullException with the runtime's message when the registry does not answer, refuses, or has no such image
     */
    ContainerImage pull(NetNamespace node, String name, @Nullable RegistryCredentials credentials)
            throws ImagePullException;
}
