package kubelab.controlplane.networkpolicy;

import static kubelab.controlplane.caches.Persistent.persistent;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import kubelab.containers.network.Peer.PodKey;
import kubelab.controlplane.Progress;
import kubelab.controlplane.caches.LeanStore;
import kubelab.controlplane.caches.Persistent;
import org.jspecify.annotations.Nullable;

/** What the agent knows: policies, the labels and named ports of Pods, the labels of namespaces. Any thread may ask. */
final class PolicyCaches {
    private static final KnownPod NAME_SERVER = new KnownPod(
            "kube-system",
            Map.of("k8s-app", "kube-dns"),
            List.of(new NamedPort("dns", "UDP", 53), new NamedPort("dns-tcp", "TCP", 53)));

    /** Annotation of a mirror: the uid of the static Pod that it mirrors. */
    private static final String STATIC_UID = "kubernetes.io/config.hash";

    private final SharedIndexInformer<NetworkPolicy> policies;
    private final SharedIndexInformer<Pod> pods;
    private final SharedIndexInformer<Namespace> namespaces;

    record KnownPod(String namespace, Map<String, String> labels, List<NamedPort> ports) {}

    record NamedPort(String name, String protocol, int number) {}

    PolicyCaches(KubernetesClient client) {
        policies = lean(client.network().v1().networkPolicies().inAnyNamespace().runnableInformer(0), policy -> {});
        pods = lean(client.pods().inAnyNamespace().runnableInformer(0), PolicyCaches::keepPorts);
        namespaces = lean(client.namespaces().runnableInformer(0), namespace -> {});
    }

    private static <T extends HasMetadata> SharedIndexInformer<T> lean(
            SharedIndexInformer<T> informer, Consumer<T> trim) {
        SharedIndexInformer<T> made = persistent(informer);
        made.itemStore(new LeanStore<>(trim));
        return made;
    }

    private static void keepPorts(Pod pod) {
        pod.setStatus(null);
        pod.setSpec(pod.getSpec().toBuilder()
                .withVolumes()
                .withContainers(pod.getSpec().getContainers().stream()
                        .map(PolicyCaches::keepPorts)
                        .toList())
                .withInitContainers(pod.getSpec().getInitContainers().stream()
                        .map(PolicyCaches::keepPorts)
                        .toList())
                .build());
    }

    private static Container keepPorts(Container container) {
        Container kept = new Container();
        kept.setRestartPolicy(container.getRestartPolicy());
        kept.setPorts(container.getPorts());
        return kept;
    }

    /** Begins to watch, and waits until all is known that is there now. Fails when it is stopped meanwhile. */
    void fill() {
        CompletableFuture.allOf(Stream.of(namespaces, pods, policies)
                        .map(informer -> informer.start().toCompletableFuture())
                        .toArray(CompletableFuture[]::new))
                .join();
    }

    List<Progress> progress() {
        return Stream.of(policies, pods, namespaces).map(Persistent::progress).toList();
    }

    void stop() {
        policies.stop();
        pods.stop();
        namespaces.stop();
    }

    List<NetworkPolicy> policies(String namespace) {
        return policies.getIndexer().byIndex(Cache.NAMESPACE_INDEX, namespace);
    }

    /** @return null for a Pod that has not been heard of yet; another Pod of the same name does not count */
    @Nullable
    KnownPod pod(PodKey key) {
        if (key.equals(PolicyAgent.NAME_SERVER)) {
            return NAME_SERVER;
        }
        Pod pod = pods.getStore().getByKey(Cache.namespaceKeyFunc(key.namespace(), key.name()));
        if (pod == null || !isOf(pod.getMetadata(), key.uid())) {
            return null;
        }
        Map<String, String> labels =
                Objects.requireNonNullElse(pod.getMetadata().getLabels(), Map.of());
        return new KnownPod(key.namespace(), labels, ports(pod));
    }

    /** Whether a sandbox with this uid is the Pod's. A static Pod's has the uid that the kubelet gave it, not its mirror's. */
    private static boolean isOf(ObjectMeta pod, String uid) {
        return uid.equals(pod.getUid())
                || pod.getAnnotations() != null
                        && uid.equals(pod.getAnnotations().get(STATIC_UID));
    }

    /** A namespace's labels; empty when it is not known. */
    Map<String, String> labels(String namespace) {
        Namespace found = namespaces.getStore().getByKey(namespace);
        return found == null
                ? Map.of()
                : Objects.requireNonNullElse(found.getMetadata().getLabels(), Map.of());
    }

    /** Those of sidecars count, those of other init containers do not: they have ended when the Pod serves. */
    private static List<NamedPort> ports(Pod pod) {
        List<NamedPort> ports = new ArrayList<>();
        Stream.concat(
                        pod.getSpec().getInitContainers().stream()
                                .filter(init -> "Always".equals(init.getRestartPolicy())),
                        pod.getSpec().getContainers().stream())
                .flatMap(container -> container.getPorts().stream())
                .filter(port -> port.getName() != null)
                .forEach(port -> ports.add(new NamedPort(
                        port.getName(),
                        Objects.requireNonNullElse(port.getProtocol(), "TCP"),
                        port.getContainerPort())));
        return ports;
    }
}
