package kubelab.controlplane.controllermanager.loop;

import static kubelab.controlplane.caches.Persistent.persistent;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.SharedInformerFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import kubelab.containers.clock.Clock;
import kubelab.controlplane.Progress;
import kubelab.controlplane.caches.LeanStore;
import kubelab.controlplane.caches.Persistent;

/**
 * Watched caches, one a kind for the whole controller manager: one watch and one decode of each Pod, whoever wants to
 * know. Objects in a cache are shared: readers never change them, they build copies.
 */
public final class Informers implements AutoCloseable {
    private static final String BY_NAMESPACE = "namespace";
    private static final String BY_OWNER = "owner";
    private static final String BY_UID = "uid";
    private static final String UNMANAGED = "unmanaged";

    private final Clock clock;
    private final SharedInformerFactory factory;
    private final Map<Class<? extends HasMetadata>, SharedIndexInformer<? extends HasMetadata>> informers =
            new LinkedHashMap<>();
    /** Not started yet, and not started with the others. */
    private final Set<Class<? extends HasMetadata>> dormant = new HashSet<>();

    /** @param clock for what a handler is told again */
    public Informers(KubernetesClient client, Clock clock) {
        this.clock = clock;
        factory = client.informers();
    }

    /** The cache of a kind; the first to ask for it makes it. Ask before {@link #start}. */
    @SuppressWarnings("unchecked")
    public synchronized <T extends HasMetadata> Cached<T> of(Class<T> kind) {
        SharedIndexInformer<T> informer = (SharedIndexInformer<T>)
                informers.computeIfAbsent(kind, k -> indexed(factory.sharedIndexInformerFor(kind, 0)));
        return new Cached<>(informer, clock);
    }

    /** As {@link #of}, for a kind that many clusters have no object of: its cache begins to fill at {@link #wake}. */
    public synchronized <T extends HasMetadata> Cached<T> ofDormant(Class<T> kind) {
        if (!informers.containsKey(kind)) {
            dormant.add(kind);
        }
        return of(kind);
    }

    /** As {@link #of} after {@link #start}: the new cache is started, and this waits for its first list. */
    public <T extends HasMetadata> void late(Class<T> kind, Consumer<T> onChange) {
        Cached<T> cached = of(kind);
        cached.onChange(onChange);
        cached.informer.start().toCompletableFuture().join();
    }

    /**
     * A cache that is not shared, of a kind without a class of its own. It begins to fill when {@link Cached#start} is
     * called, and its maker closes it.
     */
    public static Cached<GenericKubernetesResource> custom(
            KubernetesClient client, Clock clock, ResourceDefinitionContext kind) {
        return new Cached<>(
                indexed(client.genericKubernetesResources(kind).inAnyNamespace().runnableInformer(0)), clock);
    }

    private static <T extends HasMetadata> SharedIndexInformer<T> indexed(SharedIndexInformer<T> informer) {
        SharedIndexInformer<T> made = persistent(informer);
        made.itemStore(new LeanStore<>());
        made.removeNamespaceIndex();
        made.addIndexers(Map.of(
                BY_NAMESPACE,
                        o -> List.of(Objects.requireNonNullElse(o.getMetadata().getNamespace(), "")),
                BY_OWNER, o -> owners(o),
                UNMANAGED, o -> unmanaged(o),
                BY_UID, o -> List.of(o.getMetadata().getUid())));
        return made;
    }

    /** All caches there are so far. */
    public synchronized List<Cached<? extends HasMetadata>> all() {
        List<Cached<? extends HasMetadata>> all = new ArrayList<>();
        informers.values().forEach(informer -> all.add(new Cached<>(informer, clock)));
        return all;
    }

    /**
     * Starts all watches and waits until each cache has its first list, however long the API server is in trouble.
     *
     * @throws CompletionException when it is closed meanwhile
     */
    public void start() {
        start(awake());
    }

