package kubelab.controlplane.controllermanager.replicaset;

import io.fabric8.kubernetes.api.model.ReplicationController;
import io.fabric8.kubernetes.api.model.ReplicationControllerBuilder;
import io.fabric8.kubernetes.api.model.ReplicationControllerCondition;
import io.fabric8.kubernetes.api.model.ReplicationControllerSpec;
import io.fabric8.kubernetes.api.model.ReplicationControllerStatus;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetCondition;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.Key;

/**
 * ReplicationControllers as ReplicaSets whose selector is a map of labels: the work is the same. Their kind stays, so that owner
 * references and Events name it.
 *
 * <p>Source: k8s.io/kubernetes/pkg/controller/replication (conversion.go), release 1.34.
 */
final class ReplicationControllers implements ReplicaSets {
    static final String KIND = "ReplicationController";

    private final Cached<ReplicationController> cached;

    ReplicationControllers(Cached<ReplicationController> cached) {
        this.cached = cached;
    }

    @Override
    public Optional<ReplicaSet> get(Key key) {
        return cached.get(key).map(ReplicationControllers::shown);
    }

    @Override
    public List<ReplicaSet> inNamespace(String namespace) {
        return cached.inNamespace(namespace).stream()
                .map(ReplicationControllers::shown)
                .toList();
    }

    @Override
    public List<ReplicaSet> ownedBy(String uid) {
        return cached.ownedBy(uid).stream().map(ReplicationControllers::shown).toList();
    }

    @Override
    public void onChange(Consumer<ReplicaSet> handler) {
        cached.onChange(controller -> handler.accept(shown(controller)));
    }

    @Override
    public void writeStatus(KubernetesClient client, ReplicaSet set, ReplicaSetStatus status) {
        ReplicationControllerStatus own = new ReplicationControllerStatus();
        own.setReplicas(status.getReplicas());
        own.setFullyLabeledReplicas(status.getFullyLabeledReplicas());
        own.setReadyReplicas(status.getReadyReplicas());
        own.setAvailableReplicas(status.getAvailableReplicas());
        own.setObservedGeneration(status.getObservedGeneration());
        own.setConditions(status.getConditions().stream()
                .map(c -> new ReplicationControllerCondition(
                        c.getLastTransitionTime(), c.getMessage(), c.getReason(), c.getStatus(), c.getType()))
                .toList());
        ReplicationController stored = cached.get(Key.of(set)).orElse(null);
        if (stored != null) {
            client.resource(new ReplicationControllerBuilder(stored)
                            .withMetadata(set.getMetadata())
                            .withStatus(own)
                            .build())
                    .updateStatus();
        }
    }

    private static ReplicaSet shown(ReplicationController controller) {
        ReplicationControllerSpec spec = controller.getSpec();
        ReplicaSet set = new ReplicaSetBuilder()
                .withMetadata(controller.getMetadata())
                .withNewSpec()
                .withReplicas(spec.getReplicas())
                .withMinReadySeconds(spec.getMinReadySeconds())
                .withNewSelector()
                .withMatchLabels(spec.getSelector())
                .endSelector()
                .withTemplate(spec.getTemplate())
                .endSpec()
                .withStatus(
                        status(Objects.requireNonNullElseGet(controller.getStatus(), ReplicationControllerStatus::new)))
                .build();
        set.setApiVersion("v1");
        set.setKind(KIND);
        return set;
    }

    private static ReplicaSetStatus status(ReplicationControllerStatus own) {
        ReplicaSetStatus status = new ReplicaSetStatus();
        status.setReplicas(own.getReplicas());
        status.setFullyLabeledReplicas(own.getFullyLabeledReplicas());
        status.setReadyReplicas(own.getReadyReplicas());
        status.setAvailableReplicas(own.getAvailableReplicas());
        status.setObservedGeneration(own.getObservedGeneration());
        status.setConditions(own.getConditions().stream()
                .map(c -> new ReplicaSetCondition(
                        c.getLastTransitionTime(), c.getMessage(), c.getReason(), c.getStatus(), c.getType()))
                .toList());
        return status;
    }
}
