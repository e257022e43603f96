package kubelab.cluster;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import kubelab.containers.host.DaemonThreads;

/**
 * The heartbeat of hollow nodes: Node objects without a machine, on which the scheduler places Pods that no kubelet starts.
 * The node lifecycle controller gives up a node whose Lease was not renewed for 50 s, so the process that owns the cluster
 * renews the Lease of each node with the label {@link #LABEL} every 10 s, as a kubelet does. Pods that are being deleted
 * there go in the same round: nothing runs that could use their grace period, and without a kubelet they would stay.
 *
 * <p>Source: k8s.io/kubernetes/pkg/controller/nodelifecycle and pkg/kubelet (lease), release 1.34.
 */
public final class NodeHeartbeats {
    /** The label by which a Node says that it is hollow; its value does not matter. */
    public static final String LABEL = "kubelab.dev/hollow";

    static final Duration PERIOD = Duration.ofSeconds(10);
    private static final String LEASES = "kube-node-lease";
    private static final int LEASE_SECONDS = 40;

    private final KubernetesClient client;
    private final Supplier<Instant> now;

    /**
     * @param client an administrator's
     * @param now the cluster's time
     */
    NodeHeartbeats(KubernetesClient client, Supplier<Instant> now) {
        this.client = client;
        this.now = now;
    }

    /** Renews on wall time, from now on until it is closed. A node that was given up before is ready again at once. */
    static AutoCloseable keep(KubernetesClient client) {
        NodeHeartbeats nodes = new NodeHeartbeats(client, Instant::now);
        ScheduledExecutorService thread =
                Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("hollow-nodes"));
        thread.scheduleWithFixedDelay(nodes::renew, 0, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
        return thread::shutdownNow;
    }

    /** One round. A request that fails is made up for by the next round: a Lease may miss four. */
    void renew() {
        try {
            for (Node node : client.nodes().withLabel(LABEL).list().getItems()) {
                renew(node);
            }
        } catch (RuntimeException e) {
            // the API server is slow, or the cluster ends
        }
    }

    private void renew(Node node) {
        String name = node.getMetadata().getName();
        Lease known = client.leases().inNamespace(LEASES).withName(name).get();
        try {
            if (known == null) {
                client.resource(fresh(node)).create();
            } else {
                client.resource(new LeaseBuilder(known)
                                .editSpec()
                                .withRenewTime(now.get().atZone(ZoneOffset.UTC))
                                .endSpec()
                                .build())
                        .update();
            }
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT && e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
        }
        boolean givenUp = node.getStatus().getConditions().stream()
                .anyMatch(c -> c.getType().equals("Ready") && "Unknown".equals(c.getStatus()));
        if (givenUp) {
            // This process was away for too long, as while the machine slept. A patch without a version: controllers
            // change
            // the node at the same time.
            client.nodes()
                    .withName(name)
                    .subresource("status")
                    .patch(
                            PatchContext.of(PatchType.JSON_MERGE),
                            client.getKubernetesSerialization().asJson(ready()));
        }
        client.pods().inAnyNamespace().withField("spec.nodeName", name).list().getItems().stream()
                .filter(p -> p.getMetadata().getDeletionTimestamp() != null)
                .forEach(p -> client.resource(p).withGracePeriod(0).delete());
    }

    private Lease fresh(Node node) {
        String name = node.getMetadata().getName();
        return new LeaseBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(LEASES)
                .addNewOwnerReference()
                .withApiVersion("v1")
                .withKind("Node")
                .withName(name)
                .withUid(node.getMetadata().getUid())
                .endOwnerReference()
                .endMetadata()
                .withNewSpec()
                .withHolderIdentity(name)
                .withLeaseDurationSeconds(LEASE_SECONDS)
                .withRenewTime(now.get().atZone(ZoneOffset.UTC))
                .endSpec()
                .build();
    }

    private Node ready() {
        String time = now.get().truncatedTo(ChronoUnit.SECONDS).toString();
        return new NodeBuilder()
                .withNewStatus()
                .withConditions(new NodeConditionBuilder()
                        .withType("Ready")
                        .withStatus("True")
                        .withReason("HollowNode")
                        .withMessage("no kubelet, kept alive by kubelab")
                        .withLastHeartbeatTime(time)
                        .withLastTransitionTime(time)
                        .build())
                .endStatus()
                .build();
    }
}
