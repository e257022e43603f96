package kubelab.controlplane.controllermanager.endpointslice;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointHints;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointHintsBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPortBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import kubelab.controlplane.controllermanager.endpointslice.ServiceBackends.Backend;
import kubelab.controlplane.controllermanager.endpointslice.ServiceBackends.Port;
import kubelab.controlplane.controllermanager.loop.ControlLoop;
import kubelab.controlplane.controllermanager.loop.ControllerContext;
import kubelab.controlplane.controllermanager.loop.Difference;
import kubelab.controlplane.controllermanager.loop.Expectations;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.Key;
import kubelab.controlplane.controllermanager.loop.Ownership;
import kubelab.controlplane.controllermanager.loop.Reconciler.Result;
import kubelab.controlplane.labels.LabelSelectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes a Service's backends into EndpointSlices, at most a hundred addresses each.
 *
 * <p>Simplified: the controller fills all slices again in order, where upstream changes as few slices as it can; IPv4
 * only; hints are set only for trafficDistribution, not for the annotation of topology-aware routing.
 */
public final class EndpointSliceController {
    static final int ADDRESSES = 100;

    private static final String NAME = "endpointslice-controller";
    private static final String MANAGER = "endpointslice-controller.k8s.io";
    private static final String MANAGED_BY = "endpointslice.kubernetes.io/managed-by";
    private static final String SERVICE = "kubernetes.io/service-name";
    private static final String TRIGGER = "endpoints.kubernetes.io/last-change-trigger-time";

    private EndpointSliceController() {}

    public static ControlLoop wire(ControllerContext context) {
        KubernetesClient client = context.client(NAME);
        Cached<Service> services = context.informers().of(Service.class);
        Cached<Pod> pods = context.informers().of(Pod.class);
        Cached<Node> nodes = context.informers().of(Node.class);
        Cached<EndpointSlice> slices = context.informers().of(EndpointSlice.class);
        Expectations expectations = new Expectations(context.clock());
        ControlLoop loop = new ControlLoop(NAME, context.clock(), key -> {
            Optional<Service> service = services.get(key);
            if (service.isEmpty()) {
                expectations.forget(key);
            }
            // Until the cache shows the last new slice, it would be made a second time.
            if (service.isPresent()
                    && expectations.satisfied(key)
                    && service.get().getMetadata().getDeletionTimestamp() == null
                    && hasSelector(service.get())) {
                reconcile(
                        client,
                        expectations,
                        service.get(),
                        pods.inNamespace(key.namespace()),
                        node -> zone(nodes, node),
                        slices.ownedBy(service.get().getMetadata().getUid()),
                        context.clock().now());
            }
            return Result.done();
        });
        services.onChange(service -> loop.enqueue(Key.of(service)));
        watchPods(pods, services, loop);
        slices.onEvent(
                slice -> serviceOf(slice).ifPresent(key -> {
                    expectations.created(key);
                    loop.enqueue(key);
                }),
                (before, after) -> {},
                slice -> serviceOf(slice).ifPresent(loop::enqueue));
        return loop;
    }

    /** A Pod concerns the Services that select it now, and those that selected it before. */
    static void watchPods(Cached<Pod> pods, Cached<Service> services, ControlLoop loop) {
        pods.onEvent(
                pod -> enqueue(pod, services, loop),
                (before, after) -> {
                    boolean sameLabels = Objects.equals(
                            before.getMetadata().getLabels(),
                            after.getMetadata().getLabels());
                    if (!sameLabels) {
                        enqueue(before, services, loop);
                    }
                    if (!sameLabels
                            || !Objects.equals(before.getStatus(), after.getStatus())
                            || !Objects.equals(
                                    before.getMetadata().getDeletionTimestamp(),
                                    after.getMetadata().getDeletionTimestamp())) {
                        enqueue(after, services, loop);
                    }
                },
                pod -> enqueue(pod, services, loop));
    }

    static boolean hasSelector(Service service) {
        return service.getSpec().getSelector() != null
                && !service.getSpec().getSelector().isEmpty()
                && !"ExternalName".equals(service.getSpec().getType());
    }

    private static void enqueue(Pod pod, Cached<Service> services, ControlLoop loop) {
        services.inNamespace(pod.getMetadata().getNamespace()).stream()
                .filter(s -> hasSelector(s)
                        && LabelSelectors.match(
                                s.getSpec().getSelector(), pod.getMetadata().getLabels()))
                .forEach(s -> loop.enqueue(Key.of(s)));
    }

