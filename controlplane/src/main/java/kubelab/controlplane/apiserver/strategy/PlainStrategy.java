package kubelab.controlplane.apiserver.strategy;

/** A kind whose desired states are not counted: mostly data that others read. */
class PlainStrategy implements Strategy {
    @Override
    public boolean hasGeneration() {
        return false;
    }
}
