package kubelab.controlplane.apiserver.strategy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import kubelab.controlplane.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Services have addresses and ports that the server gives out: {@link ServiceAddresses} does so, and
 * {@link ServiceFamilies} sees to it that the fields about them agree. A Service that changes its type loses what only the
 * old type had, unless the same request sets it.
 *
 * <p>Source: dropTypeDependentFields in pkg/registry/core/service/strategy.go, release 1.34.
 */
final class ServiceStrategy extends PlainStrategy {
    @Override
    public String storagePrefix(String plural) {
        return "/registry/services/specs/";
    }

    @Override
    public boolean takesStatusOnCreate() {
        return true;
    }

    @Override
    public void prepareForCreate(ObjectNode service) {
        if (Json.object(service, "status") == null) {
            service.putObject("status").putObject("loadBalancer");
        }
    }

    @Override
    public List<String> selectableFields() {
        return List.of("spec.clusterIP", "spec.type");
    }

    @Override
    public boolean returnsDeletedObject() {
        return true;
    }

    @Override
    public void prepareForUpdate(ObjectNode next, ObjectNode live) {
        ObjectNode spec = Json.ensure(next, "spec");
        ObjectNode before = Json.ensure(live, "spec");
        drop(spec, before, ServiceStrategy::needsAddress, "clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy");
        drop(spec, before, ServiceStrategy::isBalancer, "allocateLoadBalancerNodePorts", "loadBalancerClass");
        drop(spec, before, ServiceStrategy::isReachedFromOutside, "externalTrafficPolicy");
        drop(spec, before, ServiceStrategy::needsAddress, "internalTrafficPolicy");
        drop(spec, before, ServiceStrategy::needsHealthCheck, "healthCheckNodePort");
        if (isExternal(before) && !isExternal(spec) && nodePorts(before).containsAll(nodePorts(spec))) {
            Json.objects(spec, "ports").forEach(port -> port.remove("nodePort"));
        }
        if (isBalancer(before) && !isBalancer(spec)) {
            Json.ensure(next, "status").putObject("loadBalancer");
        }
    }

    /**
     * An update that leaves out what was allocated keeps it; node ports go by the port's name, and only as long as the
     * Service is given some: without {@code allocateLoadBalancerNodePorts} an update that names none releases them.
     *
     * <p>Source: patchAllocatedValues in pkg/registry/core/service/storage/storage.go, release 1.34.
     */
    static void keepAllocated(ObjectNode spec, ObjectNode before) {
        if (needsAddress(before) && needsAddress(spec)) {
            for (String field : List.of("clusterIP", "clusterIPs")) {
                boolean unset = Json.string(spec, "clusterIP").isEmpty() || !spec.has(field);
                if (unset && before.has(field)) {
                    spec.set(field, before.path(field).deepCopy());
                }
            }
        }
        if (isGivenNodePorts(before) && isGivenNodePorts(spec)) {
            Set<Integer> used = nodePorts(before);
            used.retainAll(nodePorts(spec));
            for (ObjectNode port : Json.objects(spec, "ports")) {
                for (ObjectNode old : Json.objects(before, "ports")) {
                    int number = (int) Json.number(old, 0, "nodePort");
                    if (Json.number(port, 0, "nodePort") == 0
                            && number != 0
                            && Json.string(old, "name").equals(Json.string(port, "name"))
                            && used.add(number)) {
                        port.put("nodePort", number);
                    }
                }
            }
        }
        if (needsHealthCheck(before) && needsHealthCheck(spec) && Json.number(spec, 0, "healthCheckNodePort") == 0) {
            spec.put("healthCheckNodePort", Json.number(before, 0, "healthCheckNodePort"));
        }
    }

    static boolean needsAddress(ObjectNode spec) {
        return !Json.string(spec, "type").equals("ExternalName");
    }

    /** Reached from outside: by ports on the nodes. */
    static boolean isExternal(ObjectNode spec) {
        return Json.string(spec, "type").equals("NodePort") || isBalancer(spec);
    }

    /** A balancer's Service may do without: it has the node ports that it names then, and no others. */
    static boolean isGivenNodePorts(ObjectNode spec) {
        JsonNode allocate = spec.path("allocateLoadBalancerNodePorts");
        return isExternal(spec) && !(isBalancer(spec) && allocate.isBoolean() && !allocate.booleanValue());
    }

    private static boolean isReachedFromOutside(ObjectNode spec) {
        return isExternal(spec)
                || Json.string(spec, "type").equals("ClusterIP")
                        && !Json.items(spec, "externalIPs").isEmpty();
    }

    static boolean isBalancer(ObjectNode spec) {
        return Json.string(spec, "type").equals("LoadBalancer");
    }

    /** A balancer outside has to learn which nodes have an endpoint. */
    static boolean needsHealthCheck(ObjectNode spec) {
        return isBalancer(spec) && Json.string(spec, "externalTrafficPolicy").equals("Local");
    }

    static Set<Integer> nodePorts(ObjectNode spec) {
        Set<Integer> ports = new HashSet<>();
        for (ObjectNode port : Json.objects(spec, "ports")) {
            int number = (int) Json.number(port, 0, "nodePort");
            if (number != 0) {
                ports.add(number);
            }
        }
        return ports;
    }

    private static void drop(ObjectNode spec, ObjectNode before, Predicate<ObjectNode> needed, String... fields) {
        if (!needed.test(before) || needed.test(spec)) {
            return;
        }
        for (String field : List.of(fields)) {
            JsonNode value = spec.get(field);
            if (value != null && value.equals(before.get(field))) {
                spec.remove(field);
            }
        }
    }
}
