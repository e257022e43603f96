package kubelab.controlplane.apiserver.strategy;

/** The forerunner of EndpointSlices. */
final class EndpointsStrategy extends PlainStrategy {
    @Override
    public String storagePrefix(String plural) {
        return "/registry/services/endpoints/";
    }

    @Override
    public String deprecation() {
        return "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice";
    }

    @Override
    public boolean createsOnUpdate() {
        return true;
    }
}
