package kubelab.controlplane.apiserver;

/** Custom resources. */
class CustomResourceParityTest extends RequestParity {
    CustomResourceParityTest() {
        super("apiserver/customresources/answers.jsonl");
    }
}
