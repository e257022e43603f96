package kubelab.controlplane.apiserver.strategy;

/** A quota that is deleted is shown once more. */
final class ResourceQuotaStrategy extends PlainStrategy {
    @Override
    public boolean returnsDeletedObject() {
        return true;
    }
}
