package kubelab.controlplane.apiserver.request;

/**
 * An admission plug-in. Called for create, update, patch (as update), delete and connect, after authorization: first
 * {@link #mutate} of all plug-ins in their order, then validation, then {@link #validate} of all. A refusal is an
 * {@link ApiException}, mostly {@link ApiException#forbidden}.
 */
public interface Admission {
    /** As upstream names it, e.g. {@code LimitRanger}. */
    String name();

    /** May change {@link AdmissionRequest#object()}. */
    default void mutate(AdmissionRequest request) {}

    default void validate(AdmissionRequest request) {}
}
