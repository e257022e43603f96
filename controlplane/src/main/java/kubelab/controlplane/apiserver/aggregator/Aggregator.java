package kubelab.controlplane.apiserver.aggregator;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import kubelab.containers.clock.Clock;
import kubelab.containers.host.DaemonThreads;
import kubelab.controlplane.apiserver.customresources.SelfRequests;
import kubelab.controlplane.apiserver.registry.ObjectStore;
import kubelab.controlplane.apiserver.registry.RemoteVersion;
import kubelab.controlplane.apiserver.registry.ResourceRegistry;
import kubelab.controlplane.apiserver.request.ApiRequest;
import kubelab.controlplane.apiserver.request.ApiResponse;
import kubelab.controlplane.apiserver.request.RequestInfo;
import kubelab.controlplane.apiserver.request.User;
import kubelab.controlplane.json.Json;
import kubelab.controlplane.store.Page;
import kubelab.controlplane.store.Store;
import kubelab.controlplane.store.StoreEvent;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Knows the APIServices whose group and version other servers serve, and takes the requests to them out of the chain. A
 * group and version that such an APIService names is its own, even if this server could serve it.
 *
 * <p>Threads: {@link #handle} on any. The watches' callbacks note names; registrations are looked at on {@code executor}, and
 * other servers are asked on threads of this class, each name by one thread at a time. What belongs to Services begins with the first such APIService.
 *
 * <p>Source: k8s.io/kube-aggregator/pkg/apiserver (1.34).
 */
public final class Aggregator implements AutoCloseable {
    private static final String GROUP = "apiregistration.k8s.io";
    private static final String PLURAL = "apiservices";
    private static final String PATH = "/apis/" + GROUP + "/v1/" + PLURAL + "/";
    /** So often all servers are asked whether they are there; every other time, also what they serve. */
    private static final Duration RESYNC = Duration.ofSeconds(30);

    private final ObjectStore objects;
    private final ResourceRegistry registry;
    private final Clock clock;
    private final SelfRequests requests;
    private final ExecutorService threads = Executors.newCachedThreadPool(DaemonThreads.numbered("aggregator"));
    private final Looks registrations;
    private final Looks availabilities;
    private final Looks discoveries;
    /** {@code GROUP/VERSION} → who serves it. */
    private final Map<String, RemoteApi> apis = new ConcurrentHashMap<>();

    private final AtomicBoolean first = new AtomicBoolean();
    private final Set<Store.Watch> watches = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Parts parts;
    private volatile boolean everyOther;

    /** What needs a way to other servers. @param within Services that parts of this process stand for */
    private record Parts(
            ProxyHandler proxy, Availability availability, RemoteDiscovery discovery, Set<String> within) {}

    public Aggregator(
            ObjectStore objects, ResourceRegistry registry, Clock clock, Executor executor, SelfRequests requests) {
        this.objects = objects;
        this.registry = registry;
        this.clock = clock;
        this.requests = requests;
        registrations = new Looks(clock, executor, this::register);
        // Not on the executor, for whose tasks a fast-forward waits: another server may take seconds, and may never
        // answer.
        availabilities = new Looks(clock, threads, this::checkAvailability);
        discoveries = new Looks(clock, threads, this::discover);
    }

    /**
     * Begins to serve.
     *
     * @param within Services ({@code NAMESPACE/NAME}) that parts of this process stand for: the API server itself serves
     *     what their APIServices name
     */
    public void start(Frontend frontend, Set<String> within) {
        ServiceResolver resolver = new ServiceResolver(objects);
        ProxyHandler proxy = new ProxyHandler(frontend, resolver, threads);
        parts = new Parts(
                proxy, new Availability(frontend, resolver, threads), new RemoteDiscovery(proxy), Set.copyOf(within));
        String prefix = registry.require(GROUP, PLURAL).prefix("");
        Page page = objects.store().range(prefix, null, 0, 0);
        page.entries().forEach(entry -> registrations.note(nameOf(entry.key())));
        watches.add(objects.store()
                .watch(
                        prefix,
                        page.revision(),
                        event -> registrations.note(nameOf(event.entry().key()))));
    }

    @Override
    public void close() {
        registrations.close();
        availabilities.close();
        discoveries.close();
        watches.forEach(Store.Watch::close);
        threads.shutdownNow();
    }

    /** @return null when no other server serves what the request is about */
    public @Nullable ApiResponse handle(ApiRequest request, RequestInfo info, User user, String auditId) {
        Parts now = parts;
        if (apis.isEmpty() || now == null) {
            return null;
        }
        RemoteApi api = apis.get(groupVersion(info));
        return api == null ? null : now.proxy.handle(api, request, info, user, auditId);
    }

    private static String groupVersion(RequestInfo info) {
        if (info.resource()) {
            return info.group() + "/" + info.version();
        }
        String[] path = info.path().replaceAll("^/+|/+$", "").split("/");
        return path.length == 3 && path[0].equals("apis") ? path[1] + "/" + path[2] : "";
    }

    private static String nameOf(String key) {
        return key.substring(key.lastIndexOf('/') + 1);
    }

    private boolean register(String name) {
        Parts now = parts;
        ObjectNode object = objects.get(GROUP, PLURAL, "", name);
        boolean remote = object != null && RemoteApi.isRemote(object);
        RemoteApi api = remote && object != null ? RemoteApi.of(object) : null;
        if (now == null
                || api == null
                || now.within.contains(
                        api.service().namespace() + "/" + api.service().name())) {
            apis.values().removeIf(known -> known.name().equals(name));
            registry.removeRemote(name);
            if (now != null) {
                now.proxy.forget(name);
            }
            if (object != null && !remote) {
                set(AvailableCondition.LOCAL, object);
            }
            return true;
        }
        RemoteApi before = apis.put(api.groupVersion(), api);
        if (first.compareAndSet(false, true)) {
            watchServices();
            resync();
        }
        if (!api.equals(before)) {
            discoveries.note(name);
        }
        availabilities.note(name);
        return true;
    }

    private void watchServices() {
        for (String[] resource : new String[][] {{"", "services"}, {"discovery.k8s.io", "endpointslices"}}) {
            String prefix = registry.require(resource[0], resource[1]).prefix("");
            Store store = objects.store();
            watches.add(store.watch(prefix, store.revision(), event -> serviceChanged(prefix, event)));
        }
    }

    /** Slices go by their Service's name, which is in a label: all APIServices of their namespace are looked at. */
    private void serviceChanged(String prefix, StoreEvent event) {
        String rest = event.entry().key().substring(prefix.length());
        String namespace = rest.substring(0, Math.max(0, rest.indexOf('/')));
        apis.values().stream()
                .filter(api -> api.service().namespace().equals(namespace))
                .forEach(api -> availabilities.note(api.name()));
    }

    private void resync() {
        clock.scheduleBeat("", RESYNC, () -> {
            everyOther = !everyOther;
            for (RemoteApi api : apis.values()) {
                availabilities.note(api.name());
                if (everyOther) {
                    discoveries.note(api.name());
                }
            }
            resync();
        });
    }

    /** @return false when its server does not answer: it is asked again */
    private boolean checkAvailability(String name) {
        Parts now = parts;
        ObjectNode object = objects.get(GROUP, PLURAL, "", name);
        if (now == null || object == null || !RemoteApi.isRemote(object)) {
            return true;
        }
        try {
            AvailableCondition condition = now.availability.check(RemoteApi.of(object));
            set(condition, object);
            return !condition.reason().equals("FailedDiscoveryCheck");
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private void set(AvailableCondition condition, ObjectNode object) {
        if (condition.set(object, clock.now().truncatedTo(ChronoUnit.SECONDS).toString())) {
            requests.put(PATH + Json.string(object, "metadata", "name") + "/status", object);
        }
    }

    private boolean discover(String name) {
        Parts now = parts;
        RemoteApi api = apis.values().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElse(null);
        if (now == null || api == null) {
            return true;
        }
        ArrayNode found = now.discovery.resources(api.asAvailable()).orElse(null);
        registry.putRemote(new RemoteVersion(
                name,
                api.group(),
                api.version(),
                api.groupPriority(),
                api.versionPriority(),
                found == null ? Json.array() : found,
                found != null));
        if (!apis.containsValue(api)) {
            registrations.note(name); // it went, or changed, while its server was asked
        }
        return true;
    }
}
