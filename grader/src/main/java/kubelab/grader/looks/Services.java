package kubelab.grader.looks;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import kubelab.grader.check.CheckContext;
import kubelab.grader.check.Observation;

/** What Services are set up to do, and the ways by which they open Pods to what is outside of the cluster. */
public final class Services {
    private Services() {}

    public static Optional<Service> find(CheckContext run, String name) {
        return Optional.ofNullable(run.client()
                .services()
                .inNamespace(run.namespace())
                .withName(name)
                .get());
    }

    /**
     * What a client of this port of its own misses; empty if there is the Service, and it has the port.
     *
     * @param which as in "the port 80"
     */
    public static Optional<String> lacks(CheckContext run, String name, int port, String which) {
        Optional<Service> service = find(run, name);
        if (service.isEmpty()) {
            return Optional.of("there is no Service " + name);
        }
        boolean has = service.get().getSpec().getPorts().stream().anyMatch(p -> p.getPort() == port);
        return has ? Optional.empty() : Optional.of("the Service " + name + " does not have " + which);
    }

    /** It is a record in the name server, without an address and without endpoints. */
    public static Observation isOnlyAName(CheckContext run, String name) {
        String address = find(run, name).map(s -> s.getSpec().getClusterIP()).orElse("");
        boolean none = address == null || address.isEmpty();
        return none && ServiceEndpoints.of(run, name).isEmpty()
                ? Observation.holds("a record in the name server, and nothing else")
                : Observation.never(
                        "no address and no endpoints",
                        none ? "there are endpoints for " + name : name + " has an address of its own");
    }

    /** The ports that it opens on the nodes for its own ports; not the one for health checks. */
    public static List<Integer> nodePorts(CheckContext run, String name) {
        return find(run, name).map(Services::nodePorts).orElse(List.of());
    }

    private static List<Integer> nodePorts(Service service) {
        return service.getSpec().getPorts().stream()
                .map(ServicePort::getNodePort)
                .filter(p -> p != null && p != 0)
                .toList();
    }

    /** A node sends what comes from outside to its own Pods only. */
    public static boolean isLocal(CheckContext run, String name) {
        return find(run, name)
                .filter(s -> "Local".equals(s.getSpec().getExternalTrafficPolicy()))
                .isPresent();
    }

    /** The field by which a client inside the cluster gets some of the Pods only, and its value; empty if there is none. */
    public static Optional<String> choosesByClient(CheckContext run, String name) {
        return find(run, name).flatMap(s -> {
            if ("ClientIP".equals(s.getSpec().getSessionAffinity())) {
                return Optional.of("sessionAffinity: ClientIP");
            }
            boolean local = "Local".equals(s.getSpec().getInternalTrafficPolicy());
            return local ? Optional.of("internalTrafficPolicy: Local") : Optional.empty();
        });
    }

    /** It opens no port of its own on the nodes: none for its ports, and none for a balancer's health checks. */
    public static Observation opensNoNodePort(CheckContext run, String name) {
        String expected = "a Service without node ports";
        Optional<Service> service = find(run, name);
        if (service.isEmpty()) {
            return Observation.never(expected, "there is no Service " + name);
        }
        Integer health = service.get().getSpec().getHealthCheckNodePort();
        if (health != null && health != 0) {
            return Observation.never(
                    expected, "it has opened one on every node for health checks (externalTrafficPolicy: Local)");
        }
        return nodePorts(service.get()).isEmpty()
                ? Observation.holds("the balancer is the only way in")
                : Observation.never(expected, "it has opened one on every node");
    }

    /** A balancer has given it an address. */
    public static Observation hasBalancerAddress(CheckContext run, String name) {
        String expected = "a Service " + name + " with an EXTERNAL-IP from a balancer";
        Optional<Service> service = find(run, name);
        if (service.isEmpty()) {
            return Observation.never(expected, "there is no Service " + name);
        }
        String type = service.get().getSpec().getType();
        String balancer = service.get().getSpec().getLoadBalancerClass();
        if (!"LoadBalancer".equals(type)) {
            return Observation.never(expected, "its type is " + type + ", which asks for none");
        } else if (balancer != null) {
            return Observation.never(
                    expected, "<pending>: it asks for a balancer of the class " + balancer + ", and there is none");
        }
        return balancerAddresses(run, name).isEmpty()
                ? Observation.notYet(expected, "<pending>: no balancer has given it one")
                : Observation.holds("a balancer has given it one");
    }

