package kubelab.controlplane.controllermanager.replicaset;

import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import kubelab.controlplane.controllermanager.loop.Informers.Cached;
import kubelab.controlplane.controllermanager.loop.Key;

/** What the reconciler looks after: ReplicaSets, or {@link ReplicationControllers} that are shown as such. */
interface ReplicaSets {
    Optional<ReplicaSet> get(Key key);

    List<ReplicaSet> inNamespace(String namespace);

    /** The objects that name this uid in their owner references. */
    List<ReplicaSet> ownedBy(String uid);

    void onChange(Consumer<ReplicaSet> handler);

    void writeStatus(KubernetesClient client, ReplicaSet set, ReplicaSetStatus status);

    /** ReplicaSets themselves. */
    static ReplicaSets of(Cached<ReplicaSet> cached) {
        return new ReplicaSets() {
            @Override
            public Optional<ReplicaSet> get(Key key) {
                return cached.get(key);
            }

            @Override
            public List<ReplicaSet> inNamespace(String namespace) {
                return cached.inNamespace(namespace);
            }

            @Override
            public List<ReplicaSet> ownedBy(String uid) {
                return cached.ownedBy(uid);
            }

            @Override
            public void onChange(Consumer<ReplicaSet> handler) {
                cached.onChange(handler);
            }

            @Override
            public void writeStatus(KubernetesClient client, ReplicaSet set, ReplicaSetStatus status) {
                client.resource(new ReplicaSetBuilder(set).withStatus(status).build())
                        .updateStatus();
            }
        };
    }
}
