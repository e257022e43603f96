package kubelab.controlplane.controllermanager.garbagecollector;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.scheduling.v1.PriorityClass;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import kubelab.containers.host.DaemonThreads;
import kubelab.controlplane.controllermanager.loop.Controller;
import kubelab.controlplane.controllermanager.loop.ControllerContext;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.WorkQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows owner references. The graph needs no data structure of its own: each cache knows its objects by the uid of
 * their owners. One worker collects; the caches' threads only add to its queue.
 *
 * <p>Simplified: collects the kinds that have a cache in the controller manager (those of apps, batch, core and the
 * like), not yet custom resources.
 */
public final class GarbageCollector implements Controller {
    static final String FOREGROUND = "foregroundDeletion";
    static final String ORPHAN = "orphan";

    private static final Logger LOG = LoggerFactory.getLogger(GarbageCollector.class);
    private static final String NAME = "generic-garbage-collector";

    /** An object that may have to go. */
    record Suspect(Class<? extends HasMetadata> kind, String namespace, String name, String uid) {}

    private final KubernetesClient client;
    private final List<Cached<? extends HasMetadata>> caches;
    private final WorkQueue<Suspect> queue;
    private final Thread worker = DaemonThreads.of(NAME, this::work);
    private volatile boolean closed;

    private GarbageCollector(ControllerContext context) {
        client = context.client(NAME);
        caches = context.informers().all();
        queue = new WorkQueue<>(context.clock());
        caches.forEach(this::watch);
    }

