package kubelab.controlplane.apiserver;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Gives Services their virtual address and node ports when they are created or change their type.
 *
 * <p>Source: pkg/registry/core/service/storage/alloc.go, release 1.34. Simplified: IPv4 only, and the ranges of k3s
 * (10.43.0.0/16, 30000–32767) are fixed.
 */
final class ServiceAddresses implements Admission {
    private static final String PREFIX = "10.43.";
    private static final int FIRST_PORT = 30000;
    private static final int LAST_PORT = 32767;

    private final ObjectReader reader;
    /** Handed out but perhaps not stored yet: two Services created at once get different ones. */
    private final Set<String> handedOut = ConcurrentHashMap.newKeySet();

    ServiceAddresses(ObjectReader reader) {
        this.reader = reader;
    }

    @Override
    public String name() {
        return "ServiceAddresses";
    }

    @Override
    public void mutate(AdmissionRequest request) {
        if (!request.isFor("", "services") || request.isDelete()) {
            return;
        }
        ObjectNode spec = Json.ensure(request.object(), "spec");
        String type = Json.string(spec, "type");
        if (type.equals("ExternalName")) {
            spec.remove(List.of("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"));
            return;
        }
        keep(spec, request);
        boolean headless = Json.string(spec, "clusterIP").equals("None");
        if (Json.string(spec, "clusterIP").isEmpty()) {
            spec.put("clusterIP", freeAddress(request.dryRun()));
        } else if (request.isCreate() && !headless) {
            claim(request, Json.string(spec, "clusterIP"));
        }
        ArrayNode addresses = spec.putArray("clusterIPs");
        addresses.add(Json.string(spec, "clusterIP"));
        if (Json.items(spec, "ipFamilies").isEmpty()) {
            spec.putArray("ipFamilies").add("IPv4");
        }
        if (Json.string(spec, "ipFamilyPolicy").isEmpty()) {
            spec.put("ipFamilyPolicy", "SingleStack");
        }
        boolean balancer = type.equals("LoadBalancer");
        boolean wantsPorts = type.equals("NodePort")
                || (balancer && !Boolean.FALSE.equals(flag(spec.get("allocateLoadBalancerNodePorts"))));
        for (ObjectNode port : Json.objects(spec, "ports")) {
            if (!wantsPorts && !balancer) {
                port.remove("nodePort");
            } else if (wantsPorts && Json.number(port, 0, "nodePort") == 0) {
                port.put("nodePort", freePort());
            }
        }
    }

    /** An update that leaves the addresses out keeps them. */
    private static void keep(ObjectNode spec, AdmissionRequest request) {
        ObjectNode before = Json.object(request.oldObject(), "spec");
        if (before == null) {
            return;
        }
        for (String field : List.of("clusterIP", "ipFamilies", "ipFamilyPolicy")) {
            JsonNode value = before.get(field);
            if (value != null && !spec.has(field)) {
                spec.set(field, value);
            }
        }
        for (ObjectNode port : Json.objects(spec, "ports")) {
            for (ObjectNode old : Json.objects(before, "ports")) {
                boolean same = Json.number(old, 0, "port") == Json.number(port, 0, "port")
                        && Json.string(old, "protocol").equals(Json.string(port, "protocol"));
                if (same && !port.has("nodePort") && old.has("nodePort")) {
                    port.set("nodePort", old.get("nodePort"));
                }
            }
        }
    }

    private static @org.jspecify.annotations.Nullable Boolean flag(@org.jspecify.annotations.Nullable JsonNode node) {
        return node == null || !node.isBoolean() ? null : node.booleanValue();
    }

    private void claim(AdmissionRequest request, String address) {
        if (!address.startsWith(PREFIX)) {
            throw invalid(
                    request,
                    "Invalid value: [\"" + address
                            + "\"]: failed to allocate IP " + address
                            + ": the provided IP (" + address
                            + ") is not in the valid range. The range of valid IPs is 10.43.0.0/16");
        }
        if (used("clusterIP").contains(address)) {
            throw invalid(
                    request,
                    "Invalid value: [\"" + address + "\"]: failed to allocate IP " + address
                            + ": provided IP is already allocated");
        }
    }

    private static ApiException invalid(AdmissionRequest request, String message) {
        return ApiException.invalid(
                request.resource(),
                request.name(),
                List.of(new ApiException.Cause("FieldValueInvalid", message, "spec.clusterIPs")));
    }

    private String freeAddress(boolean dryRun) {
        Set<String> used = used("clusterIP");
        while (true) {
            ThreadLocalRandom random = ThreadLocalRandom.current();
            // The first addresses are left to those who ask for one: 10.43.0.1, 10.43.0.10.
            String address = PREFIX + random.nextInt(1, 255) + "." + random.nextInt(1, 255);
            if (!used.contains(address) && (dryRun || handedOut.add(address))) {
                return address;
            }
        }
    }

    private int freePort() {
        Set<String> used = used("nodePort");
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT + 1);
            if (!used.contains(Integer.toString(port)) && handedOut.add(Integer.toString(port))) {
                return port;
            }
        }
    }

    private Set<String> used(String field) {
        Set<String> used = new HashSet<>();
        for (ObjectNode service : reader.list("", "services", "")) {
            if (field.equals("clusterIP")) {
                used.add(Json.string(service, "spec", "clusterIP"));
            } else {
                Json.objects(service, "spec", "ports").forEach(p -> used.add(Json.string(p, field)));
            }
        }
        return used;
    }
}
