package kubelab.controlplane.apiserver;

/** Rules in CEL that definitions carry. */
class RuleParityTest extends RequestParity {
    RuleParityTest() {
        super("apiserver/rules/answers.jsonl");
    }
}
