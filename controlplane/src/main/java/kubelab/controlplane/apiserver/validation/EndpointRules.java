package kubelab.controlplane.apiserver.validation;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** EndpointSlices and Endpoints. Source: k8s.io/kubernetes/pkg/apis/{discovery,core}/validation (1.34). */
final class EndpointRules {
    private static final int MOST_ADDRESSES = 100;
    private static final int MOST_HINTS = 8;

    private EndpointRules() {}

    static void slice(JsonNode slice, ErrorList errors) {
        slice(slice, true, errors);
    }

    /** Endpoints that stay as they were are not looked at again. */
    static void sliceUpdate(ObjectNode slice, ObjectNode old, ErrorList errors) {
        slice(slice, !slice.path("endpoints").equals(old.path("endpoints")), errors);
        errors.immutable("addressType", old.path("addressType"), slice.path("addressType"));
    }

    private static void slice(JsonNode slice, boolean changed, ErrorList errors) {
        String type = slice.path("addressType").asString("");
        if (type.isEmpty()) {
            errors.required("addressType");
        } else {
            errors.oneOf("addressType", slice.path("addressType"), "FQDN", "IPv4", "IPv6");
        }
        for (int i = 0; changed && i < slice.path("endpoints").size(); i++) {
            endpoint("endpoints[" + i + "]", slice.path("endpoints").path(i), type, errors);
        }
        Set<String> names = new HashSet<>();
        for (int i = 0; i < slice.path("ports").size(); i++) {
            JsonNode port = slice.path("ports").path(i);
            String path = "ports[" + i + "]";
            String name = port.path("name").asString("");
            if (!name.isEmpty()) {
                errors.name(path + ".name", name, Names.label(name));
            }
            if (!names.add(name)) {
                errors.duplicate(path + ".name", name);
            }
            new Field(path + ".protocol", port.path("protocol"), errors).optionallyOneOf("SCTP", "TCP", "UDP");
            if (port.has("appProtocol")) {
                String protocol = port.path("appProtocol").asString("");
                errors.name(path + ".appProtocol", protocol, Names.qualified(protocol));
            }
        }
    }

    private static void endpoint(String path, JsonNode endpoint, String type, ErrorList errors) {
        JsonNode addresses = endpoint.path("addresses");
        if (addresses.isEmpty()) {
            errors.required(path + ".addresses", "must contain at least 1 address");
        } else if (addresses.size() > MOST_ADDRESSES) {
            errors.tooMany(path + ".addresses", addresses.size(), MOST_ADDRESSES);
        }
        for (int i = 0; i < addresses.size(); i++) {
            String address = addresses.path(i).asString("");
            String field = path + ".addresses[" + i + "]";
            if (!type.equals("IPv4") && !type.equals("IPv6")) {
                if (type.equals("FQDN")) {
                    errors.name(field, address, Names.subdomain(address));
                }
            } else if (Addresses.valid(field, address, errors)) {
                if (Addresses.isIpv4(address) != type.equals("IPv4")) {
                    errors.invalid(path + ".addresses", address, "must be an " + type + " address");
                }
                Addresses.notSpecial(field, address, errors);
            }
        }
        Field field = new Field(path, endpoint, errors);
        if (field.has("nodeName")) {
            field.get("nodeName").name(Names::subdomain);
        }
        hints(field.at("hints", "forZones"), Names::labelValue);
        hints(field.at("hints", "forNodes"), Names::subdomain);
        String hostname = endpoint.path("hostname").asString("");
        if (!hostname.isEmpty()) {
            errors.name(path + ".hostname", hostname, Names.label(hostname));
        }
    }

    private static void hints(Field hints, Function<String, List<String>> rule) {
        if (hints.items().size() > MOST_HINTS) {
            hints.errors().tooMany(hints.path(), hints.items().size(), MOST_HINTS);
            return;
        }
        Set<String> seen = new HashSet<>();
        for (Field hint : hints.items()) {
            if (!seen.add(hint.text("name"))) {
                hint.get("name").duplicate(hint.text("name"));
            }
            hint.get("name").name(rule);
        }
    }

    static void endpoints(JsonNode endpoints, ErrorList errors) {
        for (int i = 0; i < endpoints.path("subsets").size(); i++) {
            JsonNode subset = endpoints.path("subsets").path(i);
            String path = "subsets[" + i + "]";
            if (subset.path("addresses").isEmpty()
                    && subset.path("notReadyAddresses").isEmpty()) {
                errors.required(path, "must specify `addresses` or `notReadyAddresses`");
            }
            for (String field : new String[] {"addresses", "notReadyAddresses"}) {
                for (int k = 0; k < subset.path(field).size(); k++) {
                    String ip = subset.path(field).path(k).path("ip").asString("");
                    String where = path + "." + field + "[" + k + "].ip";
                    if (!Addresses.valid(where, ip, errors)) {
                        // Upstream looks twice: once for the form, once for what kind of address it is.
                        errors.invalid(where, ip, "must be a valid IP address");
                    } else {
                        Addresses.notSpecial(where, ip, errors);
                    }
                    Field address = new Field(
                            path + "." + field + "[" + k + "]",
                            subset.path(field).path(k),
                            errors);
                    if (address.has("nodeName")) {
                        address.get("nodeName").name(Names::subdomain);
                    }
                    address.get("hostname").optionalName(Names::label);
                }
            }
            for (int k = 0; k < subset.path("ports").size(); k++) {
                JsonNode port = subset.path("ports").path(k);
                String where = path + ".ports[" + k + "]";
                String name = port.path("name").asString("");
                if (name.isEmpty() && subset.path("ports").size() > 1) {
                    errors.required(where + ".name");
                } else if (!name.isEmpty()) {
                    errors.name(where + ".name", name, Names.label(name));
                }
                errors.inRange(where + ".port", port.path("port"), 1, 65535);
                errors.oneOf(where + ".protocol", port.path("protocol"), "SCTP", "TCP", "UDP");
                if (port.has("appProtocol")) {
                    new Field(where + ".appProtocol", port.path("appProtocol"), errors).name(Names::qualified);
                }
            }
        }
    }
}
