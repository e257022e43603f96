package kubelab.controlplane.controllermanager.podautoscaler;

import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/**
 * An {@code autoscaling/v1 Scale} as the target's subresource shows it.
 *
 * @param path of the subresource
 * @param object the whole answer, for writing it back
 */
record Scale(String path, ObjectNode object) {
    int specReplicas() {
        return (int) Json.number(object, 0, "spec", "replicas");
    }

    int statusReplicas() {
        return (int) Json.number(object, 0, "status", "replicas");
    }

    /** Of the target's Pods, in its text form: {@code app=web}. */
    String selector() {
        return Json.string(object, "status", "selector");
    }

    /** The same with other replicas asked for. */
    ObjectNode with(int replicas) {
        ObjectNode next = object.deepCopy();
        Json.ensure(next, "spec").put("replicas", replicas);
        return next;
    }
}
