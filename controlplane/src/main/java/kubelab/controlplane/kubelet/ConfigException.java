package kubelab.controlplane.kubelet;

/** What a container or volume refers to is not there (yet). The message is the one that statuses and events show. */
final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    ConfigException(String message) {
        super(message);
    }
}
