package kubelab.controlplane.apiserver.strategy;

/** Admission policies and their bindings. Source: pkg/registry/admissionregistration (1.34). */
final class PolicyStrategy implements Strategy {
    @Override
    public boolean updatesUnconditionally() {
        return false;
    }

    @Override
    public boolean statusTakesMetadata() {
        return false;
    }
}
