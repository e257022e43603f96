package kubelab.controlplane.kubelet;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.function.UnaryOperator;

/** Reads manifests of static Pods by the rules of the API server, which a kubelet knows by heart: it needs no server for that. */
public interface ManifestDecoder {
    /** For nodes without static Pods: refuses all. */
    ManifestDecoder NONE = (text, complete) -> {
        throw new ManifestException("static Pods are not read here");
    };

    /**
     * @param text YAML or JSON, one Pod
     * @param complete adds what the kubelet knows: the node, the name, …; gets the Pod with its defaults
     * @return the completed Pod, which is valid
     * @throws ManifestException why it cannot be run
     */
    Pod read(String text, UnaryOperator<Pod> complete) throws ManifestException;

    /** A manifest that is no Pod, or not a valid one. */
    final class ManifestException extends Exception {
        private static final long serialVersionUID = 1L;

        public ManifestException(String message) {
            super(message);
        }
    }
}
