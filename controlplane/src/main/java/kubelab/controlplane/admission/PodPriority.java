package kubelab.controlplane.admission;

import java.util.Map;
import kubelab.controlplane.apiserver.request.Admission;
import kubelab.controlplane.apiserver.request.AdmissionRequest;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.apiserver.request.ObjectReader;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** Turns a Pod's priority class into the number that the scheduler compares. */
final class PodPriority implements Admission {
    private static final String GROUP = "scheduling.k8s.io";
    /** Known before anybody has stored them: the cluster's own Pods are the first there are. */
    private static final Map<String, Integer> SYSTEM =
            Map.of("system-cluster-critical", 2_000_000_000, "system-node-critical", 2_000_001_000);

    private final ObjectReader reader;

    PodPriority(ObjectReader reader) {
        this.reader = reader;
    }

    @Override
    public String name() {
        return "Priority";
    }

    @Override
    public void mutate(AdmissionRequest request) {
        if (!request.isCreate() || !request.isFor("", "pods")) {
            return;
        }
        ObjectNode spec = Json.ensure(request.object(), "spec");
        String name = Json.string(spec, "priorityClassName");
        long value = 0;
        String preemption = "PreemptLowerPriority";
        ObjectNode chosen = null;
        if (name.isEmpty()) {
            for (ObjectNode one : reader.list(GROUP, "priorityclasses", "")) {
                if (Json.bool(one, "globalDefault")
                        && (chosen == null || Json.number(one, 0, "value") < Json.number(chosen, 0, "value"))) {
                    chosen = one;
                }
            }
            if (chosen != null) {
                spec.put("priorityClassName", Json.string(chosen, "metadata", "name"));
            }
        } else {
            chosen = reader.get(GROUP, "priorityclasses", "", name);
            if (chosen == null && !SYSTEM.containsKey(name)) {
                throw ApiException.forbidden(
                        request.resource(), request.name(), "no PriorityClass with name " + name + " was found");
            }
        }
        if (chosen != null) {
            value = Json.number(chosen, 0, "value");
            preemption = Json.string(chosen, "preemptionPolicy").isEmpty()
                    ? preemption
                    : Json.string(chosen, "preemptionPolicy");
        } else if (SYSTEM.containsKey(name)) {
            value = SYSTEM.getOrDefault(name, 0);
        }
        refuseOther(request, spec, "priority", "the integer value of priority", Long.toString(value));
        refuseOther(request, spec, "preemptionPolicy", "the string value of PreemptionPolicy", preemption);
        spec.put("priority", (int) value);
        spec.put("preemptionPolicy", preemption);
    }

    /** There is one default at most, and the system's own classes stay. */
    @Override
    public void validate(AdmissionRequest request) {
        if (!request.isFor(GROUP, "priorityclasses")) {
            return;
        }
        if (request.isDelete()) {
            if (SYSTEM.containsKey(request.name())) {
                throw ApiException.forbidden(
                        request.resource(), request.name(), "this is a system priority class and cannot be deleted");
            }
            return;
        }
        if (Json.bool(request.object(), "globalDefault")) {
            for (ObjectNode one : reader.list(GROUP, "priorityclasses", "")) {
                String name = Json.string(one, "metadata", "name");
                if (Json.bool(one, "globalDefault") && !name.equals(request.name())) {
                    throw ApiException.forbidden(
                            request.resource(),
                            request.name(),
                            "PriorityClass " + name + " is already marked as default. Only one default can exist");
                }
            }
        }
    }

    private static void refuseOther(
            AdmissionRequest request, ObjectNode spec, String field, String what, String computed) {
        String given = Json.string(spec, field);
        if (!given.isEmpty() && !given.equals(computed)) {
            throw ApiException.forbidden(
                    request.resource(),
                    request.name(),
                    what + " (" + given + ") must not be provided in pod spec; priority admission controller computed "
                            + computed + " from the given PriorityClass name");
        }
    }
}
