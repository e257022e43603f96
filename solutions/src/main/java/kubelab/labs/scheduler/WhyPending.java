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
        // tag::solution[] cause
        // starter: // TODO scheduler-3: which word? What does the condition say, and what if there is none?
        // starter: return scheduled.map(c -> "?").orElse("?");
        if (scheduled.isEmpty()) {
            return "scheduler";
        }
        if (scheduled.get().getStatus().equals("True")) {
            return "container";
        }
        if (scheduled.get().getReason().equals("SchedulingGated")) {
            return "gate";
        }
        String message = scheduled.get().getMessage();
        if (message.contains("Insufficient cpu")) {
            return "cpu";
        }
        if (message.contains("Insufficient memory")) {
            return "memory";
        }
        if (message.contains("pod affinity rules")) {
            return "affinity";
        }
        return message.contains("topology spread") ? "spread" : "selector";
        // end::solution[]
    }
}