    /** Starts those of the given caches that were left out so far, and waits for their first lists. */
    public void wake(Set<Class<? extends HasMetadata>> kinds) {
        List<SharedIndexInformer<? extends HasMetadata>> some;
        synchronized (this) {
            some = dormant.stream()
                    .filter(kinds::contains)
                    .<SharedIndexInformer<? extends HasMetadata>>map(
                            kind -> Objects.requireNonNull(informers.get(kind)))
                    .toList();
            dormant.removeAll(kinds);
        }
        start(some);
    }

    private static void start(List<SharedIndexInformer<? extends HasMetadata>> some) {
        // Each of them lists on this thread, and a list may take long.
        CompletableFuture.allOf(some.stream()
                        .map(informer -> informer.start().toCompletableFuture())
                        .toArray(CompletableFuture[]::new))
                .join();
    }

    /** How far each cache is that has been started. */
    public List<Progress> progress() {
        return awake().stream().map(Persistent::progress).toList();
    }

    @Override
    public void close() {
        each().forEach(SharedIndexInformer::close);
    }

    private synchronized List<SharedIndexInformer<? extends HasMetadata>> awake() {
        List<SharedIndexInformer<? extends HasMetadata>> awake = new ArrayList<>();
        informers.forEach((kind, informer) -> {
            if (!dormant.contains(kind)) {
                awake.add(informer);
            }
        });
        return awake;
    }

    private synchronized List<SharedIndexInformer<? extends HasMetadata>> each() {
        return List.copyOf(informers.values());
    }

    private static List<String> owners(HasMetadata object) {
        return object.getMetadata().getOwnerReferences().stream()
                .map(OwnerReference::getUid)
                .toList();
    }

    private static List<String> unmanaged(HasMetadata object) {
        return Ownership.controllerOf(object).isPresent()
                ? List.of()
                : List.of(Objects.requireNonNullElse(object.getMetadata().getNamespace(), ""));
    }

    /** One kind's cache and its changes. */
    public static final class Cached<T extends HasMetadata> {
        private final SharedIndexInformer<T> informer;
        private final Clock clock;

        Cached(SharedIndexInformer<T> informer, Clock clock) {
            this.informer = informer;
            this.clock = clock;
        }

        public Class<T> kind() {
            return informer.getApiTypeClass();
        }

        /** Begins to fill a cache that is not shared; does not wait for it. One that is closed already stays closed. */
        public void start() {
            try {
                informer.start();
            } catch (IllegalStateException e) {
                // Its component was stopped before it had begun: that is no failure.
                if (!informer.stopped().toCompletableFuture().isDone()) {
                    throw e;
                }
            }
        }

        /** Ends a cache that is not shared. */
        public void close() {
            informer.close();
        }

        public Optional<T> get(Key key) {
            return Optional.ofNullable(informer.getStore().getByKey(key.cacheKey()));
        }

        public Optional<T> get(String namespace, String name) {
            return get(new Key(namespace, name));
        }

        public List<T> list() {
            return informer.getStore().list();
        }

        public List<T> inNamespace(String namespace) {
            return informer.getIndexer().byIndex(BY_NAMESPACE, namespace);
        }

        public Optional<T> withUid(String uid) {
            return informer.getIndexer().byIndex(BY_UID, uid).stream().findFirst();
        }

        /** The objects that name {@code ownerUid} in their owner references. */
        public List<T> ownedBy(String ownerUid) {
            return informer.getIndexer().byIndex(BY_OWNER, ownerUid);
        }

        /** The objects of a namespace that no owner manages: whom they match may adopt them. */
        public List<T> unmanaged(String namespace) {
            return informer.getIndexer().byIndex(UNMANAGED, namespace);
        }

        /** Calls back for every object that appears, changes or goes (also those present at the start). */
        public void onChange(Consumer<T> handler) {
            onEvent(handler, (before, after) -> handler.accept(after), handler);
        }

        /** One that throws is told again: see {@link Redelivery}. */
        public void onEvent(Consumer<T> added, BiConsumer<T, T> updated, Consumer<T> deleted) {
            informer.addEventHandler(new Redelivery<>(informer, clock, added, updated, deleted));
        }
    }
}
