package kubelab.controlplane.apiserver.strategy;

import java.util.List;
import java.util.OptionalLong;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/**
 * Pods begin as Pending with their quality of service, can be selected by what the scheduler and kubelets look for, and are
 * deleted gracefully: the kubelet confirms with a grace of 0.
 */
final class PodStrategy implements Strategy {
    private static final List<String> FIELDS = List.of(
            "spec.nodeName",
            "spec.restartPolicy",
            "spec.schedulerName",
            "spec.serviceAccountName",
            "spec.hostNetwork",
            "status.phase",
            "status.podIP",
            "status.podIPs",
            "status.nominatedNodeName");

    @Override
    public void dropDisabledFields(ObjectNode pod) {
        DisabledFields.ofPod(Json.object(pod, "spec"));
    }

    @Override
    public void prepareForCreate(ObjectNode pod) {
        ObjectNode status = pod.putObject("status");
        status.put("phase", "Pending").put("qosClass", QosClass.of(pod));
        MatchLabelKeys.apply(pod);
        if (Json.number(pod, 0, "spec", "terminationGracePeriodSeconds") < 0) {
            Json.ensure(pod, "spec").put("terminationGracePeriodSeconds", 1);
        }
        if (!Json.items(pod, "spec", "schedulingGates").isEmpty()) {
            ObjectNode gated = status.putArray("conditions").addObject();
            gated.put("type", "PodScheduled").put("status", "False").putNull("lastProbeTime");
            gated.put("lastTransitionTime", Json.string(pod, "metadata", "creationTimestamp"));
            gated.put("reason", "SchedulingGated")
                    .put("message", "Scheduling is blocked due to non-empty scheduling gates");
        }
    }

    @Override
    public List<String> selectableFields() {
        return FIELDS;
    }

    @Override
    public String fieldValue(ObjectNode pod, String field) {
        return field.equals("spec.hostNetwork")
                ? String.valueOf(Json.bool(pod, "spec", "hostNetwork"))
                : Strategy.super.fieldValue(pod, field);
    }

    @Override
    public boolean isDeletedGracefully() {
        return true;
    }

    /** Only where a kubelet may have started it. A Pod with a period of 0 is gone at once, whoever deletes it. */
    @Override
    public long gracePeriod(ObjectNode pod, OptionalLong asked) {
        String phase = Json.string(pod, "status", "phase");
        if (Json.string(pod, "spec", "nodeName").isEmpty() || phase.equals("Succeeded") || phase.equals("Failed")) {
            return 0;
        }
        long period = asked.orElseGet(() -> Json.number(pod, 30, "spec", "terminationGracePeriodSeconds"));
        return period < 0 ? 1 : period;
    }

    @Override
    public boolean returnsDeletedObject() {
        return true;
    }
}
