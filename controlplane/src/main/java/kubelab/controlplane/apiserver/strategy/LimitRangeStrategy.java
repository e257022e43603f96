package kubelab.controlplane.apiserver.strategy;

import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** The only kind that needs no name. */
final class LimitRangeStrategy extends PlainStrategy {
    @Override
    public boolean createsOnUpdate() {
        return true;
    }

    @Override
    public void prepareForCreate(ObjectNode range) {
        if (Json.string(range, "metadata", "name").isEmpty()) {
            Json.ensure(range, "metadata").put("name", Json.string(range, "metadata", "uid"));
        }
    }
}
