package kubelab.controlplane.dns;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import kubelab.containers.network.NameServer;
import kubelab.controlplane.services.ServiceView;
import org.jspecify.annotations.Nullable;

/**
 * Names of Services, of the endpoints of headless Services and of Pods by their address, under cluster.local. Any
 * thread may ask; only the order of the answers, which is random, needs a lock.
 *
 * <p>Source: the specification "Kubernetes DNS-Based Service Discovery" 1.1.0 and CoreDNS' kubernetes plug-in with
 * {@code pods insecure}. Simplified: names outside the cluster do not exist, since there is no server to forward to;
 * records have no time to live.
 */
public final class ClusterDns implements NameServer {
    private static final String ZONE = "cluster.local";
    private static final int MAX_ALIASES = 8;

    private final ServiceView view;
    private final Random random = new Random(1);

    public ClusterDns(ServiceView view) {
        this.view = view;
    }

    @Override
    public Answer query(String name, String type, String clientIp) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (type.equals("PTR")) {
            return reverse(lower);
        }
        List<Record> found = lookup(lower, type);
        if (found == null) {
            return Answer.NXDOMAIN;
        }
        boolean alias = found.size() == 1 && found.get(0).type().equals("CNAME");
        List<Record> records = alias && !type.equals("CNAME") ? follow(found.get(0), type, 0) : found;
        return new Answer("NOERROR", shuffled(records));
    }

    /** An alias that leads to nothing inside the cluster is left out, too; outside nobody can tell. */
    private List<Record> follow(Record alias, String type, int depth) {
        if (type.equals("SRV") || depth == MAX_ALIASES) {
            return List.of();
        }
        List<Record> all = new ArrayList<>(List.of(alias));
        if (alias.data().endsWith("." + ZONE)) {
            List<Record> next = lookup(alias.data(), type);
            if (next != null && next.size() == 1 && next.get(0).type().equals("CNAME")) {
                next = follow(next.get(0), type, depth + 1);
            }
            if (next == null || next.isEmpty()) {
                return List.of();
            }
            all.addAll(next);
        }
        return all;
    }

    /** Addresses come in another order each time, so that those who take the first one spread. */
    private List<Record> shuffled(List<Record> records) {
        List<Record> addresses = new ArrayList<>(
                records.stream().filter(r -> r.type().equals("A")).toList());
        if (addresses.size() < 2) {
            return records;
        }
        synchronized (random) {
            Collections.shuffle(addresses, random);
        }
        List<Record> result = new ArrayList<>(
                records.stream().filter(r -> !r.type().equals("A")).toList());
        result.addAll(addresses);
        return result;
    }

    /** @return null when there is no such name; empty when it has no record of this type */
    private @Nullable List<Record> lookup(String name, String type) {
        if (!name.endsWith("." + ZONE)) {
            return name.equals(ZONE) ? List.of() : null;
        }
        List<String> labels = new ArrayList<>(Arrays.asList(
                name.substring(0, name.length() - ZONE.length() - 1).split("\\.")));
        String kind = labels.remove(labels.size() - 1);
        if (labels.isEmpty()) {
            return kind.equals("svc") || kind.equals("pod") ? List.of() : null;
        }
        String namespace = labels.remove(labels.size() - 1);
        if (kind.equals("pod")) {
            return pod(name, labels, type);
        }
        if (!kind.equals("svc") || labels.isEmpty()) {
            return kind.equals("svc") && namespaceIsKnown(namespace) ? List.of() : null;
        }
        String serviceName = labels.remove(labels.size() - 1);
        Service service = view.service(namespace, serviceName);
        if (service == null) {
            return null;
        }
        if ("ExternalName".equals(service.getSpec().getType())) {
            return labels.isEmpty()
                    ? List.of(
                            new Record(name, "CNAME", trimDot(service.getSpec().getExternalName())))
                    : null;
        }
        if (labels.size() == 2 && labels.get(0).startsWith("_") && labels.get(1).startsWith("_")) {
            return ports(
                    name, service, labels.get(0).substring(1), labels.get(1).substring(1), type);
        }
        if (labels.size() > 1) {
            return null;
        }
        if (labels.isEmpty()) {
            List<Record> addresses = addresses(name, service, type);
            return addresses != null && type.equals("SRV") ? ports(name, service, "", "", type) : addresses;
        }
        return endpoint(name, service, labels.get(0), type);
    }

    private boolean namespaceIsKnown(String namespace) {
        return view.services().keySet().stream().anyMatch(key -> key.startsWith(namespace + "/"));
    }

    private static @Nullable List<Record> pod(String name, List<String> labels, String type) {
        if (labels.size() != 1) {
            return labels.isEmpty() ? List.of() : null;
        }
        String ip = labels.get(0).replace('-', '.');
        if (!ip.matches("\\d+\\.\\d+\\.\\d+\\.\\d+")) {
            return null;
        }
        return type.equals("A") ? List.of(new Record(name, "A", ip)) : List.of();
    }

    private @Nullable List<Record> addresses(String name, Service service, String type) {
        if (!isHeadless(service)) {
            return type.equals("A")
                    ? List.of(new Record(name, "A", service.getSpec().getClusterIP()))
                    : List.of();
        }
        List<Endpoint> endpoints = endpoints(service);
        // CoreDNS has no name for a headless Service without endpoints.
        if (endpoints.isEmpty()) {
            return null;
        }
        return type.equals("A")
                ? endpoints.stream()
                        .map(endpoint ->
                                new Record(name, "A", endpoint.getAddresses().get(0)))
                        .distinct()
                        .toList()
                : List.of();
    }

    private @Nullable List<Record> endpoint(String name, Service service, String label, String type) {
        List<Record> records = new ArrayList<>();
        for (Endpoint endpoint : endpoints(service)) {
            if (label(endpoint).equals(label)) {
                records.add(new Record(name, "A", endpoint.getAddresses().get(0)));
            }
        }
        return records.isEmpty() ? null : type.equals("A") ? records : List.of();
    }

    /**
     * {@code _port._protocol.service}, or all ports where none is named: for headless Services one record an endpoint.
     * Together the records weigh 100.
     */
    private @Nullable List<Record> ports(String name, Service service, String port, String protocol, String type) {
        String domain = domain(service);
        List<String> targets = new ArrayList<>();
        if (isHeadless(service)) {
            for (EndpointSlice slice : view.slices(key(service))) {
                for (EndpointPort each : ServiceView.ports(slice)) {
                    if (isAsked(port, protocol, each.getName(), each.getProtocol())) {
                        ServiceView.endpoints(slice).stream()
                                .filter(endpoint -> isPublished(service, endpoint))
                                .forEach(
                                        endpoint -> targets.add(each.getPort() + " " + label(endpoint) + "." + domain));
                    }
                }
            }
        } else {
            for (ServicePort each : Objects.requireNonNullElse(service.getSpec().getPorts(), List.<ServicePort>of())) {
                if (isAsked(port, protocol, each.getName(), each.getProtocol())) {
                    targets.add(each.getPort() + " " + domain);
                }
            }
        }
        if (targets.isEmpty()) {
            return port.isEmpty() ? List.of() : null;
        }
        if (!type.equals("SRV")) {
            return addresses(name, service, type);
        }
        int weight = 100 / targets.size();
        return targets.stream()
                .map(target -> new Record(name, "SRV", "0 " + weight + " " + target))
                .toList();
    }

    private static boolean isAsked(
            String port, String protocol, @Nullable String eachName, @Nullable String eachProtocol) {
        return port.isEmpty()
                || port.equals(eachName) && protocol.equalsIgnoreCase(Objects.requireNonNullElse(eachProtocol, "TCP"));
    }

    private Answer reverse(String name) {
        if (!name.endsWith(".in-addr.arpa")) {
            return Answer.NXDOMAIN;
        }
        String[] parts =
                name.substring(0, name.length() - ".in-addr.arpa".length()).split("\\.");
        if (parts.length != 4) {
            return Answer.NXDOMAIN;
        }
        String ip = parts[3] + "." + parts[2] + "." + parts[1] + "." + parts[0];
        List<Record> records = new ArrayList<>();
        for (Map.Entry<String, Service> entry : view.services().entrySet()) {
            Service service = entry.getValue();
            if (ip.equals(service.getSpec().getClusterIP())) {
                return new Answer("NOERROR", List.of(new Record(name, "PTR", domain(service))));
            }
            for (Endpoint endpoint : endpoints(service)) {
                if (endpoint.getAddresses().contains(ip)) {
                    records.add(new Record(name, "PTR", label(endpoint) + "." + domain(service)));
                }
            }
        }
        return records.isEmpty() ? Answer.NXDOMAIN : new Answer("NOERROR", records);
    }

    private List<Endpoint> endpoints(Service service) {
        List<Endpoint> all = new ArrayList<>();
        for (EndpointSlice slice : view.slices(key(service))) {
            ServiceView.endpoints(slice).stream()
                    .filter(endpoint -> isPublished(service, endpoint))
                    .forEach(all::add);
        }
        return all;
    }

    private static boolean isPublished(Service service, Endpoint endpoint) {
        return Boolean.TRUE.equals(service.getSpec().getPublishNotReadyAddresses())
                || endpoint.getConditions() == null
                || !Boolean.FALSE.equals(endpoint.getConditions().getReady());
    }

    /** The Pod's host name, or its address with dashes. */
    private static String label(Endpoint endpoint) {
        return endpoint.getHostname() != null
                ? endpoint.getHostname()
                : endpoint.getAddresses().get(0).replace('.', '-');
    }

    private static boolean isHeadless(Service service) {
        return "None".equals(service.getSpec().getClusterIP());
    }

    private static String key(Service service) {
        return ServiceView.key(
                service.getMetadata().getNamespace(), service.getMetadata().getName());
    }

    private static String domain(Service service) {
        return service.getMetadata().getName() + "." + service.getMetadata().getNamespace() + ".svc." + ZONE;
    }

    private static String trimDot(@Nullable String name) {
        String text = Objects.requireNonNullElse(name, "");
        return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    }
}
