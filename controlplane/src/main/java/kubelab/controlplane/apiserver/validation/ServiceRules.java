package kubelab.controlplane.apiserver.validation;

import java.util.HashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Services. Source: k8s.io/kubernetes/pkg/apis/core/validation (1.34). */
final class ServiceRules {
    private static final int LONGEST_AFFINITY = 86400;
    private static final String ONLY_BALANCER = "may only be used when `type` is 'LoadBalancer'";

    private ServiceRules() {}

    static void check(JsonNode service, ErrorList errors) {
        JsonNode spec = service.path("spec");
        String type = spec.path("type").asString("");
        JsonNode ports = spec.path("ports");
        boolean headless = spec.path("clusterIP").asString("").equals("None");
        boolean external = type.equals("ExternalName");
        if (ports.isEmpty() && !headless && !external) {
            errors.required("spec.ports");
        }
        if (external) {
            externalName(spec, errors);
        }
        Set<String> names = new HashSet<>();
        for (int i = 0; i < ports.size(); i++) {
            port("spec.ports[" + i + "]", ports.path(i), ports.size() > 1, names, errors);
        }
        MetadataRules.labels("spec.selector", spec.path("selector"), errors);
        if (spec.has("sessionAffinity")) {
            errors.oneOf("spec.sessionAffinity", spec.path("sessionAffinity"), "ClientIP", "None");
            affinity(spec, errors);
        }
        for (int i = 0; i < spec.path("externalIPs").size(); i++) {
            String path = "spec.externalIPs[" + i + "]";
            String ip = spec.path("externalIPs").path(i).asString("");
            if (Addresses.valid(path, ip, errors)) {
                Addresses.notSpecial(path, ip, errors);
            }
        }
        errors.oneOf("spec.type", spec.path("type"), "ClusterIP", "ExternalName", "LoadBalancer", "NodePort");
        nodePorts(type, ports, errors);
        duplicates(ports, errors);
        balancer(type, spec, errors);
        traffic(type, spec, errors);
    }

    static void update(ObjectNode service, ObjectNode old, ErrorList errors) {
        JsonNode spec = service.path("spec");
        JsonNode before = old.path("spec").path("clusterIPs");
        boolean both = !spec.path("type").asString("").equals("ExternalName")
                && !old.path("spec").path("type").asString("").equals("ExternalName");
        if (both
                && !before.isEmpty()
                && !before.path(0).equals(spec.path("clusterIPs").path(0))) {
            errors.invalid("spec.clusterIPs[0]", spec.path("clusterIPs"), "may not change once set");
        }
        JsonNode balancer = spec.path("loadBalancerClass");
        if (isBalancer(spec)
                && isBalancer(old.path("spec"))
                && !balancer.equals(old.path("spec").path("loadBalancerClass"))) {
            errors.invalid(
                    "spec.loadBalancerClass",
                    balancer.isMissingNode() ? JsonNodeFactory.instance.nullNode() : balancer,
                    "may not change once set");
        }
    }

    static void status(ObjectNode service, ErrorList errors) {
        JsonNode ingress = service.path("status").path("loadBalancer").path("ingress");
        String path = "status.loadBalancer.ingress";
        if (!ingress.isEmpty() && !isBalancer(service.path("spec"))) {
            errors.forbidden(path, "may only be used when `spec.type` is 'LoadBalancer'");
            return;
        }
        for (int i = 0; i < ingress.size(); i++) {
            String each = path + "[" + i + "]";
            String ip = ingress.path(i).path("ip").asString("");
            if (!ip.isEmpty()) {
                Addresses.valid(each + ".ip", ip, errors);
                errors.oneOf(each + ".ipMode", ingress.path(i).path("ipMode"), "Proxy", "VIP");
            } else if (ingress.path(i).has("ipMode")) {
                errors.forbidden(each + ".ipMode", "may not be specified when `ip` is not set");
            }
        }
    }

    private static boolean isBalancer(JsonNode spec) {
        return spec.path("type").asString("").equals("LoadBalancer");
    }

    private static void externalName(JsonNode spec, ErrorList errors) {
        for (String field : new String[] {"clusterIPs", "ipFamilies", "ipFamilyPolicy"}) {
            if (spec.has(field)) {
                errors.forbidden("spec." + field, "may not be set for ExternalName services");
            }
        }
        String name = spec.path("externalName").asString("");
        if (name.isEmpty()) {
            errors.required("spec.externalName");
        } else {
            String trimmed = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
            errors.name("spec.externalName", name, Names.subdomain(trimmed));
        }
    }

    private static void affinity(JsonNode spec, ErrorList errors) {
        JsonNode timeout = spec.path("sessionAffinityConfig").path("clientIP").path("timeoutSeconds");
        boolean byClient = spec.path("sessionAffinity").asString("").equals("ClientIP");
        if (byClient && (timeout.asLong(0) <= 0 || timeout.asLong(0) > LONGEST_AFFINITY)) {
            errors.invalid(
                    "spec.sessionAffinityConfig.clientIP.timeoutSeconds",
                    timeout,
                    "must be greater than 0 and less than " + LONGEST_AFFINITY);
        }
    }

