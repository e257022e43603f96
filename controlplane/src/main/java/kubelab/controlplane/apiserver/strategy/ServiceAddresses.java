package kubelab.controlplane.apiserver.strategy;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import kubelab.controlplane.apiserver.request.Admission;
import kubelab.controlplane.apiserver.request.AdmissionRequest;
import kubelab.controlplane.apiserver.request.ApiException;
import kubelab.controlplane.apiserver.request.ObjectReader;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Gives Services their virtual address and node ports when they are created or change their type. What is in use is what
 * the stored Services have: an address is free as soon as its Service is gone or has become an ExternalName.
 *
 * <p>Source: pkg/registry/core/service/storage/alloc.go, release 1.34. Simplified: IPv4 only, and the ranges of k3s
 * (10.43.0.0/16, 30000–32767) are fixed.
 *
 * <p>Threads: called on all threads that serve requests. {@code handedOut} is what keeps two of them from giving out the
 * same address: who puts it there first has it.
 */
public final class ServiceAddresses implements Admission {
    private static final String PREFIX = "10.43.";
    private static final int FIRST_PORT = 30000;
    private static final int LAST_PORT = 32767;
    /** The first ports are left to those who ask for one. Source: KEP-3668. */
    private static final int FIRST_DYNAMIC_PORT = 30086;

    private static final long RESERVED = TimeUnit.SECONDS.toNanos(10);

    private final ObjectReader reader;
    /** Handed out but perhaps not stored yet: two Services created at once get different ones. → when */
    private final Map<String, Long> handedOut = new ConcurrentHashMap<>();

    public ServiceAddresses(ObjectReader reader) {
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
        ObjectNode before = Json.object(request.oldObject(), "spec");
        if (before != null) {
            ServiceStrategy.keepAllocated(spec, before);
        }
        ServiceFamilies.sync(spec, before);
        if (!ServiceStrategy.needsAddress(spec)) {
            return;
        }
        new ServiceFamilies(request).complete(spec, before);
        Set<String> mine = before == null ? Set.of() : Set.copyOf(inUse(before));
        allocateAddress(request, spec, mine);
        allocatePorts(request, spec, mine);
    }

    private void allocateAddress(AdmissionRequest request, ObjectNode spec, Set<String> mine) {
        String address = Json.string(spec, "clusterIP");
        if (address.equals("None") || mine.contains(address)) {
            return;
        }
        if (address.isEmpty()) {
            address = freeAddress(request.dryRun());
            spec.put("clusterIP", address);
            spec.putArray("clusterIPs").add(address);
            return;
        }
        String problem = "";
        if (!address.startsWith(PREFIX)) {
            problem = request.dryRun()
                    ? "the provided IP (" + address + ") is not in the valid range. The range of valid IPs is " + PREFIX
                            + "0.0/16"
                    : "the provided network does not match the current range";
        } else if (!request.dryRun() && used().contains(address) && mine.isEmpty()) {
            problem = "provided IP is already allocated";
        }
        if (!problem.isEmpty()) {
            throw invalid(
                    request,
                    "spec.clusterIPs",
                    "[\"" + address + "\"]: failed to allocate IP " + address + ": " + problem);
        }
    }

