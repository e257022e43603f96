package kubelab.controlplane.admission.policy;

/**
 * One validation's no.
 *
 * @param index of the validation in the policy
 * @param reason of the Status, as Invalid
 */
record Decision(int index, String message, String reason) {
    static Decision failed(String message) {
        return new Decision(0, message, "Invalid");
    }
}