    /** Call last: it collects the kinds that others have asked for. */
    public static Controller wire(ControllerContext context) {
        // no other controller has asked for these, and a namespace may own some
        context.informers().of(PriorityClass.class);
        return new GarbageCollector(context);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void start() {
        worker.start();
    }

    @Override
    public boolean idle() {
        return queue.idle();
    }

    @Override
    public long handled() {
        return queue.taken();
    }

    @Override
    public void close() {
        closed = true;
        queue.close();
        worker.interrupt();
    }

    private <T extends HasMetadata> void watch(Cached<T> cached) {
        cached.onEvent(
                object -> {
                    if (!object.getMetadata().getOwnerReferences().isEmpty() || waitsForDependents(object)) {
                        queue.add(suspect(cached, object));
                    }
                },
                (before, after) -> {
                    boolean ownersChanged = !Objects.equals(
                            before.getMetadata().getOwnerReferences(),
                            after.getMetadata().getOwnerReferences());
                    if (ownersChanged || waitsForDependents(after)) {
                        queue.add(suspect(cached, after));
                    }
                },
                object -> {
                    enqueueDependents(object);
                    // An owner that waits for this one in the foreground may go now.
                    object.getMetadata().getOwnerReferences().forEach(r -> findByUid(r)
                            .ifPresent(this::enqueueWaiting));
                });
    }

    private void work() {
        try {
            Optional<Suspect> next = queue.take();
            while (next.isPresent()) {
                Suspect suspect = next.get();
                try {
                    collect(suspect);
                    queue.forget(suspect);
                } catch (RuntimeException | Error e) {
                    if (!closed) {
                        LOG.debug("{}: tried again", suspect, e);
                        queue.addRateLimited(suspect);
                    }
                } finally {
                    queue.done(suspect);
                }
                next = queue.take();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    // tag::collect[]
    private void collect(Suspect suspect) {
        HasMetadata object = live(suspect);
        if (object == null || !suspect.uid().equals(object.getMetadata().getUid())) {
            return;
        }
        if (object.getMetadata().getDeletionTimestamp() != null) {
            if (has(object, ORPHAN)) {
                dependents(object)
                        .forEach(d -> forgetOwner(d, object.getMetadata().getUid()));
                removeFinalizer(object, ORPHAN);
            } else if (has(object, FOREGROUND)) {
                deleteInForeground(object);
            }
            return;
        }
        List<OwnerReference> present = new ArrayList<>();
        List<OwnerReference> absent = new ArrayList<>();
        boolean ownerWaits = false;
        for (OwnerReference reference : object.getMetadata().getOwnerReferences()) {
            Optional<HasMetadata> owner = owner(reference, suspect.namespace());
            if (owner.isEmpty()) {
                absent.add(reference);
            } else if (isWaiting(owner.get())) {
                ownerWaits = true;
            } else {
                present.add(reference);
            }
        }
        if (!present.isEmpty()) {
            absent.forEach(r -> forgetOwner(object, r.getUid())); // one owner left is reason enough to stay
        } else if (ownerWaits) {
            delete(
                    object,
                    dependents(object).isEmpty() ? DeletionPropagation.BACKGROUND : DeletionPropagation.FOREGROUND);
        } else if (!absent.isEmpty()) {
            delete(object, has(object, ORPHAN) ? DeletionPropagation.ORPHAN : DeletionPropagation.BACKGROUND);
        }
    }
    // end::collect[]

    private void deleteInForeground(HasMetadata owner) {
        List<HasMetadata> blocking = dependents(owner).stream()
                .filter(d -> d.getMetadata().getOwnerReferences().stream()
                        .anyMatch(r ->
                                Objects.equals(r.getUid(), owner.getMetadata().getUid())
                                        && Boolean.TRUE.equals(r.getBlockOwnerDeletion())))
                .toList();
        if (blocking.isEmpty()) {
            removeFinalizer(owner, FOREGROUND);
        } else {
            enqueueDependents(owner);
        }
    }

    /** The owner, from a cache or, if that does not show it (yet), from the API server; empty when there is none. */
    private Optional<HasMetadata> owner(OwnerReference reference, String namespace) {
        Optional<HasMetadata> cached = findByUid(reference);
        if (cached.isPresent()) {
            return cached;
        }
        for (Cached<? extends HasMetadata> cache : caches) {
            if (HasMetadata.getKind(cache.kind()).equals(reference.getKind())
                    && HasMetadata.getApiVersion(cache.kind()).equals(reference.getApiVersion())) {
                HasMetadata live = live(new Suspect(cache.kind(), namespace, reference.getName(), reference.getUid()));
                return Optional.ofNullable(live)
                        .filter(o -> o.getMetadata().getUid().equals(reference.getUid()));
            }
        }
        var generic = client.genericKubernetesResources(reference.getApiVersion(), reference.getKind());
        HasMetadata live =
                generic.inNamespace(namespace).withName(reference.getName()).get();
        return Optional.ofNullable(live).filter(o -> o.getMetadata().getUid().equals(reference.getUid()));
    }

    private Optional<HasMetadata> findByUid(OwnerReference reference) {
        for (Cached<? extends HasMetadata> cache : caches) {
            Optional<? extends HasMetadata> found = cache.withUid(reference.getUid());
            if (found.isPresent()) {
                return Optional.of(found.get());
            }
        }
        return Optional.empty();
    }

    private List<HasMetadata> dependents(HasMetadata owner) {
        List<HasMetadata> dependents = new ArrayList<>();
        caches.forEach(
                cache -> dependents.addAll(cache.ownedBy(owner.getMetadata().getUid())));
        return dependents;
    }

    private void enqueueDependents(HasMetadata owner) {
        for (Cached<? extends HasMetadata> cache : caches) {
            cache.ownedBy(owner.getMetadata().getUid()).forEach(d -> queue.add(suspect(cache, d)));
        }
    }

    private void enqueueWaiting(HasMetadata owner) {
        if (isWaiting(owner)) {
            caches.stream().filter(c -> c.kind().isInstance(owner)).forEach(c -> queue.add(suspect(c, owner)));
        }
    }

    private <T extends HasMetadata> @org.jspecify.annotations.Nullable T live(Suspect suspect) {
        @SuppressWarnings("unchecked")
        Class<T> kind = (Class<T>) suspect.kind();
        return suspect.namespace().isEmpty()
                ? client.resources(kind).withName(suspect.name()).get()
                : client.resources(kind)
                        .inNamespace(suspect.namespace())
                        .withName(suspect.name())
                        .get();
    }

    private void delete(HasMetadata object, DeletionPropagation policy) {
        client.resource(object).withPropagationPolicy(policy).delete();
    }

    private void forgetOwner(HasMetadata dependent, String ownerUid) {
        List<OwnerReference> rest = new ArrayList<>(dependent.getMetadata().getOwnerReferences());
        rest.removeIf(r -> Objects.equals(r.getUid(), ownerUid));
        patchMetadata(dependent, Map.of("ownerReferences", rest));
    }

    private void removeFinalizer(HasMetadata object, String finalizer) {
        List<String> rest = new ArrayList<>(object.getMetadata().getFinalizers());
        rest.remove(finalizer);
        patchMetadata(
                object,
                Map.of(
                        "finalizers",
                        rest,
                        "resourceVersion",
                        object.getMetadata().getResourceVersion()));
    }

    private void patchMetadata(HasMetadata object, Map<String, Object> change) {
        Map<String, Object> metadata = new HashMap<>(change);
        metadata.put("uid", object.getMetadata().getUid());
        try {
            client.resource(object)
                    .patch(PatchContext.of(PatchType.JSON_MERGE), Serialization.asJson(Map.of("metadata", metadata)));
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
        }
    }

    private static boolean waitsForDependents(HasMetadata object) {
        return object.getMetadata().getDeletionTimestamp() != null && (has(object, FOREGROUND) || has(object, ORPHAN));
    }

    private static boolean isWaiting(HasMetadata object) {
        return object.getMetadata().getDeletionTimestamp() != null && has(object, FOREGROUND);
    }

    private static boolean has(HasMetadata object, String finalizer) {
        return object.getMetadata().getFinalizers() != null
                && object.getMetadata().getFinalizers().contains(finalizer);
    }

    private static Suspect suspect(Cached<? extends HasMetadata> cache, HasMetadata object) {
        return new Suspect(
                cache.kind(),
                Objects.requireNonNullElse(object.getMetadata().getNamespace(), ""),
                object.getMetadata().getName(),
                object.getMetadata().getUid());
    }
}
