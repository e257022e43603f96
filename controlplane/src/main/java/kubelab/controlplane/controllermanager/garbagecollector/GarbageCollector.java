package kubelab.controlplane.controllermanager.garbagecollector;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.scheduling.v1.PriorityClass;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import kubelab.containers.host.DaemonThreads;
import kubelab.controlplane.controllermanager.loop.Controller;
import kubelab.controlplane.controllermanager.loop.ControllerContext;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.WorkQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows owner references. The graph needs no data structure of its own: each cache knows its objects by the uid of
 * their owners. One worker collects; the caches' threads only add to its queue.
 *
 * <p>Simplified: the collector covers custom resources, and those built-in kinds that have a cache in the controller
 * manager (those of apps, batch, core and the like).
 */
public final class GarbageCollector implements Controller {
    static final String FOREGROUND = "foregroundDeletion";
    static final String ORPHAN = "orphan";

    private static final Logger LOG = LoggerFactory.getLogger(GarbageCollector.class);
    private static final String NAME = "generic-garbage-collector";
    private static final List<Class<? extends HasMetadata>> OWNERS = List.of(
            PriorityClass.class,
            Deployment.class,
            ReplicaSet.class,
            StatefulSet.class,
            DaemonSet.class,
            CronJob.class,
            Job.class,
            Service.class,
            EndpointSlice.class,
            Endpoints.class,
            ControllerRevision.class,
            ConfigMap.class,
            Node.class,
            Pod.class);

    /** An object that may have to go. */
    record Suspect(Kind kind, String namespace, String name, String uid) {}

    /** A kind with the cache of its objects. */
    record Kind(
            String apiVersion,
            String kind,
            Cached<? extends HasMetadata> cache,
            @Nullable ResourceDefinitionContext custom) {}

    private final KubernetesClient client;
    private final List<Kind> kinds = new CopyOnWriteArrayList<>();
    private final CustomKinds customKinds;
    private final WorkQueue<Suspect> queue;
    private final Thread worker = DaemonThreads.of(NAME, this::work);
    private volatile boolean closed;

    private GarbageCollector(ControllerContext context) {
        client = context.client(NAME);
        queue = new WorkQueue<>(context.clock());
        for (Cached<? extends HasMetadata> cache : context.informers().all()) {
            add(new Kind(HasMetadata.getApiVersion(cache.kind()), HasMetadata.getKind(cache.kind()), cache, null));
        }
        customKinds = new CustomKinds(client, context.clock(), this::add, kinds::remove);
    }

    /** Call last: it collects the kinds that others have asked for. */
    public static Controller wire(ControllerContext context) {
        // Whichever controllers run: these own others, or a namespace may own some.
        OWNERS.forEach(context.informers()::of);
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
        customKinds.close();
        queue.close();
        worker.interrupt();
    }

    private void add(Kind kind) {
        kinds.add(kind);
        watch(kind, kind.cache());
    }

    private <T extends HasMetadata> void watch(Kind kind, Cached<T> cached) {
        cached.onEvent(
                object -> {
                    if (!object.getMetadata().getOwnerReferences().isEmpty() || waitsForDependents(object)) {
                        queue.add(suspect(kind, object));
                    }
                },
                (before, after) -> {
                    boolean ownersChanged = !Objects.equals(
                            before.getMetadata().getOwnerReferences(),
                            after.getMetadata().getOwnerReferences());
                    if (ownersChanged || waitsForDependents(after)) {
                        queue.add(suspect(kind, after));
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
        // Here, since its first request may take its time, and start is called under a lock.
        customKinds.start();
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
        for (Kind kind : kinds) {
            if (kind.kind().equals(reference.getKind()) && kind.apiVersion().equals(reference.getApiVersion())) {
                HasMetadata live = live(new Suspect(kind, namespace, reference.getName(), reference.getUid()));
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
        for (Kind kind : kinds) {
            Optional<? extends HasMetadata> found = kind.cache().withUid(reference.getUid());
            if (found.isPresent()) {
                return Optional.of(found.get());
            }
        }
        return Optional.empty();
    }

    private List<HasMetadata> dependents(HasMetadata owner) {
        List<HasMetadata> dependents = new ArrayList<>();
        kinds.forEach(kind ->
                dependents.addAll(kind.cache().ownedBy(owner.getMetadata().getUid())));
        return dependents;
    }

    private void enqueueDependents(HasMetadata owner) {
        for (Kind kind : kinds) {
            kind.cache().ownedBy(owner.getMetadata().getUid()).forEach(d -> queue.add(suspect(kind, d)));
        }
    }

    private void enqueueWaiting(HasMetadata owner) {
        if (isWaiting(owner)) {
            kinds.stream()
                    .filter(kind -> kind.kind().equals(owner.getKind())
                            && kind.apiVersion().equals(owner.getApiVersion()))
                    .forEach(kind -> queue.add(suspect(kind, owner)));
        }
    }

    private @Nullable HasMetadata live(Suspect suspect) {
        ResourceDefinitionContext custom = suspect.kind().custom();
        return custom == null
                ? named(client.resources(suspect.kind().cache().kind()), suspect)
                : named(client.genericKubernetesResources(custom), suspect);
    }

    private static @Nullable HasMetadata named(
            MixedOperation<? extends HasMetadata, ?, ? extends Resource<? extends HasMetadata>> objects,
            Suspect suspect) {
        return suspect.namespace().isEmpty()
                ? objects.withName(suspect.name()).get()
                : objects.inNamespace(suspect.namespace())
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

    private static Suspect suspect(Kind kind, HasMetadata object) {
        return new Suspect(
                kind,
                Objects.requireNonNullElse(object.getMetadata().getNamespace(), ""),
                object.getMetadata().getName(),
                object.getMetadata().getUid());
    }
}
