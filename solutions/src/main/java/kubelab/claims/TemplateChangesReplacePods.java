package kubelab.claims;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import kubelab.labkit.Evidence;
import kubelab.labkit.Proof;

/** C31: Pods are created, ended and replaced as needed: a new template means new Pods, not changed ones. */
public final class TemplateChangesReplacePods implements Proof {
    @Override
    public Evidence prove(KubernetesClient client, String namespace) {
        return probe(client, namespace, Proof.unique("template"), d -> new DeploymentBuilder(d)
                .editSpec()
                .editTemplate()
                .editMetadata()
                .addToLabels("release", "2")
                .endMetadata()
                .endTemplate()
                .endSpec()
                .build());
    }

    @Override
    public Evidence falsify(KubernetesClient client, String namespace) {
        return probe(client, namespace, Proof.unique("label"), d -> new DeploymentBuilder(d)
                .editMetadata()
                .addToLabels("release", "2")
                .endMetadata()
                .build());
    }

    // tag::proof[]
    /** Notes the uids of a Deployment's Pods, edits the Deployment, and compares once it says it is done. */
    private Evidence probe(KubernetesClient client, String namespace, String name, UnaryOperator<Deployment> edit) {
        var deployment = Serialization.unmarshal("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %1$s}
                spec:
                  replicas: 2
                  selector: {matchLabels: {app: %1$s}}
                  template:
                    metadata: {labels: {app: %1$s}}
                    spec:
                      terminationGracePeriodSeconds: 1
                      containers: [{name: main, image: "registry.k8s.io/pause:3.10"}]
                """.formatted(name), Deployment.class);
        var resource = client.apps().deployments().inNamespace(namespace).resource(deployment);
        resource.create();
        var before = uidsWhenComplete(client, namespace, name);
        resource.edit(edit);
        var after = uidsWhenComplete(client, namespace, name);
        var kept = new TreeSet<>(before);
        kept.retainAll(after);
        return Evidence.of(
                kept.isEmpty(),
                "after the edit every Pod of " + name + " has a new uid",
                kept.size() + " of " + before.size() + " Pods are the same as before",
                "before: " + before,
                "after: " + after);
    }

    private Set<String> uidsWhenComplete(KubernetesClient client, String namespace, String name) {
        client.apps()
                .deployments()
                .inNamespace(namespace)
                .withName(name)
                .waitUntilCondition(
                        d -> d != null
                                && d.getMetadata()
                                        .getGeneration()
                                        .equals(d.getStatus().getObservedGeneration())
                                && Integer.valueOf(2).equals(d.getStatus().getUpdatedReplicas())
                                && Integer.valueOf(2).equals(d.getStatus().getReplicas())
                                && Integer.valueOf(2).equals(d.getStatus().getAvailableReplicas()),
                        60,
                        TimeUnit.SECONDS);
        return client.pods().inNamespace(namespace).withLabel("app", name).list().getItems().stream()
                .filter(p -> p.getMetadata().getDeletionTimestamp() == null)
                .map(p -> p.getMetadata().getUid())
                .collect(Collectors.toCollection(TreeSet::new));
    }
    // end::proof[]
}
