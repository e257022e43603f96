package kubelab.controlplane.controllermanager.endpointslice;

import io.fabric8.kubernetes.api.model.EndpointAddress;
import io.fabric8.kubernetes.api.model.EndpointAddressBuilder;
import io.fabric8.kubernetes.api.model.EndpointPort;
import io.fabric8.kubernetes.api.model.EndpointPortBuilder;
import io.fabric8.kubernetes.api.model.EndpointSubset;
import io.fabric8.kubernetes.api.model.EndpointSubsetBuilder;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.EndpointsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import kubelab.controlplane.controllermanager.endpointslice.ServiceBackends.Backend;
import kubelab.controlplane.controllermanager.endpointslice.ServiceBackends.Port;
import kubelab.controlplane.controllermanager.loop.ControlLoop;
import kubelab.controlplane.controllermanager.loop.ControllerContext;
import kubelab.controlplane.controllermanager.loop.Difference;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.Key;
import kubelab.controlplane.controllermanager.loop.Reconciler.Result;

/** The same as the EndpointSlices in the older form: one Endpoints object, named after its Service. */
public final class EndpointsController {
    private static final String NAME = "endpoint-controller";
    private static final String TRIGGER = "endpoints.kubernetes.io/last-change-trigger-time";

    private EndpointsController() {}

    public static ControlLoop wire(ControllerContext context) {
        KubernetesClient client = context.client(NAME);
        Cached<Service> services = context.informers().of(Service.class);
        Cached<Pod> pods = context.informers().of(Pod.class);
        Cached<Endpoints> endpoints = context.informers().of(Endpoints.class);
        ControlLoop loop = new ControlLoop(NAME, context.clock(), key -> {
            Optional<Service> service = services.get(key);
            Optional<Endpoints> present = endpoints.get(key);
            if (service.isEmpty()) {
                present.filter(EndpointsController::isOurs)
                        .ifPresent(e -> client.resource(e).delete());
            } else if (EndpointSliceController.hasSelector(service.get())) {
                Endpoints wanted = wanted(
                        service.get(),
                        pods.inNamespace(key.namespace()),
                        context.clock().now());
                write(client, present, wanted);
            }
            return Result.done();
        });
        services.onChange(service -> loop.enqueue(Key.of(service)));
        endpoints.onEvent(e -> {}, (before, after) -> {}, e -> loop.enqueue(Key.of(e)));
        EndpointSliceController.watchPods(pods, services, loop);
        return loop;
    }

    private static void write(KubernetesClient client, Optional<Endpoints> present, Endpoints wanted) {
        if (present.isEmpty()) {
            client.resource(wanted).create();
        } else if (Difference.between(present.get().getSubsets(), wanted.getSubsets())
                || !Objects.equals(
                        present.get().getMetadata().getLabels(),
                        wanted.getMetadata().getLabels())) {
            wanted.getMetadata().setResourceVersion(present.get().getMetadata().getResourceVersion());
            client.resource(wanted).update();
        }
    }

    private static boolean isOurs(Endpoints endpoints) {
        Map<String, String> labels =
                Objects.requireNonNullElse(endpoints.getMetadata().getLabels(), Map.of());
        return NAME.equals(labels.get("endpoints.kubernetes.io/managed-by"));
    }

    private static Endpoints wanted(Service service, List<Pod> pods, Instant now) {
        List<EndpointSubset> subsets = new ArrayList<>();
        ServiceBackends.of(service, pods).forEach((ports, backends) -> {
            List<EndpointAddress> ready = addresses(backends, Backend::ready);
            List<EndpointAddress> notReady = addresses(backends, b -> !b.ready() && !b.terminating());
            if (!ready.isEmpty() || !notReady.isEmpty()) {
                subsets.add(new EndpointSubsetBuilder()
                        .withAddresses(ready)
                        .withNotReadyAddresses(notReady)
                        .withPorts(ports.stream().map(EndpointsController::port).toList())
                        .build());
            }
        });
        Map<String, String> labels =
                new TreeMap<>(Objects.requireNonNullElse(service.getMetadata().getLabels(), Map.of()));
        labels.put("endpoints.kubernetes.io/managed-by", NAME);
        if ("None".equals(service.getSpec().getClusterIP())) {
            labels.put("service.kubernetes.io/headless", "");
        }
        return new EndpointsBuilder()
                .withNewMetadata()
                .withName(service.getMetadata().getName())
                .withNamespace(service.getMetadata().getNamespace())
                .withLabels(labels)
                .addToAnnotations(TRIGGER, now.truncatedTo(ChronoUnit.SECONDS).toString())
                .endMetadata()
                .withSubsets(subsets)
                .build();
    }

    private static List<EndpointAddress> addresses(List<Backend> backends, Predicate<Backend> which) {
        return backends.stream()
                .filter(which)
                .map(b -> new EndpointAddressBuilder()
                        .withIp(b.ip())
                        .withNodeName(b.pod().getSpec().getNodeName())
                        .withTargetRef(EndpointSliceController.reference(b.pod()))
                        .build())
                .sorted(Comparator.comparing(EndpointAddress::getIp))
                .toList();
    }

    private static EndpointPort port(Port port) {
        return new EndpointPortBuilder()
                .withName(port.name().isEmpty() ? null : port.name())
                .withPort(port.number())
                .withProtocol(port.protocol())
                .withAppProtocol(port.appProtocol())
                .build();
    }
}
