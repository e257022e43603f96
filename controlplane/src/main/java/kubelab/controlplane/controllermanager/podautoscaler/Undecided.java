package kubelab.controlplane.controllermanager.podautoscaler;

/** A figure or an answer that could not be had; the message is upstream's, word for word. */
final class Undecided extends Exception {
    private static final long serialVersionUID = 1L;

    Undecided(String why) {
        super(why);
    }

    String why() {
        return String.valueOf(getMessage());
    }
}
