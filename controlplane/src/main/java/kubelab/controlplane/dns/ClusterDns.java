package kubelab.controlplane.dns;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import kubelab.controlplane.kubeproxy.ServiceView;
import kubelab.controlplane.network.NameServer;
import org.jspecify.annotations.Nullable;

/**
 * Names of Services, of the endpoints of headless Services and of Pods by their address, under cluster.local.
 *
 * <p>Source: the specification "Kubernetes DNS-Based Service Discovery" 1.1.0 and CoreDNS' kubernetes plug-in with
 * {@code pods insecure}. Simplified: names outside the cluster do not exist (there is no server to ask), records carry no
 * time to live.
 */
public final class ClusterDns implements NameServer {
    private static final String ZONE = "cluster.local";
    private static final int MAX_ALIASES = 8;

    private final ServiceView view;

    public ClusterDns(ServiceView view) {
        this.view = view;
    }

    @Override
    public Answer query(String name, String type, String clientIp) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (type.equals("PTR")) {
            return reverse(lower);
        }
        List<Record> records = new ArrayList<>();
        String target = lower;
        for (int i = 0; i < MAX_ALIASES; i++) {
            List<Record> found = lookup(target, type);
            if (found == null) {
                return records.isEmpty() ? Answer.NXDOMAIN : new Answer("NOERROR", records);
            }
            records.addAll(found);
            if (found.size() != 1 || !found.get(0).type().equals("CNAME") || type.equals("CNAME")) {
                break;
            }
            target = found.get(0).data();
        }
        return new Answer("NOERROR", records);
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
        return labels.isEmpty() ? addresses(name, service, type) : endpoint(name, service, labels.get(0), type);
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

    /** {@code _port._protocol.service}: for headless Services one record an endpoint. */
    private @Nullable List<Record> ports(String name, Service service, String port, String protocol, String type) {
        String domain = domain(service);
        List<Record> records = new ArrayList<>();
        List<ServicePort> all = service.getSpec().getPorts();
        for (ServicePort each : all == null ? List.<ServicePort>of() : all) {
            String eachProtocol =
                    Objects.requireNonNullElse(each.getProtocol(), "TCP").toLowerCase(Locale.ROOT);
            if (!port.equals(each.getName()) || !protocol.equals(eachProtocol)) {
                continue;
            }
            if (!isHeadless(service)) {
                records.add(new Record(name, "SRV", "0 100 " + each.getPort() + " " + domain));
                continue;
            }
            for (EndpointSlice slice : view.slices(key(service))) {
                for (EndpointPort slicePort : ServiceView.ports(slice)) {
                    if (port.equals(slicePort.getName())) {
                        ServiceView.endpoints(slice).stream()
                                .filter(endpoint -> isPublished(service, endpoint))
                                .forEach(endpoint -> records.add(new Record(
                                        name,
                                        "SRV",
                                        "0 100 " + slicePort.getPort() + " " + label(endpoint) + "." + domain)));
                    }
                }
            }
        }
        return records.isEmpty() ? null : type.equals("SRV") ? records : List.of();
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
