package kubelab.controlplane.apiserver;

/** ValidatingAdmissionPolicies. */
class AdmissionPolicyParityTest extends RequestParity {
    AdmissionPolicyParityTest() {
        super("admission/policies/answers.jsonl");
    }
}
