package kubelab.cluster;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits through the API, as any client could, for what a cluster needs before it is of use. */
final class Readiness {
    /** Between two looks. */
    private static final Duration LEAST = Duration.ofMillis(2);

    private static final Duration MOST = Duration.ofMillis(100);

    private static final String DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class";

    private final KubernetesClient client;
    private final Progress progress;
    private final Duration timeout;
    private final Deadline deadline;

    Readiness(KubernetesClient client, Duration timeout, Progress progress) {
        this.client = client;
        this.progress = progress;
        this.timeout = timeout;
        this.deadline = Deadline.in(timeout);
    }

    Readiness nodes(List<String> names) {
        return await("nodes " + String.join(", ", names) + " to be Ready", () -> {
            List<Node> nodes = client.nodes().list().getItems();
            return names.stream().allMatch(name -> nodes.stream()
                    .anyMatch(n -> name.equals(n.getMetadata().getName()) && isReady(n)));
        });
    }

    Readiness defaultServiceAccount(String namespace) {
        return await(
                "the default ServiceAccount of " + namespace,
                () -> client.serviceAccounts()
                                .inNamespace(namespace)
                                .withName("default")
                                .get()
                        != null);
    }

    Readiness coreDns(boolean wanted) {
        return !wanted
                ? this
                : await(
                        "cluster DNS to be ready",
                        () ->
                                client
                                        .pods()
                                        .inNamespace("kube-system")
                                        .withLabel("k8s-app", "kube-dns")
                                        .list()
                                        .getItems()
                                        .stream()
                                        .anyMatch(p -> p.getStatus().getConditions().stream()
                                                .anyMatch(c -> c.getType().equals("Ready")
                                                        && c.getStatus().equals("True"))));
    }

    Readiness storageClass(boolean wanted) {
        return !wanted ? this : await("a default StorageClass", () -> hasDefaultStorageClass(client));
    }

    static boolean hasDefaultStorageClass(KubernetesClient client) {
        return client.storage().v1().storageClasses().list().getItems().stream()
                .anyMatch(c -> c.getMetadata().getAnnotations() != null
                        && "true".equals(c.getMetadata().getAnnotations().get(DEFAULT_CLASS)));
    }

    static boolean isReady(Node node) {
        return node.getStatus().getConditions().stream()
                .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
    }

    /** A quarter of what it has taken so far: an embedded cluster is there in the blink of an eye, a real one in seconds. */
    private static long pause(long waited) {
        return Math.max(LEAST.toNanos(), Math.min(MOST.toNanos(), waited / 4));
    }

    private Readiness await(String what, BooleanSupplier condition) {
        progress.step("waiting for " + what);
        String last = "";
        long begin = System.nanoTime();
        while (true) {
            try {
                if (condition.getAsBoolean()) {
                    return this;
                }
            } catch (KubernetesClientException e) {
                last = " (last answer: " + e.getMessage() + ")"; // an API server that has just started may refuse
            }
            if (deadline.isOver()) {
                throw new ClusterException(
                        ClusterException.Reason.NOT_READY,
                        "Gave up after " + timeout.toSeconds() + " s waiting for " + what + "." + last,
                        "Try again; on a slow machine give it longer with --timeout.");
            }
            LockSupport.parkNanos(pause(System.nanoTime() - begin));
        }
    }
}
