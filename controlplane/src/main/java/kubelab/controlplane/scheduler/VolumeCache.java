package kubelab.controlplane.scheduler;

import static kubelab.controlplane.caches.Persistent.persistent;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.SharedInformerFactory;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import kubelab.controlplane.Progress;
import kubelab.controlplane.caches.LeanStore;
import kubelab.controlplane.caches.OwnWrites;
import kubelab.controlplane.caches.Persistent;

/**
 * What the scheduler knows of claims, volumes and classes: what the watches have shown, and newer than that what it wrote
 * itself a moment ago. The watches begin with the first Pod that has a claim: a cluster without volumes has none of them.
 * Read by the scheduler's thread only.
 */
final class VolumeCache implements VolumeLister, AutoCloseable {
    private final SharedIndexInformer<PersistentVolumeClaim> claims;
    private final SharedIndexInformer<PersistentVolume> volumes;
    private final SharedIndexInformer<StorageClass> classes;
    private final OwnWrites<PersistentVolumeClaim> ownClaims = new OwnWrites<>();
    private final OwnWrites<PersistentVolume> ownVolumes = new OwnWrites<>();
    private volatile boolean started;
    private volatile boolean closed;

    /** @param changed called for each change, by the watches' threads */
    VolumeCache(KubernetesClient client, Runnable changed) {
        SharedInformerFactory informers = client.informers();
        claims = watched(informers.sharedIndexInformerFor(PersistentVolumeClaim.class, 0), changed);
        volumes = watched(informers.sharedIndexInformerFor(PersistentVolume.class, 0), changed);
        classes = watched(informers.sharedIndexInformerFor(StorageClass.class, 0), changed);
    }

    @Override
    public Optional<PersistentVolumeClaim> claim(String namespace, String name) {
        known();
        String key = namespace + "/" + name;
        return ownClaims.newest(claims.getStore().getByKey(key), key);
    }

    @Override
    public Optional<PersistentVolume> volume(String name) {
        known();
        return ownVolumes.newest(volumes.getStore().getByKey(name), "/" + name);
    }

    @Override
    public List<PersistentVolume> volumes() {
        known();
        return volumes.getStore().list().stream().map(ownVolumes::newest).toList();
    }

    @Override
    public Optional<StorageClass> storageClass(String name) {
        known();
        return Optional.ofNullable(classes.getStore().getByKey(name));
    }

    /** The scheduler wrote this. */
    void wrote(PersistentVolume volume) {
        ownVolumes.wrote(volume);
    }

    void wrote(PersistentVolumeClaim claim) {
        ownClaims.wrote(claim);
    }

    /** How far its watches are; nothing before they begin. */
    List<Progress> progress() {
        return started
                ? List.of(Persistent.progress(claims), Persistent.progress(volumes), Persistent.progress(classes))
                : List.of();
    }

    @Override
    public void close() {
        closed = true;
        if (started) {
            claims.close();
            volumes.close();
            classes.close();
        }
    }

    /** Begins to watch if it has not, and waits for the first lists. */
    private void known() {
        if (started || closed) {
            return;
        }
        started = true;
        CompletableFuture<Void> lists = CompletableFuture.allOf(
                claims.start().toCompletableFuture(),
                volumes.start().toCompletableFuture(),
                classes.start().toCompletableFuture());
        if (closed) {
            close(); // it was closed before it had started
        }
        lists.join();
    }

    private static <T extends HasMetadata> SharedIndexInformer<T> watched(
            SharedIndexInformer<T> informer, Runnable changed) {
        SharedIndexInformer<T> made = persistent(informer);
        made.itemStore(new LeanStore<>());
        made.addEventHandler(new ResourceEventHandler<>() {
            @Override
            public void onAdd(T object) {
                changed.run();
            }

            @Override
            public void onUpdate(T before, T after) {
                changed.run();
            }

            @Override
            public void onDelete(T object, boolean stateUnknown) {
                changed.run();
            }
        });
        return made;
    }
}
