package kubelab.labs.scheduler;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import kubelab.labkit.QuestionExercise;

/** scheduler-3: for each Pod that is Pending, the one thing that keeps it from running. */
public class WhyPending implements QuestionExercise<Map<String, String>> {
    @Override
    public Map<String, String> answer(KubernetesClient client, String namespace) {
        Map<String, String> causes = new TreeMap<>();
        for (Pod pod : client.pods().inNamespace(namespace).list().getItems()) {
            causes.put(pod.getMetadata().getName(), cause(pod));
        }
        return causes;
    }

    private static String cause(Pod pod) {
        Optional<PodCondition> scheduled = pod.getStatus().getConditions().stream()
                .filter(c -> c.getType().equals("PodScheduled"))
                .findFirst();
        // TODO scheduler-3: which word? What does the condition say, and what if there is none?
        return scheduled.map(c -> "?").orElse("?");
    }
}
