package kubelab.labs.pods;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import kubelab.labkit.QuestionExercise;

/** pods-3: delete every Pod once, and see which of them are replaced. */
public class BarePod implements QuestionExercise<Map<String, String>> {
    @Override
    public Map<String, String> answer(KubernetesClient client, String namespace) throws InterruptedException {
        Map<String, String> successors = new TreeMap<>();
        for (Pod pod : pods(client, namespace)) {
            // tag::solution[] delete
            // starter: // TODO pods-3: delete the Pod, and remember which Pod came in its place.
            Set<String> known = pods(client, namespace).stream()
                    .map(p -> p.getMetadata().getUid())
                    .collect(Collectors.toSet());
            client.pods().inNamespace(namespace).resource(pod).delete();
            successors.put(pod.getMetadata().getName(), newcomer(client, namespace, known));
            // end::solution[]
        }
        return successors;
    }

    /** The uid of a Pod that is not among those known, or "" if none has come after two seconds. */
    private static String newcomer(KubernetesClient client, String namespace, Set<String> known)
            throws InterruptedException {
        // tag::solution[] newcomer
        // starter: // TODO pods-3: look for two seconds.
        // starter: return "?";
        for (int i = 0; i < 20; i++) {
            for (Pod pod : pods(client, namespace)) {
                if (!known.contains(pod.getMetadata().getUid())) {
                    return pod.getMetadata().getUid();
                }
            }
            Thread.sleep(100);
        }
        return "";
        // end::solution[]
    }

    private static List<Pod> pods(KubernetesClient client, String namespace) {
        return client.pods().inNamespace(namespace).list().getItems();
    }
}