    public static List<String> balancerAddresses(CheckContext run, String name) {
        return find(run, name).stream()
                .flatMap(s -> s.getStatus().getLoadBalancer().getIngress().stream())
                .map(i -> i.getIp() == null ? i.getHostname() : i.getIp())
                .toList();
    }

    /** No Service of the namespace opens anything to the outside. */
    public static Observation allClosed(CheckContext run, String expected) {
        return all(run).flatMap(s -> opening(s).stream())
                .findFirst()
                .map(how -> Observation.never(expected, how))
                .orElse(Observation.holds("known inside the cluster only"));
    }

    /**
     * No way from outside of the cluster leads to this port of the namespace's Pods.
     *
     * @param port the containers' own one
     */
    public static Observation closedTo(CheckContext run, int port, String expected) {
        List<String> ways = new ArrayList<>();
        all(run).filter(s ->
                        ServiceEndpoints.ports(run, s.getMetadata().getName()).contains(port))
                .forEach(s -> opening(s).ifPresent(ways::add));
        // also what is still to be rolled out
        Stream<PodSpec> templates =
                run.client().apps().deployments().inNamespace(run.namespace()).list().getItems().stream()
                        .map(d -> d.getSpec().getTemplate().getSpec());
        Stream<PodSpec> pods = run.pods().stream().map(Pod::getSpec);
        if (Stream.concat(pods, templates).anyMatch(p -> isOnItsNode(p, port))) {
            ways.add("a Pod opens it as a port of its node");
        }
        return ways.isEmpty()
                ? Observation.holds("only clients inside the cluster get there")
                : Observation.never(expected, ways.get(0));
    }

    /**
     * An act: deletes it and its Pods and makes it again with a different address, while the Pods get different names; the
     * old address leads nowhere from then on. The addresses are noted as {@code before} and {@code after}.
     *
     * @param app the value of the Pods' label {@code app}
     */
    public static void makeAgain(CheckContext run, String name, String app) {
        var services = run.client().services().inNamespace(run.namespace());
        Service old = services.withName(name).require();
        services.withName(name).delete();
        services.resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withName(name + "-before")
                        .endMetadata()
                        .withNewSpec()
                        .withClusterIP(old.getSpec().getClusterIP())
                        .withPorts(old.getSpec().getPorts())
                        .endSpec()
                        .build())
                .create();
        Service made = services.resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .withNewSpec()
                        .withSelector(old.getSpec().getSelector())
                        .withPorts(old.getSpec().getPorts())
                        .endSpec()
                        .build())
                .create();
        run.note("before", old.getSpec().getClusterIP());
        run.note("after", made.getSpec().getClusterIP());
        ServerSets.deleteAll(run, run.namespace(), app);
        run.touched();
    }

    private static Stream<Service> all(CheckContext run) {
        return run.client().services().inNamespace(run.namespace()).list().getItems().stream();
    }

    private static Optional<String> opening(Service service) {
        String name = "the Service " + service.getMetadata().getName();
        if (!nodePorts(service).isEmpty()) {
            return Optional.of(name + " has a port on every node");
        } else if ("LoadBalancer".equals(service.getSpec().getType())) {
            return Optional.of(name + " asks a balancer for an address outside");
        }
        boolean external = !Objects.requireNonNullElse(service.getSpec().getExternalIPs(), List.of())
                .isEmpty();
        return external ? Optional.of(name + " answers at addresses from outside (externalIPs)") : Optional.empty();
    }

    private static boolean isOnItsNode(PodSpec pod, int port) {
        return pod.getContainers().stream()
                .flatMap(c -> c.getPorts().stream())
                .anyMatch(p -> p.getContainerPort() == port
                        && (p.getHostPort() != null || Boolean.TRUE.equals(pod.getHostNetwork())));
    }
}
