package kubelab.claims;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kubelab.labkit.Evidence;
import kubelab.labkit.Proof;

/** C29: "a deleted Pod is replaced automatically" is false: a bare Pod stays gone, only an owner's controller replaces. */
public final class BarePodsAreNotReplaced implements Proof {
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
    /** Deletes the one Pod that carries the label, lets a bare Pod fail beside it, and looks for a successor of either. */
    private Evidence probe(KubernetesClient client, String namespace, String app, String yaml) throws Exception {
        var pods = client.pods().inNamespace(namespace);
        var broken = client.resource("""
                apiVersion: v1
                kind: Pod
                metadata: {name: %1$s-fails, labels: {app: %1$s-fails}}
                spec:
                  restartPolicy: Never
                  containers: [{name: main, image: "busybox:1.36", command: [sh, -c, "exit 1"]}]
                """.formatted(app)).inNamespace(namespace).create();
        client.resource(yaml.formatted(app)).inNamespace(namespace).create();
        pods.withName(app + "-fails")
                .waitUntilCondition(
                        p -> p != null && "Failed".equals(p.getStatus().getPhase()), 60, TimeUnit.SECONDS);
        var mine = pods.withLabel("app", app);
        mine.waitUntilCondition(p -> p != null && "Running".equals(p.getStatus().getPhase()), 60, TimeUnit.SECONDS);
        ObjectMeta first = mine.list().getItems().get(0).getMetadata();
        pods.withName(first.getName()).delete();

        var next = "nothing";
        try {
            next = mine
                    .informOnCondition(list -> list.stream()
                            .anyMatch(p -> !p.getMetadata().getUid().equals(first.getUid())))
                    .get(3, TimeUnit.SECONDS)
                    .stream()
                    .map(p -> p.getMetadata())
                    .filter(m -> !m.getUid().equals(first.getUid()))
                    .map(m -> m.getName() + " with the new uid " + m.getUid())
                    .findFirst()
                    .orElseThrow();
        } catch (TimeoutException noSuccessor) {
            // what the deletion of a bare Pod leads to
        }
        var failed = pods.withLabel("app", app + "-fails").list().getItems();
        var same = failed.size() == 1
                && failed.get(0)
                        .getMetadata()
                        .getUid()
                        .equals(broken.getMetadata().getUid())
                && "Failed".equals(failed.get(0).getStatus().getPhase());
        return Evidence.of(
                next.equals("nothing") && same,
                "3 s later nothing is in the place of the deleted Pod, and the failed Pod is the same and still Failed",
                "in the place of " + first.getName() + " there is " + next + "; the failed Pod is "
                        + (same ? "the same, still Failed" : "not alone or not the same"),
                "owners of " + first.getName() + ": "
                        + first.getOwnerReferences().size(),
                "let " + app + "-fails end with exit code 1, and deleted " + first.getName() + ", uid "
                        + first.getUid());
    }
    // end::proof[]
}
