package kubelab.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import kubelab.controlplane.EmbeddedCluster;

/** Our own small Kubernetes in this JVM; it ends with it. */
final class EmbeddedProvider implements ClusterProvider {
    @Override
    public Cluster start(ClusterSpec spec, Progress progress) {
        if (spec.image().isPresent() || !spec.serverFlags().isEmpty()) {
            throw new ClusterException(
                    ClusterException.Reason.WRONG_USE,
                    "An embedded cluster has no image and no server flags.",
                    "Use --cluster k3s with these, or leave them out.");
        }
        progress.step("starting an embedded cluster");
        CompletableFuture<EmbeddedCluster> whole = new CompletableFuture<>();
        EmbeddedCluster embedded = EmbeddedCluster.builder()
                .nodes(spec.nodes())
                .component(HeartbeatComponent.NAME, context -> new HeartbeatComponent(context.clock(), whole))
                .start();
        whole.complete(embedded);
        try {
            new Readiness(embedded.client(), spec.startTimeout(), progress)
                    .nodes(embedded.nodes())
                    .defaultServiceAccount("default");
            Set<Ability> abilities = Abilities.probe(
                    embedded.client(),
                    true,
                    Set.of(
                            Ability.NODE_CONTROL,
                            Ability.STOP_COMPONENT,
                            Ability.STATIC_PODS,
                            Ability.FAULT_INJECTION,
                            Ability.AUDIT,
                            Ability.FAST_FORWARD));
            return new InProcessCluster(embedded, abilities, EmbeddedComponents.of(embedded), new AtomicBoolean());
        } catch (RuntimeException e) {
            embedded.close();
            throw e;
        }
    }

    private record InProcessCluster(
            EmbeddedCluster embedded, Set<Ability> abilities, Components components, AtomicBoolean closed)
            implements Cluster {
        @Override
        public String provider() {
            return ClusterSpec.EMBEDDED;
        }

        @Override
        public String description() {
            int nodes = embedded.nodes().size();
            return "embedded (Kubernetes " + K3sProvider.kubernetesVersion() + "), " + nodes
                    + (nodes == 1 ? " node" : " nodes");
        }

        @Override
        public String kubeconfig() {
            return embedded.kubeconfig();
        }

        @Override
        public KubernetesClient client() {
            return embedded.client();
        }

        @Override
        public List<String> nodes() {
            return embedded.nodes();
        }

        @Override
        public String newNamespace(String prefix, Map<String, String> labels) {
            return Namespaces.create(client(), prefix, labels);
        }

        @Override
        public void deleteNamespace(String name) {
            Namespaces.delete(client(), name);
        }

        @Override
        public <T> Optional<T> unwrap(Class<T> type) {
            return type.isInstance(embedded) ? Optional.of(type.cast(embedded)) : Optional.empty();
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                embedded.close();
            }
        }
    }
}
