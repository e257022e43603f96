package kubelab.controlplane.admission;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kubelab.controlplane.json.Json;
import kubelab.controlplane.quantity.Amounts;
import tools.jackson.databind.node.ObjectNode;

/** How much of a quota an object takes. */
public final class QuotaUsage {
    /** Names from before {@code count/…} was invented. */
    private static final Map<String, String> COUNTED = Map.of(
            "pods", "pods",
            "services", "services",
            "configmaps", "configmaps",
            "secrets", "secrets",
            "persistentvolumeclaims", "persistentvolumeclaims",
            "replicationcontrollers", "replicationcontrollers",
            "resourcequotas", "resourcequotas");

    private QuotaUsage() {}

    /** resource name → amount, of all that a quota could limit. */
    public static Map<String, BigDecimal> of(String group, String plural, ObjectNode object) {
        Map<String, BigDecimal> usage = new TreeMap<>();
        usage.put("count/" + plural + (group.isEmpty() ? "" : "." + group), BigDecimal.ONE);
        if (!group.isEmpty()) {
            return usage;
        }
        if (plural.equals("pods")) {
            String phase = Json.string(object, "status", "phase");
            if (!phase.equals("Succeeded") && !phase.equals("Failed")) {
                pod(object, usage);
            }
            return usage;
        }
        if (COUNTED.containsKey(plural)) {
            usage.put(plural, BigDecimal.ONE);
        }
        if (plural.equals("services")) {
            String type = Json.string(object, "spec", "type");
            int ports = Json.items(object, "spec", "ports").size();
            if (type.equals("LoadBalancer")) {
                usage.put("services.loadbalancers", BigDecimal.ONE);
            }
            if (type.equals("LoadBalancer") || type.equals("NodePort")) {
                usage.put("services.nodeports", BigDecimal.valueOf(ports));
            }
        } else if (plural.equals("persistentvolumeclaims")) {
            String storage = Json.string(object, "spec", "resources", "requests", "storage");
            String storageClass = Json.string(object, "spec", "storageClassName");
            String ofClass = storageClass + ".storageclass.storage.k8s.io/";
            if (!storageClass.isEmpty()) {
                usage.put(ofClass + "persistentvolumeclaims", BigDecimal.ONE);
            }
            if (!storage.isEmpty()) {
                usage.put("requests.storage", Amounts.value(storage));
            }
            if (!storageClass.isEmpty() && !storage.isEmpty()) {
                usage.put(ofClass + "requests.storage", Amounts.value(storage));
            }
        }
        return usage;
    }

    /** Which of the limited resources a Pod's containers fail to name: {@code limits.cpu for: web}. */
    static List<String> unspecified(List<String> limited, ObjectNode pod) {
        List<String> missing = new ArrayList<>();
        for (String resource : limited) {
            String field = resource.startsWith("limits.") ? "limits" : "requests";
            String name = resource.substring(resource.indexOf('.') + 1);
            if (!name.equals("cpu") && !name.equals("memory") || resource.startsWith("count/")) {
                continue;
            }
            List<String> who = Json.objects(pod, "spec", "containers").stream()
                    .filter(c -> Json.at(c, "resources", field, name) == null)
                    .map(c -> Json.string(c, "name"))
                    .toList();
            if (!who.isEmpty()) {
                missing.add(resource + " for: " + String.join(",", who));
            }
        }
        return missing;
    }

    private static void pod(ObjectNode pod, Map<String, BigDecimal> usage) {
        usage.put("pods", BigDecimal.ONE);
        for (ObjectNode container : Json.objects(pod, "spec", "containers")) {
            Json.map(container, "resources", "requests").forEach((name, amount) -> {
                usage.merge("requests." + name, Amounts.value(amount), BigDecimal::add);
                if (name.equals("cpu") || name.equals("memory") || name.equals("ephemeral-storage")) {
                    usage.merge(name, Amounts.value(amount), BigDecimal::add);
                }
            });
            Json.map(container, "resources", "limits")
                    .forEach((name, amount) -> usage.merge("limits." + name, Amounts.value(amount), BigDecimal::add));
        }
    }

    /** An amount of a resource as it is written in a status or a message. */
    public static String text(String resource, BigDecimal amount) {
        return Amounts.text(amount, resource.contains("memory") || resource.contains("storage"));
    }
}
