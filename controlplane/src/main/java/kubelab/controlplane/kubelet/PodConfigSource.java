package kubelab.controlplane.kubelet;

import static kubelab.controlplane.caches.Persistent.persistent;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import kubelab.controlplane.Progress;
import kubelab.controlplane.caches.LeanStore;
import kubelab.controlplane.caches.Persistent;
import org.jspecify.annotations.Nullable;

/**
 * What the kubelets of a cluster watch, watched once: Pods, handed to the kubelet of their node; Services, for
 * environment variables; ConfigMaps and Secrets, so that volumes follow them.
 */
final class PodConfigSource implements AutoCloseable {
    private static final String BY_NODE = "node";

    /** Called on the informer's thread: must be short. */
    interface Listener {
        void podChanged(Pod pod);

        void podDeleted(Pod pod);

        /** A ConfigMap or Secret has changed. */
        void sourceChanged(String kind, String namespace, String name);
    }

    private final KubernetesClient client;
    private final Map<String, Listener> listeners = new ConcurrentHashMap<>();
    private List<SharedIndexInformer<? extends HasMetadata>> informers = List.of();
    private @Nullable SharedIndexInformer<Pod> pods;
    private @Nullable SharedIndexInformer<Node> nodes;
    private @Nullable SharedIndexInformer<Service> services;
    private @Nullable SharedIndexInformer<ConfigMap> configMaps;
    private @Nullable SharedIndexInformer<Secret> secrets;

    PodConfigSource(KubernetesClient client) {
        this.client = client;
    }

    void start() {
        List<SharedIndexInformer<? extends HasMetadata>> made;
        synchronized (this) {
            if (pods != null) {
                return;
            }
            made = make();
            informers = List.copyOf(made);
        }
        made.forEach(SharedIndexInformer::start);
    }

    /** Nodes first: a Pod is judged by its node. */
    private List<SharedIndexInformer<? extends HasMetadata>> make() {
        SharedIndexInformer<Pod> podInformer =
                persistent(client.pods().inAnyNamespace().runnableInformer(0));
        podInformer.addIndexers(Map.of(BY_NODE, pod -> {
            String node = pod.getSpec().getNodeName();
            return node == null ? List.of() : List.of(node);
        }));
        podInformer.itemStore(new LeanStore<>());
        podInformer.addEventHandler(new PodHandler());
        pods = podInformer;
        services = persistent(client.services().inAnyNamespace().runnableInformer(0));
        // Only that they changed matters: what is in them is read when a volume is made, from the API server.
        configMaps = persistent(client.configMaps().inAnyNamespace().runnableInformer(0));
        configMaps.itemStore(new LeanStore<>(map -> {
            map.setData(Map.of());
            map.setBinaryData(Map.of());
        }));
        configMaps.addEventHandler(new SourceHandler<>("ConfigMap"));
        secrets = persistent(client.secrets().inAnyNamespace().runnableInformer(0));
        secrets.itemStore(new LeanStore<>(secret -> secret.setData(Map.of())));
        secrets.addEventHandler(new SourceHandler<>("Secret"));
        nodes = persistent(client.nodes().runnableInformer(0));
        return List.of(nodes, podInformer, services, configMaps, secrets);
    }

    /** Changes of Pods bound to {@code node}; those already there are reported at once. */
    void subscribe(String node, Listener listener) {
        listeners.put(node, listener);
        podsOf(node).forEach(listener::podChanged);
    }

    void unsubscribe(String node) {
        listeners.remove(node);
    }

    List<Pod> podsOf(String node) {
        SharedIndexInformer<Pod> informer = pods;
        return informer == null ? List.of() : informer.getIndexer().byIndex(BY_NODE, node);
    }

    Optional<Node> node(String name) {
        SharedIndexInformer<Node> informer = nodes;
        return informer == null
                ? Optional.empty()
                : Optional.ofNullable(informer.getStore().getByKey(name));
    }

    List<Service> services(String namespace) {
        SharedIndexInformer<Service> informer = services;
        return informer == null ? List.of() : informer.getIndexer().byIndex("namespace", namespace);
    }

    @Override
    public void close() {
        informers().forEach(SharedIndexInformer::stop);
    }

    /** How far its watches are. */
    List<Progress> progress() {
        return informers().stream().map(Persistent::progress).toList();
    }

    private synchronized List<SharedIndexInformer<? extends HasMetadata>> informers() {
        return informers;
    }

    private void withListener(@Nullable String node, Consumer<Listener> action) {
        Listener listener = node == null ? null : listeners.get(node);
        if (listener != null) {
            action.accept(listener);
        }
    }

    private final class PodHandler implements ResourceEventHandler<Pod> {
        @Override
        public void onAdd(Pod pod) {
            withListener(pod.getSpec().getNodeName(), l -> l.podChanged(pod));
        }

        @Override
        public void onUpdate(Pod before, Pod pod) {
            withListener(pod.getSpec().getNodeName(), l -> l.podChanged(pod));
        }

        @Override
        public void onDelete(Pod pod, boolean finalStateUnknown) {
            withListener(pod.getSpec().getNodeName(), l -> l.podDeleted(pod));
        }
    }

    private final class SourceHandler<T extends HasMetadata> implements ResourceEventHandler<T> {
        private final String kind;

        SourceHandler(String kind) {
            this.kind = kind;
        }

        @Override
        public void onAdd(T source) {
            changed(source);
        }

        @Override
        public void onUpdate(T before, T source) {
            changed(source);
        }

        @Override
        public void onDelete(T source, boolean finalStateUnknown) {
            changed(source);
        }

        private void changed(T source) {
            String namespace = source.getMetadata().getNamespace();
            String name = source.getMetadata().getName();
            listeners.values().forEach(l -> l.sourceChanged(kind, namespace, name));
        }
    }
}
