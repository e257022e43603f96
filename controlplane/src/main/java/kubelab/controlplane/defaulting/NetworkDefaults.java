package kubelab.controlplane.defaulting;

import kubelab.controlplane.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Services and what belongs to them. Source: defaults.go under pkg/apis core/v1, discovery/v1, networking/v1, 1.34. */
final class NetworkDefaults {
    private NetworkDefaults() {}

    static void service(ObjectNode service) {
        ObjectNode spec = Json.ensure(service, "spec");
        Defaults.text(spec, "sessionAffinity", "None");
        if (Json.string(spec, "sessionAffinity").equals("None")) {
            spec.remove("sessionAffinityConfig");
        } else {
            Defaults.number(Json.ensure(spec, "sessionAffinityConfig", "clientIP"), "timeoutSeconds", 10800);
        }
        Defaults.text(spec, "type", "ClusterIP");
        String type = Json.string(spec, "type");
        for (ObjectNode port : Json.objects(spec, "ports")) {
            Defaults.text(port, "protocol", "TCP");
            JsonNode target = port.get("targetPort");
            boolean none = target == null
                    || target.isNull()
                    || (target.isNumber() && target.intValue() == 0)
                    || (target.isString() && target.stringValue().isEmpty());
            if (none && port.has("port")) {
                port.set("targetPort", port.get("port"));
            }
        }
        boolean external = type.equals("NodePort")
                || type.equals("LoadBalancer")
                || type.equals("ClusterIP") && !Json.items(spec, "externalIPs").isEmpty();
        if (external) {
            Defaults.text(spec, "externalTrafficPolicy", "Cluster");
        }
        if (!type.equals("ExternalName")) {
            Defaults.word(spec, "internalTrafficPolicy", "Cluster");
        }
        if (type.equals("LoadBalancer")) {
            Defaults.flag(spec, "allocateLoadBalancerNodePorts", true);
            for (ObjectNode ingress : Json.objects(service, "status", "loadBalancer", "ingress")) {
                if (ingress.has("ip")) {
                    Defaults.text(ingress, "ipMode", "VIP");
                }
            }
        }
    }

    static void endpoints(ObjectNode endpoints) {
        for (ObjectNode subset : Json.objects(endpoints, "subsets")) {
            Json.objects(subset, "ports").forEach(p -> Defaults.text(p, "protocol", "TCP"));
        }
    }

    static void endpointSlice(ObjectNode slice) {
        for (ObjectNode port : Json.objects(slice, "ports")) {
            if (Defaults.isUnset(port, "name")) {
                port.put("name", "");
            }
            Defaults.word(port, "protocol", "TCP");
        }
    }

    static void ingressClass(ObjectNode object) {
        ObjectNode parameters = Json.object(object, "spec", "parameters");
        if (parameters != null) {
            Defaults.word(parameters, "scope", "Cluster");
        }
    }

    static void networkPolicy(ObjectNode policy) {
        ObjectNode spec = Json.ensure(policy, "spec");
        for (String direction : java.util.List.of("ingress", "egress")) {
            for (ObjectNode rule : Json.objects(spec, direction)) {
                Json.objects(rule, "ports").forEach(p -> Defaults.word(p, "protocol", "TCP"));
            }
        }
        if (Json.items(spec, "policyTypes").isEmpty()) {
            ArrayNode types = spec.putArray("policyTypes").add("Ingress");
            if (!Json.items(spec, "egress").isEmpty()) {
                types.add("Egress");
            }
        }
    }

    static void apiService(ObjectNode apiService) {
        ObjectNode service = Json.object(apiService, "spec", "service");
        if (service != null) {
            Defaults.number(service, "port", 443);
        }
    }
}
