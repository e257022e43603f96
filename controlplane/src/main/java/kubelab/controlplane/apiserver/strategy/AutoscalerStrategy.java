package kubelab.controlplane.apiserver.strategy;

import java.util.List;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** HorizontalPodAutoscalers are stored in version 2, and begin with the status of the version they are written in. */
final class AutoscalerStrategy extends PlainStrategy {
    private final int version;

    AutoscalerStrategy(int version) {
        this.version = version;
    }

    @Override
    public String storageVersion(String apiVersion) {
        return "autoscaling/v2";
    }

    @Override
    public void dropDisabledFields(ObjectNode autoscaler) {
        for (String direction : List.of("scaleUp", "scaleDown")) {
            DisabledFields.ifThere(
                    Json.object(autoscaler, "spec", "behavior", direction), rules -> rules.remove("tolerance"));
        }
    }

    @Override
    public void prepareForCreate(ObjectNode autoscaler) {
        ObjectNode status = autoscaler.putObject("status");
        if (version == 1) {
            status.put("currentReplicas", 0).put("desiredReplicas", 0);
        } else {
            status.put("desiredReplicas", 0).putNull("currentMetrics");
        }
    }
}
