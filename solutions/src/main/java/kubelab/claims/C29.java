package kubelab.claims;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.concurrent.TimeUnit;
import kubelab.labkit.Evidence;
import kubelab.labkit.Proof;

/** C29: "a deleted Pod is replaced automatically" is false: a bare Pod stays gone, only an owner's controller replaces. */
public final class C29 implements Proof {
    @Override
    public Evidence prove(KubernetesClient client, String namespace) {
        return probe(
                client,
                namespace,
                "bare",
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: bare, labels: {app: bare}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers: [{name: main, image: "busybox:1.36", command: [sleep, "3600"]}]
                """);
    }

    @Override
    public Evidence falsify(KubernetesClient client, String namespace) {
        return probe(
                client,
                namespace,
                "owned",
                """
                apiVersion: apps/v1
                kind: ReplicaSet
                metadata: {name: owned}
                spec:
                  replicas: 1
                  selector: {matchLabels: {app: owned}}
                  template:
                    metadata: {labels: {app: owned}}
                    spec:
                      terminationGracePeriodSeconds: 1
                      containers: [{name: main, image: "busybox:1.36", command: [sleep, "3600"]}]
                """);
    }

    // tag::proof[]
    /** Deletes the one Pod that carries the label, and watches whether another one takes its place. */
    private Evidence probe(KubernetesClient client, String namespace, String app, String yaml) {
        client.resource(yaml).inNamespace(namespace).create();
        var pods = client.pods().inNamespace(namespace).withLabel("app", app);
        pods.waitUntilCondition(p -> p != null && "Running".equals(p.getStatus().getPhase()), 60, TimeUnit.SECONDS);
        ObjectMeta first = pods.list().getItems().get(0).getMetadata();
        client.pods().inNamespace(namespace).withName(first.getName()).delete();

        ObjectMeta next = null;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
        while (next == null && System.nanoTime() < end) {
            next = pods.list().getItems().stream()
                    .map(p -> p.getMetadata())
                    .filter(m -> !m.getUid().equals(first.getUid()))
                    .findFirst()
                    .orElse(null);
        }
        return Evidence.of(
                next == null,
                "3 s after the deletion of " + first.getName() + " nothing has taken its place",
                next == null ? "no Pod with app=" + app : next.getName() + " with the new uid " + next.getUid(),
                "owners of " + first.getName() + ": " + first.getOwnerReferences().size(),
                "deleted it, uid " + first.getUid());
    }
    // end::proof[]
}
