package kubelab.controlplane.networkpolicy;

import static kubelab.controlplane.caches.Persistent.persistent;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import kubelab.containers.host.DaemonThreads;
import kubelab.containers.network.ClusterNetwork;
import kubelab.containers.network.ConnectionFilter;
import kubelab.containers.network.Peer;
import kubelab.controlplane.Component;
import kubelab.controlplane.Progress;

/**
 * Enforces the cluster's NetworkPolicies. Until the first policy comes it has one watch, of plain JSON; then it watches policies,
 * Pods and namespaces, and gives the network a filter that asks these caches at each new connection. Stopped, it leaves the
 * filter behind, and changes are no longer seen.
 *
 * <p>Simplified: one agent serves all nodes, where a network plugin has one on each. The name server is no Pod: rules see it as one
 * with the label k8s-app=kube-dns in kube-system.
 */
public final class PolicyAgent implements Component {
    public static final String NAME = "network-policy-agent";
    /** Whom k3s' agent asks as. */
    public static final String USER = "system:k3s-controller";
    /** The Pod that rules take the name server for. */
    public static final Peer.PodKey NAME_SERVER = new Peer.PodKey("kube-system", "coredns", "coredns");

    private final KubernetesClient client;
    private final ClusterNetwork network;
    private final PolicyCaches caches;
    private final SharedIndexInformer<GenericKubernetesResource> first;
    private final AtomicBoolean seen = new AtomicBoolean();
    private final CompletableFuture<Void> listed = new CompletableFuture<>();
    private final CompletableFuture<Void> enforcing = new CompletableFuture<>();
    private volatile boolean stopped;

    /** @param client closed when the component stops */
    public PolicyAgent(KubernetesClient client, ClusterNetwork network) {
        this.client = client;
        this.network = network;
        this.caches = new PolicyCaches(client);
        ResourceDefinitionContext kind = new ResourceDefinitionContext.Builder()
                .withGroup("networking.k8s.io")
                .withVersion("v1")
                .withKind("NetworkPolicy")
                .withPlural("networkpolicies")
                .withNamespaced(true)
                .build();
        first = persistent(
                client.genericKubernetesResources(kind).inAnyNamespace().runnableInformer(0));
        first.addEventHandler(new FirstPolicy());
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void start() {
        first.start().thenRun(() -> {
            if (first.getStore().list().isEmpty()) {
                // What an agent that was stopped has left behind is about policies that are gone.
                network.filter(ConnectionFilter.ALLOW_ALL);
            }
            listed.complete(null);
        });
    }

    @Override
    public boolean idle() {
        return !seen.get() || enforcing.isDone();
    }

    @Override
    public List<Progress> progress() {
        return seen.get() ? caches.progress() : List.of();
    }

    @Override
    public void stop() {
        stopped = true;
        first.stop();
        caches.stop();
        listed.cancel(false);
        client.close();
    }

    private void enforce() {
        try {
            listed.join();
            first.stop();
            caches.fill();
            if (!stopped) {
                network.filter(new PolicyFilter(caches));
            }
        } catch (RuntimeException e) {
            if (!stopped) {
                throw e;
            }
        } finally {
            enforcing.complete(null);
        }
    }

    private final class FirstPolicy implements ResourceEventHandler<GenericKubernetesResource> {
        @Override
        public void onAdd(GenericKubernetesResource policy) {
            if (seen.compareAndSet(false, true)) {
                DaemonThreads.start(NAME, PolicyAgent.this::enforce);
            }
        }

        @Override
        public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource policy) {}

        @Override
        public void onDelete(GenericKubernetesResource policy, boolean unknownState) {}
    }
}
