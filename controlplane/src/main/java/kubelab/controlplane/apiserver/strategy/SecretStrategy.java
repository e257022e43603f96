package kubelab.controlplane.apiserver.strategy;

import java.util.List;

/** Secrets are selected by their type. */
final class SecretStrategy extends PlainStrategy {
    @Override
    public List<String> selectableFields() {
        return List.of("type");
    }
}