    private static void nodePorts(String type, JsonNode ports, ErrorList errors) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < ports.size(); i++) {
            String path = "spec.ports[" + i + "].nodePort";
            int number = ports.path(i).path("nodePort").asInt(0);
            if (number == 0) {
                continue;
            }
            if (type.equals("ClusterIP")) {
                errors.forbidden(path, "may not be used when `type` is 'ClusterIP'");
            }
            if (!seen.add(ports.path(i).path("protocol").asString("TCP") + "/" + number)) {
                errors.duplicateObject(path, Integer.toString(number));
            }
        }
    }

    private static void balancer(String type, JsonNode spec, ErrorList errors) {
        boolean balancer = type.equals("LoadBalancer");
        JsonNode ranges = spec.path("loadBalancerSourceRanges");
        if (!balancer && !ranges.isEmpty()) {
            errors.forbidden("spec.LoadBalancerSourceRanges", ONLY_BALANCER);
        }
        for (int i = 0; i < ranges.size(); i++) {
            Addresses.range(
                    "spec.LoadBalancerSourceRanges[" + i + "]", ranges.path(i).asString(""), errors);
        }
        if (!balancer && spec.has("allocateLoadBalancerNodePorts")) {
            errors.forbidden("spec.allocateLoadBalancerNodePorts", ONLY_BALANCER);
        }
        if (spec.has("loadBalancerClass")) {
            String name = spec.path("loadBalancerClass").asString("");
            if (balancer) {
                errors.name("spec.loadBalancerClass", name, Names.qualified(name));
            } else {
                errors.forbidden("spec.loadBalancerClass", ONLY_BALANCER);
            }
        }
    }

    private static void traffic(String type, JsonNode spec, ErrorList errors) {
        boolean fromOutside = type.equals("NodePort")
                || type.equals("LoadBalancer")
                || type.equals("ClusterIP") && !spec.path("externalIPs").isEmpty();
        JsonNode policy = spec.path("externalTrafficPolicy");
        if (fromOutside) {
            errors.oneOf("spec.externalTrafficPolicy", policy, "Cluster", "Local");
        } else if (!policy.asString("").isEmpty()) {
            errors.invalid("spec.externalTrafficPolicy", policy, "may only be set for externally-accessible services");
        }
        boolean checked = type.equals("LoadBalancer") && policy.asString("").equals("Local");
        if (!checked && spec.path("healthCheckNodePort").asInt(0) != 0) {
            errors.invalid(
                    "spec.healthCheckNodePort",
                    spec.path("healthCheckNodePort"),
                    "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'");
        }
        new Field("spec.internalTrafficPolicy", spec.path("internalTrafficPolicy"), errors)
                .optionallyOneOf("Cluster", "Local");
        new Field("spec.trafficDistribution", spec.path("trafficDistribution"), errors)
                .optionallyOneOf("PreferClose", "PreferSameZone", "PreferSameNode");
    }

    private static void port(String path, JsonNode port, boolean named, Set<String> names, ErrorList errors) {
        String name = port.path("name").asString("");
        if (named && name.isEmpty()) {
            errors.required(path + ".name");
        } else if (!name.isEmpty()) {
            errors.name(path + ".name", name, Names.label(name));
            if (!names.add(name)) {
                errors.duplicate(path + ".name", name);
            }
        }
        errors.inRange(path + ".port", port.path("port"), 1, 65535);
        errors.oneOf(path + ".protocol", port.path("protocol"), "SCTP", "TCP", "UDP");
        JsonNode target = port.path("targetPort");
        if (target.isString()) {
            errors.name(path + ".targetPort", target.asString(), Names.port(target.asString()));
        } else {
            errors.inRange(path + ".targetPort", target.isMissingNode() ? zero() : target, 1, 65535);
        }
        if (port.has("appProtocol")) {
            String protocol = port.path("appProtocol").asString("");
            errors.name(path + ".appProtocol", protocol, Names.qualified(protocol));
        }
    }

    private static void duplicates(JsonNode ports, ErrorList errors) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < ports.size(); i++) {
            String protocol = ports.path(i).path("protocol").asString("TCP");
            String key = protocol + "/" + ports.path(i).path("port");
            if (!seen.add(key)) {
                errors.duplicateObject(
                        "spec.ports[" + i + "]",
                        "{\"Name\":\"\",\"Protocol\":\"" + protocol + "\",\"AppProtocol\":null,\"Port\":"
                                + ports.path(i).path("port") + ",\"TargetPort\":0,\"NodePort\":0}");
            }
        }
    }

    private static JsonNode zero() {
        return JsonNodeFactory.instance.numberNode(0);
    }
}
