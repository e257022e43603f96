package kubelab.controlplane.apiserver.table;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import tools.jackson.databind.JsonNode;

/** Rows of Services and what stands behind and before them. */
final class NetworkRows {
    private NetworkRows() {}

    static List<Object> service(JsonNode object, Instant now) {
        JsonNode spec = object.path("spec");
        StringJoiner ports = new StringJoiner(",").setEmptyValue(Text.NONE);
        for (JsonNode port : spec.path("ports")) {
            long nodePort = port.path("nodePort").asLong(0);
            ports.add(port.path("port").asLong(0) + (nodePort > 0 ? ":" + nodePort : "") + "/"
                    + port.path("protocol").asString(""));
        }
        return List.of(
                Text.name(object),
                spec.path("type").asString(""),
                Text.or(spec.path("clusterIPs").path(0), Text.NONE),
                externalIp(object),
                ports,
                Text.age(object, now),
                Text.labels(spec.path("selector")));
    }

    private static String externalIp(JsonNode service) {
        JsonNode spec = service.path("spec");
        List<String> given = Text.strings(spec.path("externalIPs"));
        switch (spec.path("type").asString("")) {
            case "ClusterIP", "NodePort" -> {
                return given.isEmpty() ? Text.NONE : String.join(",", given);
            }
            case "LoadBalancer" -> {
                List<String> all = balancers(service);
                all.addAll(given);
                return all.isEmpty() ? "<pending>" : String.join(",", all);
            }
            case "ExternalName" -> {
                return spec.path("externalName").asString("");
            }
            default -> {
                return "<unknown>";
            }
        }
    }

    private static List<String> balancers(JsonNode object) {
        List<String> all = new ArrayList<>();
        for (JsonNode ingress : object.path("status").path("loadBalancer").path("ingress")) {
            String address =
                    Text.or(ingress.path("ip"), ingress.path("hostname").asString(""));
            if (!address.isEmpty() && !all.contains(address)) {
                all.add(address);
            }
        }
        all.sort(null);
        return all;
    }

    static List<Object> endpoints(JsonNode object, Instant now) {
        List<String> all = new ArrayList<>();
        for (JsonNode subset : object.path("subsets")) {
            for (JsonNode port : subset.path("ports")) {
                subset.path("addresses")
                        .forEach(a -> all.add(a.path("ip").asString("") + ":"
                                + port.path("port").asLong(0)));
            }
            if (subset.path("ports").isEmpty()) {
                subset.path("addresses").forEach(a -> all.add(a.path("ip").asString("")));
            }
        }
        return List.of(Text.name(object), Text.firstThree(all), Text.age(object, now));
    }

    static List<Object> endpointSlice(JsonNode object, Instant now) {
        List<String> ports = new ArrayList<>();
        object.path("ports").forEach(port -> ports.add(Text.or(port.path("port"), Text.or(port.path("name"), "*"))));
        List<String> addresses = new ArrayList<>();
        object.path("endpoints").forEach(e -> addresses.addAll(Text.strings(e.path("addresses"))));
        return List.of(
                Text.name(object),
                object.path("addressType").asString(""),
                unset(ports),
                unset(addresses),
                Text.age(object, now));
    }

    private static String unset(List<String> all) {
        return all.isEmpty() ? Text.UNSET : Text.firstThree(all);
    }

    static List<Object> ingress(JsonNode object, Instant now) {
        List<String> hosts = new ArrayList<>();
        object.path("spec").path("rules").forEach(rule -> {
            if (!rule.path("host").asString("").isEmpty()) {
                hosts.add(rule.path("host").asString(""));
            }
        });
        return List.of(
                Text.name(object),
                Text.or(object.path("spec").path("ingressClassName"), Text.NONE),
                hosts.isEmpty() ? "*" : Text.firstThree(hosts),
                String.join(",", balancers(object)),
                object.path("spec").path("tls").isEmpty() ? "80" : "80, 443",
                Text.age(object, now));
    }

    static List<Object> ingressClass(JsonNode object, Instant now) {
        JsonNode spec = object.path("spec");
        return List.of(Text.name(object), spec.path("controller").asString(""), Text.NONE, Text.age(object, now));
    }

    static List<Object> networkPolicy(JsonNode object, Instant now) {
        return List.of(
                Text.name(object), Text.selector(object.path("spec").path("podSelector")), Text.age(object, now));
    }

    static List<Object> serviceCidr(JsonNode object, Instant now) {
        return List.of(
                Text.name(object),
                String.join(",", Text.strings(object.path("spec").path("cidrs"))),
                Text.age(object, now));
    }

    static List<Object> ipAddress(JsonNode object, Instant now) {
        JsonNode parent = object.path("spec").path("parentRef");
        StringJoiner reference = new StringJoiner("/");
        for (String field : List.of("resource", "namespace", "name")) {
            if (!parent.path(field).asString("").isEmpty()) {
                reference.add(parent.path(field).asString(""));
            }
        }
        return List.of(Text.name(object), reference);
    }
}