    // tag::reconcile[]
    private static void reconcile(
            KubernetesClient client,
            Expectations expectations,
            Service service,
            List<Pod> pods,
            Function<String, @Nullable String> zones,
            List<EndpointSlice> present,
            Instant now) {
        List<EndpointSlice> wanted = new ArrayList<>();
        ServiceBackends.of(service, pods).forEach((ports, backends) -> {
            List<Endpoint> endpoints =
                    backends.stream().map(b -> endpoint(service, b, zones)).toList();
            for (int from = 0; from < endpoints.size(); from += ADDRESSES) {
                wanted.add(slice(
                        service, ports, endpoints.subList(from, Math.min(from + ADDRESSES, endpoints.size())), now));
            }
        });
        if (wanted.isEmpty()) {
            wanted.add(slice(service, List.of(), List.of(), now)); // "nobody" is an answer, too
        }
        List<EndpointSlice> old = present.stream()
                .filter(s -> s.getMetadata().getDeletionTimestamp() == null)
                .sorted(Comparator.comparing(
                                (EndpointSlice s) -> s.getMetadata().getCreationTimestamp())
                        .thenComparing(s -> s.getMetadata().getName()))
                .toList();
        for (int i = 0; i < wanted.size(); i++) {
            if (i >= old.size()) {
                create(client, expectations, Key.of(service), wanted.get(i));
            } else if (!same(old.get(i), wanted.get(i))) {
                client.resource(new EndpointSliceBuilder(wanted.get(i))
                                .editMetadata()
                                .withName(old.get(i).getMetadata().getName())
                                .withResourceVersion(old.get(i).getMetadata().getResourceVersion())
                                .endMetadata()
                                .build())
                        .update();
            }
        }
        old.stream().skip(wanted.size()).forEach(s -> client.resource(s).delete());
    }
    // end::reconcile[]

    private static EndpointSlice slice(Service service, List<Port> ports, List<Endpoint> endpoints, Instant now) {
        Map<String, String> labels =
                new TreeMap<>(Objects.requireNonNullElse(service.getMetadata().getLabels(), Map.of()));
        labels.put(SERVICE, service.getMetadata().getName());
        labels.put(MANAGED_BY, MANAGER);
        if ("None".equals(service.getSpec().getClusterIP())) {
            labels.put("service.kubernetes.io/headless", "");
        }
        return new EndpointSliceBuilder()
                .withNewMetadata()
                .withGenerateName(service.getMetadata().getName() + "-")
                .withNamespace(service.getMetadata().getNamespace())
                .withLabels(labels)
                .addToAnnotations(TRIGGER, now.truncatedTo(ChronoUnit.SECONDS).toString())
                .withOwnerReferences(Ownership.controllerReference(service))
                .endMetadata()
                .withAddressType("IPv4")
                .withEndpoints(endpoints)
                .withPorts(ports.stream().map(EndpointSliceController::port).toList())
                .build();
    }

    static void create(KubernetesClient client, Expectations expectations, Key key, EndpointSlice slice) {
        expectations.expectCreations(key, 1);
        try {
            client.resource(slice).create();
        } catch (KubernetesClientException e) {
            expectations.created(key);
            throw e;
        }
    }

    private static @Nullable String zone(Cached<Node> nodes, String node) {
        return nodes.get("", node)
                .map(n -> n.getMetadata().getLabels())
                .map(labels -> labels.get("topology.kubernetes.io/zone"))
                .orElse(null);
    }

    private static Endpoint endpoint(Service service, Backend backend, Function<String, @Nullable String> zones) {
        Pod pod = backend.pod();
        // A name of its own, <hostname>.<service>, only where the Pod says that this is its Service.
        boolean named = service.getMetadata().getName().equals(pod.getSpec().getSubdomain());
        String hostname = named ? pod.getSpec().getHostname() : null;
        return new EndpointBuilder()
                .withAddresses(backend.ip())
                .withNewConditions()
                .withReady(backend.ready())
                .withServing(backend.serving())
                .withTerminating(backend.terminating())
                .endConditions()
                .withHostname(hostname)
                .withNodeName(pod.getSpec().getNodeName())
                .withZone(zones.apply(pod.getSpec().getNodeName()))
                .withTargetRef(reference(pod))
                .withHints(hints(
                        service.getSpec().getTrafficDistribution(),
                        backend,
                        pod.getSpec().getNodeName(),
                        zones.apply(pod.getSpec().getNodeName())))
                .build();
    }

    /** For which clients an endpoint is meant: those in its zone, or first those on its node. Source: endpointslice/trafficdist. */
    private static @Nullable EndpointHints hints(
            @Nullable String distribution, Backend backend, String node, @Nullable String zone) {
        if (distribution == null || !backend.ready()) {
            return null;
        }
        EndpointHintsBuilder hints = new EndpointHintsBuilder();
        if (zone != null) {
            hints.addNewForZone(zone);
        }
        if (distribution.equals("PreferSameNode")) {
            hints.addNewForNode(node);
        }
        return hints.hasForZones() || hints.hasForNodes() ? hints.build() : null;
    }

    private static EndpointPort port(Port port) {
        return new EndpointPortBuilder()
                .withName(port.name())
                .withPort(port.number())
                .withProtocol(port.protocol())
                .withAppProtocol(port.appProtocol())
                .build();
    }

    static io.fabric8.kubernetes.api.model.ObjectReference reference(Pod pod) {
        return new ObjectReferenceBuilder()
                .withKind("Pod")
                .withNamespace(pod.getMetadata().getNamespace())
                .withName(pod.getMetadata().getName())
                .withUid(pod.getMetadata().getUid())
                .build();
    }

    private static boolean same(EndpointSlice one, EndpointSlice other) {
        return !Difference.between(one.getEndpoints(), other.getEndpoints())
                && !Difference.between(one.getPorts(), other.getPorts())
                && Objects.equals(
                        one.getMetadata().getLabels(), other.getMetadata().getLabels());
    }

    static Optional<Key> serviceOf(HasMetadata slice) {
        return Optional.ofNullable(slice.getMetadata().getLabels())
                .map(l -> l.get(SERVICE))
                .map(name -> new Key(slice.getMetadata().getNamespace(), name));
    }
}
