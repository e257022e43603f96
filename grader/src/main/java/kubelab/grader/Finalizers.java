package kubelab.grader;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Finds objects that would keep a namespace from going, for a finalizer of theirs has no controller that takes it away. */
final class Finalizers {
    /** What an answer's account may make: kind → apiVersion. */
    private static final List<Map.Entry<String, String>> KINDS = List.of(
            Map.entry("ConfigMap", "v1"),
            Map.entry("Secret", "v1"),
            Map.entry("Service", "v1"),
            Map.entry("Pod", "v1"),
            Map.entry("ServiceAccount", "v1"),
            Map.entry("PersistentVolumeClaim", "v1"),
            Map.entry("Endpoints", "v1"),
            Map.entry("Deployment", "apps/v1"),
            Map.entry("ReplicaSet", "apps/v1"),
            Map.entry("StatefulSet", "apps/v1"),
            Map.entry("DaemonSet", "apps/v1"),
            Map.entry("Job", "batch/v1"),
            Map.entry("CronJob", "batch/v1"),
            Map.entry("HorizontalPodAutoscaler", "autoscaling/v2"),
            Map.entry("PodDisruptionBudget", "policy/v1"),
            Map.entry("NetworkPolicy", "networking.k8s.io/v1"),
            Map.entry("Ingress", "networking.k8s.io/v1"),
            Map.entry("EndpointSlice", "discovery.k8s.io/v1"),
            Map.entry("Lease", "coordination.k8s.io/v1"));

    private final KubernetesClient client;

    Finalizers(KubernetesClient client) {
        this.client = client;
    }

    /** Takes them away in a namespace that is being deleted; returns which, as in {@code ConfigMap x (example.com/y)}. */
    List<String> remove(String namespace) {
        List<String> removed = new ArrayList<>();
        for (Map.Entry<String, String> kind : KINDS) {
            try {
                client.genericKubernetesResources(kind.getValue(), kind.getKey())
                        .inNamespace(namespace)
                        .list()
                        .getItems()
                        .forEach(object -> remove(object, removed));
            } catch (KubernetesClientException e) {
                // this cluster has no such kind, or the object is gone
            }
        }
        return removed;
    }

    private void remove(GenericKubernetesResource object, List<String> removed) {
        List<String> foreign = object.getMetadata().getFinalizers().stream()
                .filter(name -> name.contains("/") && !name.contains("kubernetes.io/"))
                .toList();
        if (foreign.isEmpty()) {
            return;
        }
        List<String> own = new ArrayList<>(object.getMetadata().getFinalizers());
        own.removeAll(foreign);
        // without a version: controllers write to what is being deleted at the same time
        String patch = new JsonMapper().writeValueAsString(Map.of("metadata", Map.of("finalizers", own)));
        client.genericKubernetesResources(object.getApiVersion(), object.getKind())
                .inNamespace(object.getMetadata().getNamespace())
                .withName(object.getMetadata().getName())
                .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
        removed.add(object.getKind() + " " + object.getMetadata().getName() + " (" + String.join(", ", foreign) + ")");
    }
}
