package kubelab.controlplane.apiserver.strategy;

import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** Of the secrets of an account nothing counts but their names. */
final class ServiceAccountStrategy extends PlainStrategy {
    @Override
    public void prepareForCreate(ObjectNode account) {
        secretNames(account);
    }

    @Override
    public void prepareForUpdate(ObjectNode next, ObjectNode live) {
        secretNames(next);
    }

    @Override
    public boolean returnsDeletedObject() {
        return true;
    }

    private static void secretNames(ObjectNode account) {
        Json.objects(account, "secrets").forEach(secret -> secret.retain("name"));
    }
}
