package kubelab.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/** The user's own cluster, only ever by the name of its context, and there only in namespaces of this run. */
final class ExistingProvider implements ClusterProvider {
    @Override
    public Cluster start(ClusterSpec spec, Progress progress) {
        List<String> contexts = Kubeconfigs.contexts();
        String known = contexts.isEmpty() ? "there is none" : "there are: " + String.join(", ", contexts);
        String context = spec.context()
                .orElseThrow(() -> new ClusterException(
                        ClusterException.Reason.WRONG_USE,
                        "An existing cluster is only used by name.",
                        "Name its context with --context (in your kubeconfig " + known + ")."));
        if (!contexts.contains(context)) {
            throw new ClusterException(
                    ClusterException.Reason.WRONG_USE,
                    "Your kubeconfig has no context \"" + context + "\".",
                    "Name one of yours with --context (" + known + ").");
        }
        progress.step("reaching the cluster of context " + context);
        String kubeconfig = Kubeconfigs.withContext(context);
        KubernetesClient client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(kubeconfig))
                .build();
        try {
            Namespaces.deleteOrphans(client);
            List<String> nodes = client.nodes().withoutLabel(NodeHeartbeats.LABEL).list().getItems().stream()
                    .map(n -> n.getMetadata().getName())
                    .toList();
            Set<Ability> abilities = Abilities.probe(client, spec.allowClusterScope(), Set.of());
            return new ExistingCluster(context, kubeconfig, client, nodes, abilities);
        } catch (KubernetesClientException e) {
            client.close();
            throw new ClusterException(
                    ClusterException.Reason.UNREACHABLE,
                    "The cluster of context " + context + " does not answer: " + e.getMessage(),
                    "See that `kubectl --context " + context + " get nodes` works.",
                    e);
        }
    }

    private static final class ExistingCluster implements Cluster {
        private final String context;
        private final String kubeconfig;
        private final KubernetesClient client;
        private final List<String> nodes;
        private final Set<Ability> abilities;
        private final AutoCloseable hollow;
        private final AtomicBoolean closed = new AtomicBoolean();
        private final Thread hook = new Thread(this::removeNamespaces, "existing-cleanup");

        ExistingCluster(
                String context,
                String kubeconfig,
                KubernetesClient client,
                List<String> nodes,
                Set<Ability> abilities) {
            this.context = context;
            this.kubeconfig = kubeconfig;
            this.client = client;
            this.nodes = nodes;
            this.abilities = abilities;
            // only who may change the cluster as a whole has made such nodes
            this.hollow = abilities.contains(Ability.CLUSTER_SCOPE) ? NodeHeartbeats.keep(client) : () -> {};
            Runtime.getRuntime().addShutdownHook(hook);
        }

        @Override
        public String provider() {
            return ClusterSpec.EXISTING;
        }

        @Override
        public String description() {
            return "existing cluster (context " + context + "), " + nodes.size() + " nodes";
        }

        @Override
        public String kubeconfig() {
            return kubeconfig;
        }

        @Override
        public KubernetesClient client() {
            return client;
        }

        @Override
        public List<String> nodes() {
            return nodes;
        }

        @Override
        public Set<Ability> abilities() {
            return abilities;
        }

        @Override
        public String newNamespace(String prefix, Map<String, String> labels) {
            return Namespaces.create(client, prefix, labels);
        }

        @Override
        public void deleteNamespace(String name) {
            Namespaces.delete(client, name);
        }

        @Override
        public void close() {
            if (!closed.compareAndSet(false, true)) {
                return;
            }
            removeNamespaces();
            try {
                hollow.close();
            } catch (Exception e) {
                // a thread that is told to end, nothing else
            }
            client.close();
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // the JVM is ending already
            }
        }

        private void removeNamespaces() {
            try {
                Namespaces.deleteAll(client);
            } catch (RuntimeException e) {
                System.err.println("kubelab: namespaces of this run could not be removed (" + e.getMessage()
                        + "); remove them with: kubectl --context " + context + " delete namespace -l "
                        + Namespaces.RUN + "=" + Namespaces.RUN_ID);
            }
        }
    }
}
