package kubelab.controlplane.kubelet;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The static Pods of a node: those of its {@link ManifestsFolder}, which run without the API server, and the mirror Pods by which
 * the API server shows them. Its methods may be called by any thread: the work is done by one at a time.
 *
 * <p>Simplified: the folder is looked at when the kubelet starts, and every second as long as a Pod of this node can write
 * there; upstream is told by the machine's file system.
 */
final class StaticPods {
    static final String SOURCE = "kubernetes.io/config.source";
    static final String HASH = "kubernetes.io/config.hash";
    static final String SEEN = "kubernetes.io/config.seen";
    static final String MIRROR = "kubernetes.io/config.mirror";

    private static final Logger LOG = LoggerFactory.getLogger(StaticPods.class);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final Duration RETRY = Duration.ofSeconds(2);

    private final KubeletContext kubelet;
    private final ManifestsFolder folder;
    private final Host host;
    private final SerialQueue queue;
    private final AtomicBoolean watching = new AtomicBoolean();
    /** By full name, {@code namespace/name}. */
    private Map<String, Pod> wanted = Map.of();

    private final Map<String, PodWorker> workers = new HashMap<>();
    private final Map<String, Pod> mirrors = new HashMap<>();

    /** What the kubelet does for them. */
    interface Host {
        boolean running();

        /** The worker of a new Pod; one that is refused gets one, too. */
        PodWorker admit(Pod pod);

        /** The specs of all Pods on this node. */
        Collection<Pod> pods();
    }

    StaticPods(KubeletContext kubelet, ManifestDecoder decoder, Host host) {
        this.kubelet = kubelet;
        this.host = host;
        this.queue = new SerialQueue(kubelet.workers(), kubelet::closed);
        this.folder = new ManifestsFolder(
                kubelet.runtime().fileSystem(), kubelet.node().name(), decoder, () -> kubelet.clock()
                        .now());
    }

    static String fullName(Pod pod) {
        return pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName();
    }

    static boolean isStatic(Pod pod) {
        Map<String, String> annotations = pod.getMetadata().getAnnotations();
        return annotations != null && "file".equals(annotations.get(SOURCE)) && !annotations.containsKey(MIRROR);
    }

    /** Reads the folder, and does what follows from it. */
    void look() {
        queue.execute(() -> compare(true));
    }

    /** A Pod comes to this node: if it can write into the folder, the folder is looked at from now on. */
    void admitted(Pod pod) {
        if (folder.isOpenTo(pod) && watching.compareAndSet(false, true)) {
            makeFolder(); // now: the Pod is about to mount it
            lookLater();
        }
    }

    /** The API server shows a mirror Pod of this node. */
    void mirrorChanged(Pod mirror) {
        queue.execute(() -> {
            Pod known = mirrors.get(fullName(mirror));
            if (known != null && !isNewer(mirror, known)) {
                return;
            }
            mirrors.put(fullName(mirror), mirror);
            PodWorker worker = workers.get(fullName(mirror));
            if (worker != null) {
                worker.mirrorChanged(mirror);
            } else if (!wanted.containsKey(fullName(mirror))) {
                delete(mirror);
            }
        });
    }

    void mirrorDeleted(Pod mirror) {
        queue.execute(() -> {
            Pod known = mirrors.get(fullName(mirror));
            if (known != null
                    && known.getMetadata().getUid().equals(mirror.getMetadata().getUid())) {
                mirrors.remove(fullName(mirror));
            }
            PodWorker worker = workers.get(fullName(mirror));
            if (worker != null) {
                worker.mirrorGone(mirror.getMetadata().getUid());
            }
        });
    }

    /** All that the API server shows, after a time of silence. */
    void mirrorsAre(Set<String> uids) {
        queue.execute(() -> Set.copyOf(mirrors.values()).stream()
                .filter(mirror -> !uids.contains(mirror.getMetadata().getUid()))
                .forEach(this::mirrorDeleted));
    }

    /** Nothing of a static Pod is left. If its file only changed, its successor may start. */
    void ended(PodWorker worker) {
        queue.execute(() -> {
            String name = fullName(worker.pod());
            workers.remove(name, worker);
            Pod successor = wanted.get(name);
            Pod mirror = mirrors.getOrDefault(name, worker.mirror());
            if (successor != null) {
                start(name, successor);
            } else if (mirror != null) {
                delete(mirror);
            }
        });
    }

    private void makeFolder() {
        try {
            folder.make();
        } catch (IOException e) {
            LOG.warn(
                    "{}: the folder of manifests cannot be made", kubelet.node().name(), e);
        }
    }

    private void lookLater() {
        kubelet.clock()
                .scheduleBeat(
                        "",
                        LOOK_AGAIN,
                        () -> queue.execute(() -> {
                            boolean open = host.pods().stream().anyMatch(folder::isOpenTo);
                            compare(false);
                            if (open || folder.unsettled()) {
                                lookLater();
                            } else {
                                watching.set(false);
                            }
                        }));
    }

    private void compare(boolean anew) {
        if (!host.running()) {
            return;
        }
        try {
            wanted = folder.pods(anew);
        } catch (IOException e) {
            LOG.warn(
                    "{}: unable to read the folder of manifests", kubelet.node().name(), e);
            return;
        }
        workers.forEach((name, worker) -> {
            Pod pod = wanted.get(name);
            if (pod == null || !pod.getMetadata().getUid().equals(worker.uid())) {
                worker.end();
            }
        });
        wanted.forEach((name, pod) -> {
            if (!workers.containsKey(name)) {
                start(name, pod);
            }
        });
    }

    private void start(String name, Pod pod) {
        PodWorker worker = host.admit(pod);
        workers.put(name, worker);
        worker.mirrorChanged(mirrors.get(name));
    }

    private void delete(Pod mirror) {
        if (kubelet.online()) {
            try {
                MirrorPods.delete(kubelet.client(), mirror);
                return;
            } catch (KubernetesClientException e) {
                LOG.debug("mirror {} not deleted", fullName(mirror), e);
            }
        }
        kubelet.clock()
                .schedule(
                        RETRY,
                        () -> queue.execute(() -> {
                            if (!wanted.containsKey(fullName(mirror))) {
                                delete(mirror);
                            }
                        }));
    }

    private static boolean isNewer(Pod one, Pod other) {
        return version(one) > version(other);
    }

    private static long version(Pod pod) {
        return Long.parseLong(Objects.requireNonNull(pod.getMetadata().getResourceVersion()));
    }
}
