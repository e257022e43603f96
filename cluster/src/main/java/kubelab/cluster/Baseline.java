package kubelab.cluster;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * What a cluster looked like before it was used: its nodes' labels, taints and cordons, and the names of all objects
 * outside of namespaces. What has come since is removed, and nodes get back what they had.
 */
final class Baseline {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Kinds without a namespace that an exercise may make, namespaces first: what is in them goes with them. */
    private static final List<String[]> KINDS = List.of(
            new String[] {"v1", "Namespace"},
            new String[] {"v1", "PersistentVolume"},
            new String[] {"scheduling.k8s.io/v1", "PriorityClass"},
            new String[] {"storage.k8s.io/v1", "StorageClass"},
            new String[] {"node.k8s.io/v1", "RuntimeClass"},
            new String[] {"networking.k8s.io/v1", "IngressClass"},
            new String[] {"rbac.authorization.k8s.io/v1", "ClusterRoleBinding"},
            new String[] {"rbac.authorization.k8s.io/v1", "ClusterRole"},
            new String[] {"apiextensions.k8s.io/v1", "CustomResourceDefinition"},
            new String[] {"apiregistration.k8s.io/v1", "APIService"});

    private final Map<String, Node> nodes = new HashMap<>();
    private final Map<String, Set<String>> names = new HashMap<>();

    private Baseline() {}

    static Baseline of(KubernetesClient client) {
        Baseline baseline = new Baseline();
        client.nodes()
                .list()
                .getItems()
                .forEach(n -> baseline.nodes.put(n.getMetadata().getName(), n));
        for (String[] kind : KINDS) {
            baseline.names.put(kind[1], new HashSet<>(names(client, kind)));
        }
        return baseline;
    }

    /**
     * Returns when it is as it was.
     *
     * @throws ClusterException when that takes more than a minute
     */
    void restore(KubernetesClient client) {
        for (Node was : nodes.values()) {
            restore(client, was);
        }
        for (String[] kind : KINDS) {
            for (String name : added(client, kind)) {
                if (kind[1].equals("Namespace")) {
                    client.pods().inNamespace(name).withGracePeriod(0).delete();
                }
                client.genericKubernetesResources(kind[0], kind[1])
                        .withName(name)
                        .delete();
            }
        }
        Deadline deadline = Deadline.in(PATIENCE);
        List<String> left = left(client);
        while (!left.isEmpty()) {
            if (deadline.isOver()) {
                throw new ClusterException(
                        ClusterException.Reason.NOT_READY, "still there: " + left, "Start another cluster.");
            }
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            left = left(client);
        }
        new Readiness(client, PATIENCE, Progress.SILENT)
                .nodes(List.copyOf(nodes.keySet()))
                .coreDns(client.pods()
                                .inNamespace("kube-system")
                                .withLabel("k8s-app", "kube-dns")
                                .list()
                                .getItems()
                                .size()
                        > 0);
    }

    private static void restore(KubernetesClient client, Node was) {
        client.nodes().withName(was.getMetadata().getName()).edit(now -> new NodeBuilder(now)
                .editMetadata()
                .withLabels(was.getMetadata().getLabels())
                .endMetadata()
                .editSpec()
                .withUnschedulable(was.getSpec().getUnschedulable())
                .withTaints(taints(was, now))
                .endSpec()
                .build());
    }

    /** The node lifecycle controller's own taints are its own affair. */
    private static List<Taint> taints(Node was, Node now) {
        List<Taint> taints = new ArrayList<>(was.getSpec().getTaints());
        now.getSpec().getTaints().stream()
                .filter(t -> t.getKey().startsWith("node.kubernetes.io/")
                        && !t.getKey().endsWith("/unschedulable"))
                .filter(t -> !taints.contains(t))
                .forEach(taints::add);
        return taints;
    }

    private List<String> left(KubernetesClient client) {
        List<String> left = new ArrayList<>();
        for (String[] kind : KINDS) {
            added(client, kind).forEach(name -> left.add(kind[1] + " " + name));
        }
        return left;
    }

    private List<String> added(KubernetesClient client, String[] kind) {
        Set<String> before = names.getOrDefault(kind[1], Set.of());
        return names(client, kind).stream().filter(n -> !before.contains(n)).toList();
    }

    private static List<String> names(KubernetesClient client, String[] kind) {
        try {
            return client.genericKubernetesResources(kind[0], kind[1]).list().getItems().stream()
                    .map(GenericKubernetesResource::getMetadata)
                    .map(m -> m.getName())
                    .toList();
        } catch (KubernetesClientException e) {
            if (e.getCode() == 404) {
                return List.of();
            }
            throw e;
        }
    }
}