    private void allocatePorts(AdmissionRequest request, ObjectNode spec, Set<String> mine) {
        boolean wanted = ServiceStrategy.isGivenNodePorts(spec);
        List<ObjectNode> ports = Json.objects(spec, "ports");
        Map<Long, Integer> byPort = new HashMap<>();
        for (int i = 0; wanted && i < ports.size(); i++) {
            int asked = (int) Json.number(ports.get(i), 0, "nodePort");
            // The same port by another protocol shares its node port.
            Integer sibling = byPort.get(Json.number(ports.get(i), 0, "port"));
            if (asked != 0 && (sibling == null || sibling != asked)) {
                claim(request, asked, "spec.ports[" + i + "].nodePort", byPort.containsValue(asked), mine);
            }
            int given = asked != 0 ? asked : sibling != null ? sibling : requested(ports, ports.get(i));
            if (given == 0) {
                given = freePort(request.dryRun());
            }
            ports.get(i).put("nodePort", given);
            byPort.putIfAbsent(Json.number(ports.get(i), 0, "port"), given);
        }
        if (ServiceStrategy.needsHealthCheck(spec)) {
            int asked = (int) Json.number(spec, 0, "healthCheckNodePort");
            if (asked == 0) {
                spec.put("healthCheckNodePort", freePort(request.dryRun()));
            } else {
                claim(request, asked, "spec.healthCheckNodePort", byPort.containsValue(asked), mine);
            }
        }
    }

    /** What a later entry with the same port asks for. */
    private static int requested(List<ObjectNode> ports, ObjectNode port) {
        return ports.stream()
                .filter(other -> other.path("port").equals(port.path("port")))
                .mapToInt(other -> (int) Json.number(other, 0, "nodePort"))
                .filter(number -> number != 0)
                .findFirst()
                .orElse(0);
    }

    private void claim(AdmissionRequest request, int port, String field, boolean twice, Set<String> mine) {
        if (request.dryRun()) {
            return; // upstream's allocator for dry runs looks at nothing
        }
        if (port < FIRST_PORT || port > LAST_PORT) {
            throw invalid(
                    request,
                    field,
                    port + ": provided port is not in the valid range. The range of valid ports is " + FIRST_PORT + "-"
                            + LAST_PORT);
        }
        String text = Integer.toString(port);
        if (twice || !mine.contains(text) && used().contains(text)) {
            throw invalid(request, field, port + ": provided port is already allocated");
        }
    }

    private static ApiException invalid(AdmissionRequest request, String field, String detail) {
        return ApiException.invalid(
                request.resource(),
                request.name(),
                List.of(new ApiException.Cause("FieldValueInvalid", "Invalid value: " + detail, field)));
    }

    private String freeAddress(boolean dryRun) {
        Set<String> used = used();
        while (true) {
            ThreadLocalRandom random = ThreadLocalRandom.current();
            // The first addresses are left to those who ask for one: 10.43.0.1, 10.43.0.10.
            String address = PREFIX + random.nextInt(1, 255) + "." + random.nextInt(1, 255);
            if (!used.contains(address) && (dryRun || reserve(address))) {
                return address;
            }
        }
    }

    private int freePort(boolean dryRun) {
        Set<String> used = used();
        for (int i = 0; i < 10 * (LAST_PORT - FIRST_PORT); i++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST_DYNAMIC_PORT, LAST_PORT + 1);
            if (!used.contains(Integer.toString(port)) && (dryRun || reserve(Integer.toString(port)))) {
                return port;
            }
        }
        throw new ApiException(
                500, "InternalError", "Internal error occurred: failed to allocate a nodePort: range is full");
    }

    private boolean reserve(String what) {
        long now = System.nanoTime();
        handedOut.values().removeIf(then -> now - then > RESERVED);
        return handedOut.putIfAbsent(what, now) == null;
    }

    private Set<String> used() {
        Set<String> used = new HashSet<>();
        for (ObjectNode service : reader.list("", "services", "")) {
            used.addAll(inUse(Json.ensure(service, "spec")));
        }
        return used;
    }

    private static Set<String> inUse(ObjectNode spec) {
        Set<String> used = new HashSet<>();
        JsonNode address = spec.path("clusterIP");
        if (address.isString() && !address.stringValue().equals("None")) {
            used.add(address.stringValue());
        }
        ServiceStrategy.nodePorts(spec).forEach(port -> used.add(Integer.toString(port)));
        long health = Json.number(spec, 0, "healthCheckNodePort");
        if (health != 0) {
            used.add(Long.toString(health));
        }
        return used;
    }
}
