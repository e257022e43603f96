package kubelab.controlplane.controllermanager.servicelb;

import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.LoadBalancerIngressBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import kubelab.controlplane.controllermanager.loop.ControlLoop;
import kubelab.controlplane.controllermanager.loop.ControllerContext;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.Key;
import kubelab.controlplane.controllermanager.loop.Reconciler.Result;

/**
 * Gives Services of type LoadBalancer the nodes' addresses. A port of the nodes can serve one Service only: the oldest
 * has it, the others stay pending until it is free. A Service that names a {@code loadBalancerClass} waits for somebody
 * else.
 *
 * <p>Source: pkg/cloudprovider/servicelb.go in k3s 1.34. Simplified: k3s occupies the ports with Pods (svclb-…) in
 * kube-system; here there are no such Pods. All nodes are listed also with externalTrafficPolicy Local.
 */
public final class ServiceLoadBalancer {
    public static final String NAME = "service-lb-controller";

    /** Kubernetes' own name for whoever looks after load balancers; its role is there. */
    private static final String ACCOUNT = "service-controller";

    /** Who has a port concerns all Services at once, so all are looked at together. */
    private static final Key ALL = new Key("", "load-balancers");

    private ServiceLoadBalancer() {}

    public static ControlLoop wire(ControllerContext context) {
        KubernetesClient client = context.client(ACCOUNT);
        Cached<Service> services = context.informers().of(Service.class);
        Cached<Node> nodes = context.informers().of(Node.class);
        ControlLoop loop = new ControlLoop(NAME, context.clock(), key -> {
            reconcile(client, services.list(), addresses(nodes.list()));
            return Result.done();
        });
        services.onEvent(
                service -> enqueue(loop, service),
                (before, after) -> {
                    enqueue(loop, before);
                    enqueue(loop, after);
                },
                service -> enqueue(loop, service));
        nodes.onEvent(
                node -> loop.enqueue(ALL),
                (before, after) -> {
                    if (!addresses(List.of(before)).equals(addresses(List.of(after)))) {
                        loop.enqueue(ALL);
                    }
                },
                node -> loop.enqueue(ALL));
        return loop;
    }

    private static void enqueue(ControlLoop loop, Service service) {
        if (isLoadBalancer(service)) {
            loop.enqueue(ALL);
        }
    }

    // tag::reconcile[]
    private static void reconcile(KubernetesClient client, List<Service> services, List<String> addresses) {
        assign(services).forEach((service, served) -> {
            List<LoadBalancerIngress> wanted = served ? ingress(addresses) : List.of();
            if (!wanted.equals(present(service))) {
                client.resource(new ServiceBuilder(service)
                                .editOrNewStatus()
                                .withNewLoadBalancer()
                                .withIngress(wanted)
                                .endLoadBalancer()
                                .endStatus()
                                .build())
                        .updateStatus();
            }
        });
    }

    /** Service → whether it has all its ports; oldest first. */
    private static Map<Service, Boolean> assign(List<Service> services) {
        Map<Service, Boolean> result = new LinkedHashMap<>();
        Set<String> taken = new HashSet<>();
        services.stream()
                .filter(ServiceLoadBalancer::isOurs)
                .sorted(Comparator.comparing((Service s) -> present(s).isEmpty()) // who has it keeps it
                        .thenComparing(s -> s.getMetadata().getCreationTimestamp())
                        .thenComparing(s -> Long.parseLong(s.getMetadata().getResourceVersion())))
                .forEach(service -> {
                    List<String> ports = ports(service);
                    boolean free = ports.stream().noneMatch(taken::contains);
                    if (free) {
                        taken.addAll(ports);
                    }
                    result.put(service, free);
                });
        return result;
    }
    // end::reconcile[]

    private static boolean isLoadBalancer(Service service) {
        return "LoadBalancer".equals(service.getSpec().getType());
    }

    private static boolean isOurs(Service service) {
        String type = service.getSpec().getLoadBalancerClass();
        return isLoadBalancer(service)
                && (type == null || type.isEmpty())
                && service.getMetadata().getDeletionTimestamp() == null;
    }

    private static List<String> ports(Service service) {
        List<ServicePort> ports = Objects.requireNonNullElse(service.getSpec().getPorts(), List.of());
        return ports.stream().map(p -> p.getProtocol() + "/" + p.getPort()).toList();
    }

    private static List<LoadBalancerIngress> present(Service service) {
        return service.getStatus() == null || service.getStatus().getLoadBalancer() == null
                ? List.of()
                : Objects.requireNonNullElse(
                        service.getStatus().getLoadBalancer().getIngress(), List.of());
    }

    private static List<LoadBalancerIngress> ingress(List<String> addresses) {
        List<LoadBalancerIngress> all = new ArrayList<>();
        // The API server would fill the mode in: then what is wanted never equals what is there.
        addresses.forEach(ip -> all.add(
                new LoadBalancerIngressBuilder().withIp(ip).withIpMode("VIP").build()));
        return all;
    }

    /** InternalIPs of nodes that are Ready. */
    private static List<String> addresses(List<Node> nodes) {
        return nodes.stream()
                .filter(ServiceLoadBalancer::isReady)
                .flatMap(n -> n.getStatus().getAddresses().stream())
                .filter(a -> "InternalIP".equals(a.getType()))
                .map(NodeAddress::getAddress)
                .sorted()
                .toList();
    }

    private static boolean isReady(Node node) {
        return node.getStatus() != null
                && node.getStatus().getConditions() != null
                && node.getStatus().getAddresses() != null
                && node.getStatus().getConditions().stream()
                        .anyMatch(c -> "Ready".equals(c.getType()) && "True".equals(c.getStatus()));
    }
}
