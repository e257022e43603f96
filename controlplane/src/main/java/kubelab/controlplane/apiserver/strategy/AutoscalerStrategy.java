package kubelab.controlplane.apiserver.strategy;

import java.util.List;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** HorizontalPodAutoscalers are stored in version 2, and begin with the status of the version they are written in. */
final class AutoscalerStrategy extends PlainStrategy {
    private static final List<String> STATUS_ANNOTATIONS =
            List.of("autoscaling.alpha.kubernetes.io/current-metrics", "autoscaling.alpha.kubernetes.io/conditions");

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

    /** Version 1 has the rest of the status in annotations, which are not the client's to change. */
    @Override
    public void prepareForUpdate(ObjectNode next, ObjectNode live) {
        if (version == 1) {
            ObjectNode annotations = Json.ensure(next, "metadata", "annotations");
            for (String name : STATUS_ANNOTATIONS) {
                String before = Json.string(live, "metadata", "annotations", name);
                if (before.isEmpty()) {
                    annotations.remove(name);
                } else {
                    annotations.put(name, before);
                }
            }
            if (annotations.isEmpty()) {
                Json.ensure(next, "metadata").remove("annotations");
            }
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
