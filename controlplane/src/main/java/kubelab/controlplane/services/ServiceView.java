package kubelab.controlplane.services;

import static kubelab.controlplane.caches.Persistent.persistent;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import kubelab.controlplane.Progress;
import kubelab.controlplane.caches.Persistent;
import org.jspecify.annotations.Nullable;

/** All Services with their EndpointSlices, and the nodes' zones, as three watches tell. Shared by every node's kube-proxy and the name server. */
public final class ServiceView implements AutoCloseable {
    private static final String ZONE_LABEL = "topology.kubernetes.io/zone";
    private static final String SERVICE_LABEL = "kubernetes.io/service-name";

    private final KubernetesClient client;
    private final Map<String, Service> services = new ConcurrentHashMap<>();
    private final Map<String, Map<String, EndpointSlice>> slices = new ConcurrentHashMap<>();
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
    private final SharedIndexInformer<Service> serviceWatch;
    private final SharedIndexInformer<EndpointSlice> sliceWatch;
    private final SharedIndexInformer<Node> nodeWatch;
    private final Map<String, String> zones = new ConcurrentHashMap<>();
    private final AtomicBoolean started = new AtomicBoolean();

    /** @param client closed with this view */
    public ServiceView(KubernetesClient client) {
        this.client = client;
        serviceWatch = persistent(client.services().inAnyNamespace().runnableInformer(0));
        serviceWatch.addEventHandler(new Handler<>(
                service -> changed(
                        key(
                                service.getMetadata().getNamespace(),
                                service.getMetadata().getName()),
                        service),
                service -> changed(
                        key(
                                service.getMetadata().getNamespace(),
                                service.getMetadata().getName()),
                        null)));
        sliceWatch = persistent(
                client.discovery().v1().endpointSlices().inAnyNamespace().runnableInformer(0));
        sliceWatch.addEventHandler(
                new Handler<>(slice -> sliceChanged(slice, true), slice -> sliceChanged(slice, false)));
        nodeWatch = persistent(client.nodes().runnableInformer(0));
        nodeWatch.addEventHandler(
                new Handler<>(node -> zoneChanged(node, zoneOf(node)), node -> zoneChanged(node, "")));
    }

    /** Starts to watch, once; what is there already is known soon after. */
    public void start() {
        if (started.compareAndSet(false, true)) {
            serviceWatch.start();
            sliceWatch.start();
            nodeWatch.start();
        }
    }

    private record Handler<T>(Consumer<T> present, Consumer<T> gone) implements ResourceEventHandler<T> {
        @Override
        public void onAdd(T object) {
            present.accept(object);
        }

        @Override
        public void onUpdate(T before, T now) {
            present.accept(now);
        }

        @Override
        public void onDelete(T object, boolean unknownState) {
            gone.accept(object);
        }
    }

    /** @return {@code namespace/name} */
    public static String key(String namespace, String name) {
        return namespace + "/" + name;
    }

    public @Nullable Service service(String namespace, String name) {
        return services.get(key(namespace, name));
    }

    /** Every Service by {@code namespace/name}. */
    public Map<String, Service> services() {
        return services;
    }

    /** A Service's slices, in no order. */
    public List<EndpointSlice> slices(String key) {
        return List.copyOf(slices.getOrDefault(key, Map.of()).values());
    }

    /** Called with {@code namespace/name} after each change, and at once for every Service that is known. */
    public AutoCloseable listen(Consumer<String> listener) {
        start();
        listeners.add(listener);
        services.keySet().forEach(listener);
        return () -> listeners.remove(listener);
    }

    /** A slice's endpoints; the field is left out when there are none. */
    public static List<Endpoint> endpoints(EndpointSlice slice) {
        return slice.getEndpoints() == null ? List.of() : slice.getEndpoints();
    }

    public static List<EndpointPort> ports(EndpointSlice slice) {
        return slice.getPorts() == null ? List.of() : slice.getPorts();
    }

    /** The zone that a node is in; empty when none is known. */
    public String zone(String node) {
        return zones.getOrDefault(node, "");
    }

    /** How far its watches are. */
    public List<Progress> progress() {
        return started.get()
                ? Stream.of(serviceWatch, sliceWatch, nodeWatch)
                        .map(Persistent::progress)
                        .toList()
                : List.of();
    }

    @Override
    public void close() {
        serviceWatch.stop();
        sliceWatch.stop();
        nodeWatch.stop();
        client.close();
    }

    private void changed(String key, @Nullable Service service) {
        if (service == null) {
            services.remove(key);
        } else {
            services.put(key, service);
        }
        listeners.forEach(listener -> listener.accept(key));
    }

    private static String zoneOf(Node node) {
        Map<String, String> labels = node.getMetadata().getLabels();
        return labels == null ? "" : labels.getOrDefault(ZONE_LABEL, "");
    }

    private void zoneChanged(Node node, String zone) {
        String before = zones.put(node.getMetadata().getName(), zone);
        if (!zone.equals(before == null ? "" : before)) {
            services.keySet().forEach(key -> listeners.forEach(listener -> listener.accept(key)));
        }
    }

    private void sliceChanged(EndpointSlice slice, boolean present) {
        Map<String, String> labels = slice.getMetadata().getLabels();
        String service = labels == null ? null : labels.get(SERVICE_LABEL);
        if (service == null) {
            return;
        }
        String key = key(slice.getMetadata().getNamespace(), service);
        Map<String, EndpointSlice> all = slices.computeIfAbsent(key, k -> new ConcurrentHashMap<>());
        if (present) {
            all.put(slice.getMetadata().getName(), slice);
        } else {
            all.remove(slice.getMetadata().getName());
        }
        listeners.forEach(listener -> listener.accept(key));
    }
}
