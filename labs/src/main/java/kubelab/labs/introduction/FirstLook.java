package kubelab.labs.introduction;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import java.util.TreeMap;
import kubelab.labkit.QuestionExercise;

/** introduction-1: the cluster's version and nodes, and where one Pod runs. */
public class FirstLook implements QuestionExercise<Map<String, Object>> {
    @Override
    public Map<String, Object> answer(KubernetesClient client, String namespace) {
        Map<String, Object> facts = new TreeMap<>();
        // TODO introduction-1: version and nodes
        // TODO introduction-1: pod, node and runtime. As in: facts.put("pod", "its name");
        return facts;
    }
}
