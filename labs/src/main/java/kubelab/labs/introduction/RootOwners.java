package kubelab.labs.introduction;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import java.util.TreeMap;
import kubelab.labkit.QuestionExercise;

/** introduction-4: for each Pod, the object at the end of its chain of controllers. */
public class RootOwners implements QuestionExercise<Map<String, String>> {
    @Override
    public Map<String, String> answer(KubernetesClient client, String namespace) {
        Map<String, String> roots = new TreeMap<>();
        for (Pod pod : client.pods().inNamespace(namespace).list().getItems()) {
            roots.put(pod.getMetadata().getName(), root(client, namespace, pod));
        }
        return roots;
    }

    /** The object at the end of an object's chain, as in {@code Deployment/web}. */
    private static String root(KubernetesClient client, String namespace, HasMetadata object) {
        // TODO introduction-4: object.getMetadata().getOwnerReferences(); which one is the controller?
        return "?";
    }

    /** The object that a reference names, of whatever kind. */
    private static HasMetadata read(KubernetesClient client, String namespace, OwnerReference owner) {
        return client.genericKubernetesResources(owner.getApiVersion(), owner.getKind())
                .inNamespace(namespace)
                .withName(owner.getName())
                .require();
    }
}
