package kubelab.containers.runtime;

/** An image cannot be had. The message is the runtime's, as the kubelet shows it in events and container states. */
public final class ImagePullException extends Exception {
    private static final long serialVersionUID = 1L;

    public ImagePullException(String message) {
        super(message);
    }
}
