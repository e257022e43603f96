package kubelab.controlplane.apiserver.strategy;

/** Policies are stored; the network does not know them. */
final class NetworkPolicyStrategy implements Strategy {
    @Override
    public String withoutEffect() {
        return "nothing enforces a NetworkPolicy";
    }
}
