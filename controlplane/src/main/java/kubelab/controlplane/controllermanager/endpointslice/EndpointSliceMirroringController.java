package kubelab.controlplane.controllermanager.endpointslice;

import io.fabric8.kubernetes.api.model.EndpointAddress;
import io.fabric8.kubernetes.api.model.EndpointSubset;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPortBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import kubelab.controlplane.controllermanager.loop.ControlLoop;
import kubelab.controlplane.controllermanager.loop.ControllerContext;
import kubelab.controlplane.controllermanager.loop.Difference;
import kubelab.controlplane.controllermanager.loop.Expectations;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.Key;
import kubelab.controlplane.controllermanager.loop.Ownership;
import kubelab.controlplane.controllermanager.loop.Reconciler.Result;

/**
 * Endpoints that somebody wrote by hand, copied into EndpointSlices: kube-proxy and DNS read only those. Only for
 * Services without a selector; for the others both come from the Pods.
 *
 * <p>Source: pkg/controller/endpointslicemirroring, release 1.34.
 */
public final class EndpointSliceMirroringController {
    private static final String NAME = "endpointslicemirroring-controller";
    private static final String MANAGED_BY = "endpointslice.kubernetes.io/managed-by";
    private static final String MANAGER = "endpointslicemirroring-controller.k8s.io";
    private static final String SKIP = "endpointslice.kubernetes.io/skip-mirror";
    private static final String SERVICE = "kubernetes.io/service-name";
    private static final List<String> NOT_COPIED = List.of(
            "kubectl.kubernetes.io/last-applied-configuration", "endpoints.kubernetes.io/last-change-trigger-time");

    private EndpointSliceMirroringController() {}

    public static ControlLoop wire(ControllerContext context) {
        KubernetesClient client = context.client(NAME);
        Cached<Service> services = context.informers().of(Service.class);
        Cached<Endpoints> endpoints = context.informers().of(Endpoints.class);
        Cached<EndpointSlice> slices = context.informers().of(EndpointSlice.class);
        Expectations expectations = new Expectations(context.clock());
        ControlLoop loop = new ControlLoop(NAME, context.clock(), key -> {
            if (!expectations.satisfied(key)) {
                return Result.done(); // the cache does not show the last new slice yet
            }
            List<EndpointSlice> present = slices.inNamespace(key.namespace()).stream()
                    .filter(s -> s.getMetadata().getLabels() != null
                            && MANAGER.equals(s.getMetadata().getLabels().get(MANAGED_BY))
                            && key.name().equals(s.getMetadata().getLabels().get(SERVICE)))
                    .toList();
            Optional<Service> service = services.get(key);
            boolean byHand = service.isPresent()
                    && Objects.requireNonNullElse(service.get().getSpec().getSelector(), Map.of())
                            .isEmpty();
            reconcile(
                    client,
                    expectations,
                    key,
                    byHand ? endpoints.get(key).filter(e -> isMirrored(e)) : Optional.empty(),
                    present);
            return Result.done();
        });
        services.onEvent(
                s -> loop.enqueue(Key.of(s)),
                (before, after) -> {
                    if (!Objects.equals(
                            before.getSpec().getSelector(), after.getSpec().getSelector())) {
                        loop.enqueue(Key.of(after));
                    }
                },
                s -> loop.enqueue(Key.of(s)));
        endpoints.onChange(e -> loop.enqueue(Key.of(e)));
        slices.onEvent(
                slice -> EndpointSliceController.serviceOf(slice).ifPresent(key -> {
                    expectations.created(key);
                    loop.enqueue(key);
                }),
                (before, after) -> {},
                slice -> {});
        return loop;
    }

    private static boolean isMirrored(Endpoints endpoints) {
        return !"true".equals(labels(endpoints).get(SKIP));
    }

    private static void reconcile(
            KubernetesClient client,
            Expectations expectations,
            Key key,
            Optional<Endpoints> endpoints,
            List<EndpointSlice> present) {
        List<EndpointSlice> wanted = new ArrayList<>();
        endpoints.ifPresent(e -> e.getSubsets().forEach(subset -> wanted.add(slice(e, subset))));
        for (int i = 0; i < wanted.size(); i++) {
            if (i >= present.size()) {
                EndpointSliceController.create(client, expectations, key, wanted.get(i));
            } else if (Difference.between(
                            present.get(i).getEndpoints(), wanted.get(i).getEndpoints())
                    || Difference.between(
                            present.get(i).getPorts(), wanted.get(i).getPorts())) {
                client.resource(new EndpointSliceBuilder(wanted.get(i))
                                .editMetadata()
                                .withName(present.get(i).getMetadata().getName())
                                .withResourceVersion(
                                        present.get(i).getMetadata().getResourceVersion())
                                .endMetadata()
                                .build())
                        .update();
            }
        }
        present.stream().skip(wanted.size()).forEach(s -> client.resource(s).delete());
    }

    private static EndpointSlice slice(Endpoints endpoints, EndpointSubset subset) {
        Map<String, String> labels = new TreeMap<>(labels(endpoints));
        labels.put(SERVICE, endpoints.getMetadata().getName());
        labels.put(MANAGED_BY, MANAGER);
        Map<String, String> annotations =
                new TreeMap<>(Objects.requireNonNullElse(endpoints.getMetadata().getAnnotations(), Map.of()));
        NOT_COPIED.forEach(annotations::remove);
        return new EndpointSliceBuilder()
                .withNewMetadata()
                .withGenerateName(endpoints.getMetadata().getName() + "-")
                .withNamespace(endpoints.getMetadata().getNamespace())
                .withLabels(labels)
                .withAnnotations(annotations)
                .withOwnerReferences(Ownership.controllerReference(endpoints))
                .endMetadata()
                .withAddressType("IPv4")
                .withEndpoints(Stream.concat(
                                subset.getAddresses().stream().map(a -> endpoint(a, true)),
                                subset.getNotReadyAddresses().stream().map(a -> endpoint(a, false)))
                        .toList())
                .withPorts(subset.getPorts().stream()
                        .map(EndpointSliceMirroringController::port)
                        .toList())
                .build();
    }

    private static Endpoint endpoint(EndpointAddress address, boolean ready) {
        return new EndpointBuilder()
                .withAddresses(address.getIp())
                .withHostname(address.getHostname())
                .withNodeName(address.getNodeName())
                .withTargetRef(address.getTargetRef())
                .withNewConditions()
                .withReady(ready)
                .endConditions()
                .build();
    }

    private static EndpointPort port(io.fabric8.kubernetes.api.model.EndpointPort port) {
        return new EndpointPortBuilder()
                .withName(Objects.requireNonNullElse(port.getName(), ""))
                .withPort(port.getPort())
                .withProtocol(port.getProtocol())
                .withAppProtocol(port.getAppProtocol())
                .build();
    }

    private static Map<String, String> labels(Endpoints endpoints) {
        return Objects.requireNonNullElse(endpoints.getMetadata().getLabels(), Map.of());
    }
}
