package kubelab.labkit.component;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import kubelab.labkit.Connection;
import kubelab.labkit.Dialer;

/**
 * Reaches Pods through the API server's port-forward, the same on every cluster. An address is looked up there: a Pod's
 * IP leads to that Pod, a Service's IP or name to one of its ready endpoints, as kube-proxy would.
 */
public final class PortForwardDialer implements Dialer {
    private final KubernetesClient client;
    private final String namespace;

    /**
     * @param client may read Pods, Services and EndpointSlices, and {@code create pods/portforward}
     * @param namespace where a Service's name without a namespace is looked up
     */
    public PortForwardDialer(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    @Override
    public Connection dial(String host, int port) throws IOException {
        if (port < 1 || port > 65_535) {
            throw new IOException("no port: " + port);
        }
        try {
            Optional<Pod> pod = podWith(host);
            if (pod.isPresent()) {
                return PortForwardConnection.open(client, pod.get(), port);
            }
            Service service = service(host)
                    .orElseThrow(() -> new IOException("no route to " + host + ": no Pod and no Service is there"));
            return toEndpoint(service, port);
        } catch (KubernetesClientException e) {
            throw new IOException(
                    "the API server refused to connect to " + host + ":" + port + ": " + e.getMessage(), e);
        }
    }

    private Optional<Pod> podWith(String ip) {
        if (!isAddress(ip)) {
            return Optional.empty();
        }
        return client.pods().inAnyNamespace().withField("status.podIP", ip).list().getItems().stream()
                .filter(p ->
                        !Infos.isOver(p) && !Boolean.TRUE.equals(p.getSpec().getHostNetwork()))
                .findFirst();
    }

    private Optional<Service> service(String host) {
        if (isAddress(host)) {
            return client.services().inAnyNamespace().list().getItems().stream()
                    .filter(s -> host.equals(s.getSpec().getClusterIP()))
                    .findFirst();
        }
        String[] parts = host.split("\\.", 4);
        boolean foreign = parts.length > 2 && !parts[2].equals("svc");
        return foreign
                ? Optional.empty()
                : Optional.ofNullable(client.services()
                        .inNamespace(parts.length > 1 ? parts[1] : namespace)
                        .withName(parts[0])
                        .get());
    }

    private Connection toEndpoint(Service service, int port) throws IOException {
        String name = service.getMetadata().getName();
        ServicePort wanted = service.getSpec().getPorts().stream()
                .filter(p -> Objects.equals(p.getPort(), port))
                .findFirst()
                .orElseThrow(() -> new IOException("connection refused: the Service " + name + " has no port " + port));
        List<Target> targets = new ArrayList<>();
        for (EndpointSlice slice : client.discovery()
                .v1()
                .endpointSlices()
                .inNamespace(service.getMetadata().getNamespace())
                .withLabel("kubernetes.io/service-name", name)
                .list()
                .getItems()) {
            for (EndpointPort p : slice.getPorts() == null ? List.<EndpointPort>of() : slice.getPorts()) {
                if (Objects.equals(text(p.getName()), text(wanted.getName())) && p.getPort() != null) {
                    (slice.getEndpoints() == null ? List.<Endpoint>of() : slice.getEndpoints())
                            .stream()
                                    .filter(e -> e.getConditions() == null
                                            || !Boolean.FALSE.equals(
                                                    e.getConditions().getReady()))
                                    .forEach(e -> targets.add(new Target(e, p.getPort())));
                }
            }
        }
        if (targets.isEmpty()) {
            throw new IOException("connection refused: the Service " + name + " has no ready endpoint");
        }
        Target target = targets.get(ThreadLocalRandom.current().nextInt(targets.size()));
        String address = target.endpoint().getAddresses().get(0);
        Pod pod = podWith(address).orElseThrow(() -> new IOException("no route to " + address + ": no Pod is there"));
        return PortForwardConnection.open(client, pod, target.port());
    }

    private record Target(Endpoint endpoint, int port) {}

    private static String text(@org.jspecify.annotations.Nullable String name) {
        return name == null ? "" : name;
    }

    private static boolean isAddress(String host) {
        return host.contains(":") || host.matches("[0-9.]+");
    }
}
