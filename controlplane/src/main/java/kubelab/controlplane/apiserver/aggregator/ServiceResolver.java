package kubelab.controlplane.apiserver.aggregator;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import kubelab.controlplane.apiserver.aggregator.RemoteApi.ServiceKey;
import kubelab.controlplane.apiserver.request.ObjectReader;
import kubelab.controlplane.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Finds a server of a Service: one of its ready endpoints, at random. What was found is kept until a Service or a slice
 * changes.
 *
 * <p>Source: k8s.io/apiserver/pkg/util/proxy, ResolveEndpoint (1.34): the way of kube-apiserver with
 * {@code --enable-aggregator-routing}, which k3s sets. Simplified: addresses of IPv4 only.
 */
final class ServiceResolver {
    private final ObjectReader objects;
    private volatile Known known = new Known(-1, -1, Map.of());

    /** @param endpoints what was found; empty lists are not kept */
    private record Known(long services, long slices, Map<ServiceKey, List<Target>> endpoints) {}

    /** Where a server is. */
    record Target(String ip, int port) {
        String authority() {
            return (ip.indexOf(':') >= 0 ? "[" + ip + "]" : ip) + ":" + port;
        }
    }

    ServiceResolver(ObjectReader objects) {
        this.objects = objects;
    }

    /** @throws IOException when there is none, in upstream's words */
    Target resolve(ServiceKey service) throws IOException {
        long services = objects.generation("", "services");
        long slices = objects.generation("discovery.k8s.io", "endpointslices");
        Known now = known;
        if (now.services != services || now.slices != slices) {
            now = new Known(services, slices, new ConcurrentHashMap<>());
            known = now;
        }
        List<Target> targets = now.endpoints.get(service);
        if (targets == null) {
            targets = find(service);
            now.endpoints.put(service, targets);
        }
        return targets.get(ThreadLocalRandom.current().nextInt(targets.size()));
    }

    @Nullable
    ObjectNode service(ServiceKey key) {
        return objects.get("", "services", key.namespace(), key.name());
    }

    /** The slices of a Service. */
    List<ObjectNode> slices(ServiceKey key) {
        return objects.list("discovery.k8s.io", "endpointslices", key.namespace()).stream()
                .filter(slice -> serviceOf(slice).equals(key.name()))
                .toList();
    }

    /** The name of the Service that a slice belongs to; empty for none. */
    static String serviceOf(ObjectNode slice) {
        return Json.string(Json.object(slice, "metadata", "labels"), "kubernetes.io/service-name");
    }

    /** The Service's port of this number; null when it has none. */
    static @Nullable ObjectNode port(ObjectNode service, int number) {
        return Json.objects(service, "spec", "ports").stream()
                .filter(port -> Json.number(port, 0, "port") == number)
                .findFirst()
                .orElse(null);
    }

    /** Whether clients may be sent there: it is ready, or does not say. */
    static boolean isReady(ObjectNode endpoint) {
        ObjectNode conditions = Json.object(endpoint, "conditions");
        return conditions == null || !conditions.has("ready") || Json.bool(conditions, "ready");
    }

    private List<Target> find(ServiceKey key) throws IOException {
        ObjectNode service = service(key);
        if (service == null) {
            throw new IOException("service \"" + key.name() + "\" not found");
        }
        String type = Json.string(service, "spec", "type");
        if (type.equals("ExternalName")) {
            throw new IOException("unsupported service type \"" + type + "\"");
        }
        ObjectNode port = port(service, key.port());
        if (port == null) {
            throw new IOException("no service port " + key.port() + " found for service \"" + key.name() + "\"");
        }
        String name = Json.string(port, "name");
        List<Target> targets = new ArrayList<>();
        for (ObjectNode slice : slices(key)) {
            for (ObjectNode slicePort : Json.objects(slice, "ports")) {
                if (Json.string(slicePort, "name").equals(name) && Json.number(slicePort, 0, "port") > 0) {
                    int number = (int) Json.number(slicePort, 0, "port");
                    Json.objects(slice, "endpoints").stream()
                            .filter(ServiceResolver::isReady)
                            .map(endpoint -> Json.strings(endpoint, "addresses"))
                            .filter(addresses -> !addresses.isEmpty())
                            .forEach(addresses -> targets.add(new Target(addresses.get(0), number)));
                }
            }
        }
        if (targets.isEmpty()) {
            throw new IOException("no endpoints available for service \"" + key.name() + "\"");
        }
        return targets;
    }
}
