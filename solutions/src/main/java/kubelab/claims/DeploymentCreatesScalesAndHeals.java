package kubelab.claims;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kubelab.labkit.Evidence;
import kubelab.labkit.Proof;

/** C01: Pods of a Deployment are created, scaled and replaced on several nodes, and no client sends a command for a Pod. */
public final class DeploymentCreatesScalesAndHeals implements Proof {
    @Override
    public Evidence prove(KubernetesClient client, String namespace) throws Exception {
        return probe(client, namespace, Proof.unique("deployed"), true);
    }

    @Override
    public Evidence falsify(KubernetesClient client, String namespace) throws Exception {
        return probe(client, namespace, Proof.unique("bare"), false);
    }

    // tag::proof[]
    private static final String DEPLOYMENT = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: %1$s}
            spec:
              replicas: 2
              selector: {matchLabels: {app: %1$s}}
              template:
                metadata: {labels: {app: %1$s}}
                spec:
                  terminationGracePeriodSeconds: 0
                  containers: [{name: main, image: "registry.k8s.io/pause:3.10"}]
            """;
    private static final String BARE_POD = """
            apiVersion: v1
            kind: Pod
            metadata: {name: %1$s-%2$d, labels: {app: %1$s}}
            spec:
              terminationGracePeriodSeconds: 0
              containers: [{name: main, image: "registry.k8s.io/pause:3.10"}]
            """;

    /** Two Pods are created, then four are asked for, then one is deleted; a bare Pod has no number to write. */
    private Evidence probe(KubernetesClient client, String namespace, String app, boolean deployed) throws Exception {
        if (deployed)
            client.resource(DEPLOYMENT.formatted(app)).inNamespace(namespace).create();
        else
            for (int i = 1; i <= 2; i++)
                client.resource(BARE_POD.formatted(app, i))
                        .inNamespace(namespace)
                        .create();
        var created = ready(client, namespace, app, 2, "", 60);
        if (deployed)
            client.apps().deployments().inNamespace(namespace).withName(app).scale(4);
        var scaled = deployed ? ready(client, namespace, app, 4, "", 60) : created;
        var gone = scaled.get(0).getMetadata();
        client.pods().inNamespace(namespace).withName(gone.getName()).delete();
        // Bare Pods stay gone, so the probe waits for them only a moment.
        var healed = ready(client, namespace, app, scaled.size(), gone.getUid(), deployed ? 60 : 1);

        var used =
                scaled.stream().map(p -> p.getSpec().getNodeName()).distinct().toList();
        var usable = client.nodes().list().getItems().stream()
                .filter(n -> Readiness.isNodeReady(n) && n.getSpec().getTaints().isEmpty())
                .count();
        return Evidence.of(
                created.size() == 2 && scaled.size() == 4 && healed.size() == 4 && used.size() >= Math.min(2, usable),
                "2 Pods are ready, then 4, and 4 again after one of them was deleted, on 2 nodes or more if there are 2",
                "ready Pods: " + created.size() + ", then " + scaled.size() + ", and " + healed.size()
                        + " after a deletion; nodes: " + used,
                deployed ? "created a Deployment of 2" : "created 2 Pods without a Deployment",
                deployed ? "wrote replicas: 4 into it" : "wrote no number, for a Pod has no field replicas",
                "deleted the Pod " + gone.getName());
    }

    /** The Pods that are ready, once there are so many without the one that was deleted, or when the time is over. */
    private List<Pod> ready(KubernetesClient client, String namespace, String app, int many, String gone, int seconds)
            throws Exception {
        var pods = client.pods().inNamespace(namespace).withLabel("app", app);
        List<Pod> found;
        try {
            found = pods.informOnCondition(all -> serving(all, gone).size() == many)
                    .get(seconds, TimeUnit.SECONDS);
        } catch (TimeoutException noReplacement) {
            found = pods.list().getItems();
        }
        return serving(found, gone);
    }

    private static List<Pod> serving(List<Pod> pods, String gone) {
        return pods.stream()
                .filter(p -> Readiness.isPodReady(p)
                        && p.getMetadata().getDeletionTimestamp() == null
                        && !p.getMetadata().getUid().equals(gone))
                .toList();
    }
    // end::proof[]
}
