package kubelab.claims;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kubelab.labkit.Evidence;
import kubelab.labkit.Proof;

/** C29: "a deleted Pod is replaced automatically" is false: a bare Pod stays gone, only an owner's controller replaces. */
public final class C29 implements Proof {
    @Override
    public Evidence prove(KubernetesClient client, String namespace) throws Exception {
        return probe(client, namespace, Proof.unique("bare"), """
                apiVersion: v1
                kind: Pod
                metadata: {name: %1$s, labels: {app: %1$s}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers: [{name: main, image: "busybox:1.36", command: [sleep, "3600"]}]
                """);
    }

    @Override
    public Evidence falsify(KubernetesClient client, String namespace) throws Exception {
        return probe(client, namespace, Proof.unique("owned"), """
                apiVersion: apps/v1
                kind: ReplicaSet
                metadata: {name: %1$s}
                spec:
                  replicas: 1
                  selector: {matchLabels: {app: %1$s}}
                  template:
                    metadata: {labels: {app: %1$s}}
                    spec:
                      terminationGracePeriodSeconds: 1
                      containers: [{name: main, image: "busybox:1.36", command: [sleep, "3600"]}]
                """);
    }

    // tag::proof[]
    /** Deletes the one Pod that carries the label, and watches whether another one takes its place. */
    private Evidence probe(KubernetesClient client, String namespace, String app, String yaml) throws Exception {
        client.resource(yaml.formatted(app)).inNamespace(namespace).create();
        var pods = client.pods().inNamespace(namespace).withLabel("app", app);
        pods.waitUntilCondition(p -> p != null && "Running".equals(p.getStatus().getPhase()), 60, TimeUnit.SECONDS);
        ObjectMeta first = pods.list().getItems().get(0).getMetadata();
        client.pods().inNamespace(namespace).withName(first.getName()).delete();

        var next = "nothing";
        try {
            next = pods
                    .informOnCondition(list -> list.stream()
                            .anyMatch(p -> !p.getMetadata().getUid().equals(first.getUid())))
                    .get(3, TimeUnit.SECONDS)
                    .stream()
                    .map(p -> p.getMetadata())
                    .filter(m -> !m.getUid().equals(first.getUid()))
                    .map(m -> m.getName() + " with the new uid " + m.getUid())
                    .findFirst()
                    .orElseThrow();
        } catch (TimeoutException nobodyCame) {
            // what a bare Pod's deletion leads to
        }
        return Evidence.of(
                next.equals("nothing"),
                "3 s after the deletion of " + first.getName() + " nothing has taken its place",
                "in its place there is " + next,
                "owners of " + first.getName() + ": "
                        + first.getOwnerReferences().size(),
                "deleted it, uid " + first.getUid());
    }
    // end::proof[]
}
