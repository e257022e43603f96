package kubelab.controlplane.apiserver.validation;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Services. Source: k8s.io/kubernetes/pkg/apis/core/validation (1.34). */
final class ServiceRules {
    private static final Pattern IPV4 = Pattern.compile("((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(\\.(?!$)|$)){4}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:]*:[0-9a-fA-F:.]*");

    private ServiceRules() {}

    static void check(JsonNode service, Problems problems) {
        JsonNode spec = service.path("spec");
        String type = spec.path("type").asString("");
        JsonNode ports = spec.path("ports");
        boolean headless = spec.path("clusterIP").asString("").equals("None");
        boolean external = type.equals("ExternalName");
        if (ports.isEmpty() && !headless && !external) {
            problems.required("spec.ports");
        }
        if (external) {
            String name = spec.path("externalName").asString("");
            if (name.isEmpty()) {
                problems.required("spec.externalName");
            } else {
                String trimmed = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
                problems.name("spec.externalName", name, Names.subdomain(trimmed));
            }
        }
        Set<String> names = new HashSet<>();
        for (int i = 0; i < ports.size(); i++) {
            port("spec.ports[" + i + "]", ports.path(i), ports.size() > 1, names, problems);
        }
        MetadataRules.labels("spec.selector", spec.path("selector"), problems);
        if (spec.has("sessionAffinity")) {
            problems.oneOf("spec.sessionAffinity", spec.path("sessionAffinity"), "ClientIP", "None");
        }
        String ip = spec.path("clusterIP").asString("");
        if (!ip.isEmpty()
                && !headless
                && !IPV4.matcher(ip).matches()
                && !IPV6.matcher(ip).matches()) {
            problems.invalid("spec.clusterIPs[0]", ip, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
        }
        problems.oneOf("spec.type", spec.path("type"), "ClusterIP", "ExternalName", "LoadBalancer", "NodePort");
        duplicates(ports, problems);
        if (type.equals("ClusterIP")) {
            for (int i = 0; i < ports.size(); i++) {
                if (ports.path(i).path("nodePort").asInt(0) != 0) {
                    problems.forbidden("spec.ports[" + i + "].nodePort", "may not be used when `type` is 'ClusterIP'");
                }
            }
        }
    }

    static void update(ObjectNode service, ObjectNode old, Problems problems) {
        JsonNode spec = service.path("spec");
        JsonNode before = old.path("spec").path("clusterIPs");
        boolean both = !spec.path("type").asString("").equals("ExternalName")
                && !old.path("spec").path("type").asString("").equals("ExternalName");
        if (both
                && !before.isEmpty()
                && !before.path(0).equals(spec.path("clusterIPs").path(0))) {
            problems.invalid("spec.clusterIPs[0]", spec.path("clusterIPs"), "may not change once set");
        }
    }

    private static void port(String path, JsonNode port, boolean named, Set<String> names, Problems problems) {
        String name = port.path("name").asString("");
        if (named && name.isEmpty()) {
            problems.required(path + ".name");
        } else if (!name.isEmpty()) {
            problems.name(path + ".name", name, Names.label(name));
            if (!names.add(name)) {
                problems.duplicate(path + ".name", name);
            }
        }
        problems.inRange(path + ".port", port.path("port"), 1, 65535);
        problems.oneOf(path + ".protocol", port.path("protocol"), "SCTP", "TCP", "UDP");
        JsonNode target = port.path("targetPort");
        if (target.isString()) {
            problems.name(path + ".targetPort", target.asString(), Names.port(target.asString()));
        } else {
            problems.inRange(path + ".targetPort", target.isMissingNode() ? zero() : target, 1, 65535);
        }
    }

    private static void duplicates(JsonNode ports, Problems problems) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < ports.size(); i++) {
            String protocol = ports.path(i).path("protocol").asString("TCP");
            String key = protocol + "/" + ports.path(i).path("port");
            if (!seen.add(key)) {
                problems.duplicateObject(
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
