package kubelab.controlplane.apiserver.strategy;

import java.util.ArrayList;
import java.util.List;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** A Pod's quality of service. Source: pkg/apis/core/v1/helper/qos, release 1.34. */
final class QosClass {
    private static final List<String> COUNTED = List.of("cpu", "memory");

    private QosClass() {}

    /** Guaranteed: every container has limits for both and requests equal to them. BestEffort: nobody has any. */
    static String of(ObjectNode pod) {
        List<ObjectNode> containers = new ArrayList<>(Json.objects(pod, "spec", "containers"));
        containers.addAll(Json.objects(pod, "spec", "initContainers"));
        boolean any = false;
        boolean guaranteed = !containers.isEmpty();
        for (ObjectNode container : containers) {
            for (String resource : COUNTED) {
                String request = Json.string(container, "resources", "requests", resource);
                String limit = Json.string(container, "resources", "limits", resource);
                any |= isSet(request) || isSet(limit);
                guaranteed &= isSet(limit) && (request.isEmpty() || request.equals(limit));
            }
        }
        return !any ? "BestEffort" : guaranteed ? "Guaranteed" : "Burstable";
    }

    private static boolean isSet(String quantity) {
        return !quantity.isEmpty() && !quantity.equals("0");
    }
}
